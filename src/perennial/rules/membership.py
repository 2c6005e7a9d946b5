"""Segments give themselves to conditions: `in segment "loyal"` in lists, views, exports, bulk, the API and rules."""

from __future__ import annotations

from typing import Any

from perennial.conditions.resolver import Sql
from perennial.lake.registry import register_table
from perennial.objects.fields import Label
from perennial.objects.memberships import register_memberships
from perennial.objects.types import ObjectType
from perennial.rules.known import Known, is_asking, known, may_know
from perennial.rules.wakes import family
from perennial.workspace.actor import Actor

_LAKE = "segment_stay"
register_table(_LAKE, "rules_stay", ("id", "segment_id", "record_id", "entered_at", "left_at"))


class _Memberships:
    """A segment of people may be asked for among customers and the other way round: their records are the same."""

    def label(self, kind: ObjectType, segment: str, *, by: Actor) -> Label | None:
        found = _find(kind, segment)
        return found.name if found is not None and may_know(found, by=by) else None

    def keys(self, kind: ObjectType) -> list[str]:
        found = [] if is_asking.get() else list(known.values())
        return [each.key for each in found if each.object_key in family(kind)]

    def stays(self, kind: ObjectType, segment: str) -> Sql:
        found = _find(kind, segment)
        return Sql(
            "SELECT record_id, entered_at, left_at FROM rules_stay WHERE segment_id = %s",
            (found.id if found is not None else 0,),
        )

    def lake_stays(self, lake: Any, kind: ObjectType, segment: str) -> Any:
        found = _find(kind, segment)
        stays = lake.table(_LAKE)
        return stays.filter(stays.segment_id == (found.id if found is not None else 0)).select(
            record=stays.record_id, entered_at=stays.entered_at, left_at=stays.left_at
        )


def _find(kind: ObjectType, key: str) -> Known | None:
    found = known.get(key)
    return found if found is not None and found.object_key in family(kind) else None


MEMBERSHIPS = _Memberships()
register_memberships(MEMBERSHIPS)
