"""Two people, one record: what somebody else changed while a form stood open, field by field.

Whoever opens a record to edit takes a mark with it: the last entry of its change log. Saving names the mark. Changes
since to other fields stay and are no conflict; a field that both changed is one, unless both wrote the same. Then
nothing is written, and whoever saves is told the original, theirs and yours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from perennial.conditions.schema import ColumnType
from perennial.foundation.errors import Refused
from perennial.foundation.sql import fetch
from perennial.objects.actions import Result, Run
from perennial.objects.field_rights import hidden
from perennial.objects.record_fields import field_of
from perennial.objects.types import ObjectType, object_types
from perennial.objects.writing import update_records
from perennial.objects.writing.creating import json_of
from perennial.objects.writing.updating import lock_records
from perennial.workspace.actor import SYSTEM, Actor

_TO_THE_MINUTE = len("2011-12-09T12:31")


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two people changed. Values as the change log has them: JSON, records by their ids."""

    field: str
    original: Any
    theirs: Any
    mine: Any
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of it: the run's only result, or the clashes, and then nothing was written."""

    result: Result | None
    clashes: tuple[Clash, ...] = ()
    run: Run | None = None


@dataclass(slots=True)
class _Changed:
    """A field as the log has it since the mark."""

    original: Any
    who: str
    at: datetime


def mark_of(kind: ObjectType, record_id: int) -> int:
    """Where the change log of the record ends now. Take it before reading the record, so that nothing falls between."""
    (found,) = fetch(
        "SELECT max(id) FROM timeline_change WHERE object_key = ANY(%s) AND record_id = %s", [_keys(kind), record_id]
    )[0]
    return int(found or 0)


def save(kind: ObjectType, record_id: int, values: Mapping[str, Any], *, mark: int, by: Actor) -> Saved:
    """Write the values unless somebody has changed one of their fields since the mark. What is not different from what
    stood there when the mark was taken was not touched by whoever saves, and is left as it is now."""
    with transaction.atomic():
        locked = lock_records(kind, [record_id], by=by, verb="edit")
        changed = _changed_since(kind, record_id, mark) if record_id in locked else {}
        mine = _touched(kind, values, locked[record_id].values) if record_id in locked else dict(values)
        clashes = []
        for key, since in changed.items():
            if key not in mine:
                continue
            now = json_of(kind, key, locked[record_id].values.get(key))
            wanted = _wanted(kind, key, mine[key])
            if _same(wanted, since.original):
                del mine[key]  # untouched here: theirs stays
            elif not _same(wanted, now) and not _same(now, since.original):
                clashes.append(Clash(key, since.original, now, wanted, since.who, since.at))
        gone = hidden(kind, by)
        if any(each.field not in gone for each in clashes):
            return Saved(None, tuple(each for each in clashes if each.field not in gone))
        run = update_records(kind, {record_id: mine}, by=by)
    return Saved(run.results[0], (), run)


def _touched(kind: ObjectType, values: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Without moments that differ in their seconds alone: forms do not show them, and so cannot mean them."""
    return {
        key: value
        for key, value in values.items()
        if not (
            (declared := field_of(kind, key)) is not None
            and declared.type.column is ColumnType.MOMENT
            and now.get(key) is not None
            and str(_wanted(kind, key, value))[:_TO_THE_MINUTE] == str(json_of(kind, key, now[key]))[:_TO_THE_MINUTE]
        )
    }


def _wanted(kind: ObjectType, key: str, value: Any) -> Any:
    """As the log would have it; what is no value of the type differs from everything and is refused later."""
    declared = field_of(kind, key)
    try:
        return value if declared is None else json_of(kind, key, declared.type.clean(value))
    except (ValueError, Refused):
        return value


def _same(one: Any, other: Any) -> bool:
    return (one if one not in ("", []) else None) == (other if other not in ("", []) else None)


def _changed_since(kind: ObjectType, record_id: int, mark: int) -> dict[str, _Changed]:
    """By field: what it held at the mark, and who changed it last."""
    found: dict[str, _Changed] = {}
    for values, at, who in fetch(
        'SELECT c."values"::text, c.occurred_at, coalesce(u.name, k.name, %s) FROM timeline_change c'
        " LEFT JOIN workspace_user u ON u.id = CASE WHEN c.actor LIKE 'user:%%' THEN substr(c.actor, 6)::bigint END"
        " LEFT JOIN workspace_apikey k ON k.id = CASE WHEN c.actor LIKE 'key:%%' THEN substr(c.actor, 5)::bigint END"
        " WHERE c.object_key = ANY(%s) AND c.record_id = %s AND c.id > %s AND c.kind = 'update' ORDER BY c.id",
        [SYSTEM.name, _keys(kind), record_id, mark],
    ):
        for key, pair in json.loads(values).items():
            known = found.get(key)
            found[key] = _Changed(known.original if known else pair[0], who, at)
    return found


def _keys(kind: ObjectType) -> list[str]:
    return [each.key for each in object_types.values() if each.table == kind.table] or [kind.key]
