"""Where one can go on from a list with its filter: declared by rooms above, shown to those who may.

    register_further(Further("room.keep", _("Keep it"), "bookmark", _address, needs_filter=True))

`address` is given the kind, the filter in its text form ("" where there is none) and who asks; None is no way on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from perennial.foundation.errors import Text
from perennial.objects.types import ObjectType
from perennial.web.kit.pages import Button
from perennial.workspace.actor import Actor

Address = Callable[[ObjectType, str, Actor], str | None]


@dataclass(frozen=True, slots=True)
class Further:
    key: str
    label: Text
    icon: str
    address: Address
    needs_filter: bool = False


_further: dict[str, Further] = {}


def register_further(declared: Further) -> Further:
    """Refuses a key that is taken."""
    if declared.key in _further:
        raise ValueError(f"The way on from a list {declared.key} is declared twice.")
    _further[declared.key] = declared
    return declared


def ways_on(kind: ObjectType, where: str, *, by: Actor) -> list[Button]:
    offered = (each for each in _further.values() if where or not each.needs_filter)
    return [
        Button(each.label, url=url, icon=each.icon)
        for each in offered
        if (url := each.address(kind, where, by)) is not None
    ]
