"""What a bulk would do, before it does: how many, what their fields hold now, and some of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from perennial.foundation.sql import execute, fetch, fetch_one
from perennial.objects.bulk.changes import FieldChange, plain_values
from perennial.objects.bulk.chosen import Chosen, choice, kinds_within
from perennial.objects.cells import cell_of, read_row
from perennial.objects.fields import FieldType, Link, LinkType
from perennial.objects.schema import column_of
from perennial.objects.titles import titles_of
from perennial.objects.types import ObjectType
from perennial.objects.writing.cleaning import clean_changes
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Verb

COUNTED = 200_000  # records whose values are counted; of more the counts are of the first so many
SHOWN_VALUES, SHOWN_RECORDS = 8, 5


@dataclass(frozen=True, slots=True)
class Now:
    """A value that some of the records hold now; `rest` of all other values together."""

    value: Any
    count: int
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class FieldPreview:
    change: FieldChange
    new: Any
    now: list[Now]


@dataclass(frozen=True, slots=True)
class Sample:
    id: int
    title: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Preview:
    """`count` are those that would be done, `left_out` those that are seen but not the actor's to change."""

    count: int
    left_out: int
    fields: list[FieldPreview]
    samples: list[Sample]


def preview(kind: ObjectType, chosen: Chosen, changes: Sequence[FieldChange], *, by: Actor, verb: Verb) -> Preview:
    """For changes that have been checked; none for deleting. What is counted is counted once, for all fields."""
    with transaction.atomic():
        _hold(kind, chosen, changes, by=by, verb=verb)
        (count,) = fetch("SELECT count(*) FROM bulk_preview")[0]
        fields = [_field(kind, each, number, by) for number, each in enumerate(changes)]
        execute("DROP TABLE bulk_preview")
    seen = choice(kind, chosen, by=by, verb="view").statement("count(*)")
    total = fetch_one(seen.text, seen.params)
    return Preview(count, max(0, (total[0] if total else 0) - count), fields, _samples(kind, chosen, changes, by, verb))


def _hold(kind: ObjectType, chosen: Chosen, changes: Sequence[FieldChange], *, by: Actor, verb: Verb) -> None:
    """The values as they are, in a table of this transaction: what a record refers to is named afterwards, and once."""
    found = choice(kind, chosen, by=by, verb=verb)
    tables = found.selected.tables
    places = [tables.place(each.field) for each in changes]
    columns = [f"{place.sql} AS v{number}" for number, place in enumerate(places)]
    statement = found.statement(", ".join([f"{found.alias}.id", *columns]))
    execute(f"CREATE TEMPORARY TABLE bulk_preview ON COMMIT DROP AS {statement.text}", statement.params)


def _field(kind: ObjectType, change: FieldChange, number: int, by: Actor) -> FieldPreview:
    rows = fetch(
        f"SELECT v{number}::text, count(*) FROM (SELECT v{number} FROM bulk_preview LIMIT {COUNTED}) few"
        f" GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {SHOWN_VALUES + 1}"
    )
    (all_values,) = fetch(f"SELECT count(*) FROM (SELECT FROM bulk_preview LIMIT {COUNTED}) few")[0]
    (draft,) = clean_changes(kinds_within(kind)[0], {0: plain_values([change])}, by=by)
    new, *now = _shown(kind, change.field, [draft.values.get(change.field), *(value for value, _count in rows)], by)
    shown = [Now(value, count) for value, (_text, count) in zip(now, rows, strict=True)][:SHOWN_VALUES]
    if len(rows) > SHOWN_VALUES:
        shown.append(Now(None, all_values - sum(each.count for each in shown), is_rest=True))
    return FieldPreview(change, new, shown)


def _shown(kind: ObjectType, key: str, values: Sequence[Any], by: Actor) -> list[Any]:
    """Values as a row of a list has them, from what the database says as text."""
    found = column_of(kind, key)
    type = found[1] if found else None
    if isinstance(type, LinkType):
        ids = [None if value is None else int(value) for value in values]
        titles = titles_of({(type.object_key, id) for id in ids if id is not None}, by=by)
        return [
            None if id is None else Link(type.object_key, id, titles.get((type.object_key, id), f"#{id}")) for id in ids
        ]
    return [_typed(type, value) for value in values]


def _typed(type: FieldType | None, value: Any) -> Any:
    try:
        return value if type is None or not isinstance(value, str) else type.clean(value)
    except ValueError:  # written before the type became what it is
        return value


def _samples(kind: ObjectType, chosen: Chosen, changes: Sequence[FieldChange], by: Actor, verb: Verb) -> list[Sample]:
    """A few records with what these fields hold, as a list shows it."""
    found = choice(kind, chosen, by=by, verb=verb)
    cells = [cell_of(found.selected.tables, each.field) for each in changes]
    names = ", ".join([found.selected.fixed, *(sql for cell in cells for sql in cell.sql)])
    statement = found.statement(names, tail=f" ORDER BY {found.alias}.id LIMIT {SHOWN_RECORDS}")
    return [
        Sample(row[0], str(row[2] or ""), read_row(cells, row, 3)) for row in fetch(statement.text, statement.params)
    ]
