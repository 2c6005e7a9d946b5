"""The `Panel` contract: a part of a record's page, or of a place such as Today, contributed by any room.

`context` is called with who is asking and with the query's parameters; it asks its questions through `query` and
`queries`, never builds HTML, and never sees HTTP. The template lives in the room's own templates folder.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from perennial.objects.fields.protocol import Label
from perennial.workspace.actor import Actor

Area = Literal["chips", "head", "main", "side"]  # "chips" stand below the name, in place of the record's own
Context = Callable[[int, Actor, Mapping[str, str]], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """`on` lists object keys, or places ("today"); it may be a collection that is asked each time. `context(record_id,
    by, params)` returns None to show nothing; `params` are those of the address, and "on", the kind or the place."""

    key: str
    on: Collection[str]
    label: Label
    template: str
    context: Context
    area: Area = "main"
    order: int = 50
    is_tab: bool = False  # in the main area: one of the tabs beside the timeline, loaded when it is opened


panels: dict[str, Panel] = {}


def register_panel(declared: Panel) -> Panel:
    """Refuses a key that is taken."""
    if declared.key in panels:
        raise ValueError(f"The panel {declared.key} is declared twice.")
    panels[declared.key] = declared
    return declared


def panels_on(place: str, area: Area) -> list[Panel]:
    return sorted(
        (panel for panel in panels.values() if place in panel.on and panel.area == area),
        key=lambda panel: (panel.order, panel.key),
    )
