"""Moving a card: to another lane, or to another day. It runs the action that is declared to set the field, or changes
the field as the form would; on a union of kinds, as the kind that the record is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from perennial.conditions.schema import ColumnType
from perennial.foundation.errors import Forbidden, NotFound
from perennial.objects import query
from perennial.objects.access import widest_reach
from perennial.objects.actions import Action, Run, actions_on
from perennial.objects.field_rights import writable
from perennial.objects.record_fields import field_of
from perennial.objects.running import run_action
from perennial.objects.types import ObjectType, object_types
from perennial.objects.writing import the_only, update_record
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach


def can_move(kind: ObjectType, key: str, *, by: Actor) -> bool:
    """Whether the actor can set this field on any record of the kind by moving it."""
    if _action(kind, key, by) is not None or _can_update(kind, key, by):
        return True
    return any(can_move(part, key, by=by) for part in _parts(kind))


def move(kind: ObjectType, record_id: int, key: str, value: Any, *, by: Actor) -> Run:
    """Set the field of one record; the run, by which it can be undone. Raises what was refused."""
    act = _action(kind, key, by)
    if act is not None:
        run = run_action(act.key, [record_id], {key: value}, by=by, on=kind.key)
        the_only(run)
        return run
    if kind.parts:
        return move(part_of(kind, record_id, by=by), record_id, key, value, by=by)
    query.get(kind, record_id, by=by, columns=())
    if not _can_update(kind, key, by):
        raise Forbidden
    return update_record(kind, record_id, {key: value}, by=by)


def move_to_day(kind: ObjectType, record_id: int, key: str, day: date, *, by: Actor) -> Run:
    """Set a day, or the day of a moment: its time in the actor's zone stays."""
    declared = field_of(kind, key)
    if declared is None or declared.type.column is not ColumnType.MOMENT:
        return move(kind, record_id, key, day, by=by)
    zone = ZoneInfo(by.timezone)
    now = query.get(kind, record_id, by=by, columns=(key,)).values[key]
    local = now.astimezone(zone) if now is not None else datetime(day.year, day.month, day.day, 9, tzinfo=zone)
    there = local.replace(year=day.year, month=day.month, day=day.day)
    return move(kind, record_id, key, there.astimezone(UTC), by=by)


def part_of(kind: ObjectType, record_id: int, *, by: Actor) -> ObjectType:
    """The kind of a union that a record is: a customer is a person or a company."""
    named = {name for part in _parts(kind) for name in part.fixed}
    values = query.get(kind, record_id, by=by, columns=tuple(named)).values
    for part in _parts(kind):
        if all(values.get(name) == value for name, value in part.fixed.items()):
            return part
    raise NotFound


def _parts(kind: ObjectType) -> list[ObjectType]:
    return [object_types[key] for key in kind.parts if key in object_types]


def _action(kind: ObjectType, key: str, by: Actor) -> Action | None:
    if key not in writable(kind, by):
        return None
    return next((each for each in actions_on(kind.key, by) if each.sets == key), None)


def _can_update(kind: ObjectType, key: str, by: Actor) -> bool:
    return kind.can_edit and key in writable(kind, by) and widest_reach(kind, by=by, verb="edit") > Reach.NONE
