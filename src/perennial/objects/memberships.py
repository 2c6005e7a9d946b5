"""Which records are members of a segment, and were: the contract by which conditions ask a room above.

Segments live in `rules`, which gives itself to `register_memberships` from `apps.ready()`. Without it no segment can
be asked for. A *stay* is the time from entering to leaving; one that lasts has no `left_at`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from perennial.conditions.resolver import Sql
from perennial.objects.fields import Label
from perennial.objects.types import ObjectType
from perennial.workspace.actor import Actor


class Memberships(Protocol):
    """What the room that keeps segments answers. A segment is known by its permanent key."""

    def label(self, kind: ObjectType, segment: str, *, by: Actor) -> Label | None:
        """Its name; None where there is none of this kind, or none that the actor may know."""
        ...

    def keys(self, kind: ObjectType) -> list[str]:
        """Those that records of the kind may be members of."""
        ...

    def stays(self, kind: ObjectType, segment: str) -> Sql:
        """A SELECT of the columns `record_id`, `entered_at` and `left_at`, a row for each stay; none where the segment
        is gone."""
        ...

    def lake_stays(self, lake: Any, kind: ObjectType, segment: str) -> Any:
        """The same as an Ibis table of the open lake, with the columns `record`, `entered_at` and `left_at`."""
        ...


_kept: list[Memberships] = []


def register_memberships(memberships: Memberships) -> None:
    """Refuses a second one."""
    if _kept and _kept[0] is not memberships:
        raise ValueError("Two rooms say who is a member of a segment.")
    _kept[:] = [memberships]


def memberships() -> Memberships | None:
    return _kept[0] if _kept else None


def segment_label(kind: ObjectType, segment: str, *, by: Actor) -> Label | None:
    kept = memberships()
    return None if kept is None else kept.label(kind, segment, by=by)


def segments_of(kind: ObjectType, *, by: Actor) -> Iterator[tuple[str, Label]]:
    """The segments that the actor may know, by key and name."""
    kept = memberships()
    for key in kept.keys(kind) if kept is not None else ():
        label = segment_label(kind, key, by=by)
        if label is not None:
            yield key, label


def is_member(kind: ObjectType, segment: str, record: str, as_of: Sql | None) -> Sql:
    """Whether the record whose id the SQL says is a member; was at the instant, where there is one."""
    kept = memberships()
    if kept is None:
        return Sql("FALSE")
    stays = kept.stays(kind, segment)
    if as_of is None:
        text = f"{record} IN (SELECT s.record_id FROM ({stays.text}) s WHERE s.left_at IS NULL)"
        return Sql(text, stays.params)
    then = f"s.entered_at <= {as_of.text} AND (s.left_at IS NULL OR s.left_at > {as_of.text})"
    text = f"EXISTS (SELECT 1 FROM ({stays.text}) s WHERE s.record_id = {record} AND {then})"
    return Sql(text, (*stays.params, *as_of.params, *as_of.params))
