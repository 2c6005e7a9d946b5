"""On a record's page: the segments that it is in, and since when."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.objects.panels import Panel, register_panel
from perennial.objects.types import object_types
from perennial.rules.known import known
from perennial.rules.segments import stays_in
from perennial.rules.using import address
from perennial.rules.wakes import family
from perennial.workspace.actor import Actor


class _WithSegments(Collection[str]):
    """The kinds that have segments."""

    def __contains__(self, key: object) -> bool:
        kind = object_types.get(str(key))
        if kind is None:
            return False
        keys = family(kind)
        return any(each.object_key in keys for each in list(known.values()))

    def __iter__(self) -> Iterator[str]:
        return (key for key in object_types if key in self)

    def __len__(self) -> int:
        return sum(1 for _key in self)


def show_segments(record_id: int, by: Actor, params: Mapping[str, str]) -> Mapping[str, Any] | None:
    kind = object_types.get(params.get("on", ""))
    stays = stays_in(kind, record_id, by=by) if kind is not None else []
    if not stays:
        return None
    return {
        "stays": [{"name": each.segment.name, "url": address(each.segment), "since": each.entered_at} for each in stays]
    }


register_panel(Panel(
    "rules.segments", _WithSegments(), _("Segments"), "rules/_segments.html", show_segments, area="side", order=60,
))  # fmt: skip
