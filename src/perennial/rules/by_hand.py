"""Putting records into segments that are kept by hand, and taking them out: actions on any kind, with undo.

Whoever sees a record may put it into a segment of its kind: it changes nothing about the record itself.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Annotated

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Part

from perennial.conditions import Condition
from perennial.foundation import clock
from perennial.foundation.errors import Forbidden, Invalid, NotFound
from perennial.foundation.ids import uuid7
from perennial.foundation.sql import fetch
from perennial.objects.access import widest_reach
from perennial.objects.actions import Result, Run, action
from perennial.objects.fields import ChoiceType, Field, Label
from perennial.objects.statements import selection
from perennial.objects.types import object_types
from perennial.objects.writing.outcomes import keep_run, next_run_id
from perennial.rules.evaluating import Difference
from perennial.rules.known import Known, kept_by_hand, known
from perennial.rules.models import Segment
from perennial.rules.segments import MAY_SHAPE
from perennial.rules.staying import Told, write
from perennial.rules.wakes import family
from perennial.rules.watching import note_members
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

ADD, REMOVE = "rules.add_to_segment", "rules.remove_from_segment"
LOGGED_AS = "rules.segment"
_HAND = "hand"
_AT_ONCE = 10_000


class _WithSegments(Collection[str]):
    """The kinds that have a segment kept by hand."""

    def __contains__(self, key: object) -> bool:
        kind = object_types.get(str(key))
        return kind is not None and bool(kept_by_hand(family(kind)))

    def __iter__(self) -> Iterator[str]:
        return (key for key in object_types if key in self)

    def __len__(self) -> int:
        return sum(1 for _key in self)


class _ByHand(tuple[tuple[str, Label], ...]):
    """The segments kept by hand, asked anew each time."""

    __slots__ = ()

    def __iter__(self) -> Iterator[tuple[str, Label]]:
        return ((each.key, each.name) for each in kept_by_hand([*object_types]))


class SegmentInput(BaseModel):
    model_config = ConfigDict(extra="forbid")
    segment: Annotated[
        str, Part(min_length=1, max_length=60), Field("segment", ChoiceType(_ByHand()), _("Segment"), required=True)
    ]


def _undo(run_id: int, *, by: Actor, run: Run) -> list[Result]:
    """Back to what it was, as far as nobody has changed it since."""
    moved: dict[tuple[int, bool], list[int]] = {}
    for segment_id, values in fetch(
        'SELECT record_id, "values" FROM timeline_change WHERE run_id = %s AND object_key = %s', [run_id, LOGGED_AS]
    ):
        for word, enters in (("added", True), ("removed", False)):
            moved.setdefault((segment_id, enters), []).extend(json.loads(values).get(word, ()))
    results: list[Result] = []
    for (segment_id, enters), ids in moved.items():
        segment = Segment.objects.filter(pk=segment_id, is_static=True, state=Segment.State.LIVE).first()
        if segment is not None and ids:
            results += [Result(id) for id in _move(segment, ids, by, run, enters=not enters)]
    return results


@action(
    ADD, on=_WithSegments(), verb="view", label=_("Put into a segment"), icon="circle-plus", input=SegmentInput,
    permission=MAY_SHAPE, sentence=_("Put {count} into the segment"), is_bulk=True, is_quiet=True, undo=_undo,
)  # fmt: skip
def add_to_segment(ids: Sequence[int], data: SegmentInput, *, by: Actor, run: Run) -> list[Result]:
    _move(_segment(data.segment, run.object_key), ids, by, run, enters=True)
    return [Result(id) for id in ids]


@action(
    REMOVE, on=_WithSegments(), verb="view", label=_("Take out of a segment"), icon="circle-minus", input=SegmentInput,
    permission=MAY_SHAPE, sentence=_("Took {count} out of the segment"), is_bulk=True, is_quiet=True, undo=_undo,
)  # fmt: skip
def remove_from_segment(ids: Sequence[int], data: SegmentInput, *, by: Actor, run: Run) -> list[Result]:
    _move(_segment(data.segment, run.object_key), ids, by, run, enters=False)
    return [Result(id) for id in ids]


def add_matching(segment: Segment, condition: Condition, *, by: Actor) -> int:
    """Put in all that match now and that the actor sees, by one action that can be undone; how many are new."""
    return _all_matching(segment, condition, by, enters=True)


def remove_matching(segment: Segment, condition: Condition, *, by: Actor) -> int:
    return _all_matching(segment, condition, by, enters=False)


def _all_matching(segment: Segment, condition: Condition, by: Actor, *, enters: bool) -> int:
    kind = object_types.get(segment.object_key)
    if kind is None or not segment.is_static or segment.state != Segment.State.LIVE:
        raise NotFound
    if not by.may(MAY_SHAPE) or widest_reach(kind, by=by, verb="view") is Reach.NONE:
        raise Forbidden
    with transaction.atomic():
        run = Run(next_run_id(), uuid7(), object_key=kind.key)
        chosen = selection(kind, by=by, verb="view", where=condition)
        ids = [id for (id,) in fetch(*chosen.statement(f"{chosen.tables.alias}.id"))]
        moved = [id for start in range(0, len(ids), _AT_ONCE)
                 for id in _move(segment, ids[start : start + _AT_ONCE], by, run, enters=enters)]  # fmt: skip
        key = ADD if enters else REMOVE
        done = Run(run.id, run.cause, tuple(map(Result, moved)), object_key=kind.key)
        keep_run(done, key, kind.key, by=by, input={"segment": segment.key})
    return len(moved)


def _segment(key: str, object_key: str) -> Segment:
    """Locked against being retired meanwhile."""
    found: Known | None = known.get(key)
    kind = object_types.get(object_key)
    keys = family(kind) if kind is not None else [*object_types]
    if found is None or not found.is_static or found.object_key not in keys:
        raise Invalid({"segment": _("There is no such segment that is kept by hand.")})
    return Segment.objects.select_for_update().get(pk=found.id)


def _move(segment: Segment, ids: Sequence[int], by: Actor, run: Run, *, enters: bool) -> list[int]:
    """Those that were not there already (or that were), which is what undoing takes back."""
    there = {id for (id,) in fetch(
        "SELECT record_id FROM rules_stay WHERE segment_id = %s AND left_at IS NULL AND record_id = ANY(%s::bigint[])",
        [segment.pk, list(ids)],
    )}  # fmt: skip
    moved = [id for id in dict.fromkeys(ids) if (id in there) is not enters]
    if not moved:
        return []
    told = {segment.pk: Told(segment.key, segment.name, segment.object_key, segment.number)}
    found = [Difference(segment.pk, id, enters) for id in moved]
    write(found, told, {segment.pk: _HAND}, at=clock.now())
    note_members(segment.key, moved)
    log_changes(
        [Change(LOGGED_AS, segment.pk, "configure", {"added" if enters else "removed": moved})],
        actor=by.log_name, action=ADD if enters else REMOVE, cause=run.cause, run_id=run.id,
    )  # fmt: skip
    return moved
