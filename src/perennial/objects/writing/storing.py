"""Rows into tables, as sets: multi-row INSERT for a few, COPY for many, one UPDATE for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import IntegrityError, models, transaction
from psycopg.errors import UniqueViolation

from perennial.foundation import clock
from perennial.foundation.sql import copy_rows, execute, fetch, fetch_planned, json
from perennial.foundation.text import fold, gram_array, grams, sort_key
from perennial.objects.columns import model_columns
from perennial.objects.fields import Field
from perennial.objects.record_fields import field_of, fields_of
from perennial.objects.stored import CUSTOM, custom_of, is_made
from perennial.objects.types import ObjectType

_FEW = 25
_CHUNK = 400
_MOMENTS = ("created_at", "updated_at")
CLASHES = (IntegrityError, UniqueViolation)  # COPY goes past Django, which would wrap the one in the other


@dataclass(frozen=True, slots=True)
class Layout:
    """How a kind's rows lie in its table: each column, the field behind it, and what stands there by default."""

    columns: tuple[str, ...]
    keys: tuple[str | None, ...]
    defaults: tuple[Callable[[], Any], ...]
    is_json: tuple[bool, ...]
    made: tuple[Field, ...]  # those that stand together in `custom`


@cache
def layout(kind: ObjectType) -> Layout:
    by_column = {each.sql_column: each.key for each in fields_of(kind) if not is_made(each)}
    stored = [each for each in kind.model._meta.concrete_fields if not each.primary_key]
    return Layout(
        tuple(str(each.column) for each in stored),
        tuple(by_column.get(str(each.column)) for each in stored),
        tuple(_default(each) for each in stored),
        tuple(isinstance(each, models.JSONField) for each in stored),
        tuple(each for each in fields_of(kind) if each.is_custom),
    )


def next_ids(kind: ObjectType, count: int) -> tuple[int, list[int]]:
    """A number for the run and one for each new record, by one statement."""
    row = fetch_planned(
        "SELECT nextval(pg_get_serial_sequence('objects_run', 'id')), array(SELECT nextval(pg_get_serial_sequence(%s,"
        " 'id')) FROM generate_series(1, %s::int))",
        [f'"{kind.table}"', count],
    )[0]
    return row[0], row[1]


def insert_rows(
    kind: ObjectType,
    ids: Sequence[int],
    records: Sequence[Mapping[str, Any]],
    fixed: Mapping[str, Any],
    said: Sequence[Mapping[str, Any]] = (),
) -> set[int]:
    """Store new records (values by field key; `fixed` by column). The ids stored: those missing were there already.
    `said` are the records as JSON, for whoever has them."""
    rows = _rows(kind, ids, records, fixed, said)
    columns = ("id", *layout(kind).columns)
    if len(rows) > _FEW:
        try:
            with transaction.atomic():
                copy_rows(kind.table, columns, rows)
            return set(ids)
        except CLASHES as error:
            raise_unless_taken(error)
    stored: set[int] = set()
    names = ", ".join(f'"{name}"' for name in columns)
    marks = f"({', '.join(['%s'] * len(columns))})"
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        write = fetch_planned if len(chunk) == 1 else fetch
        stored.update(
            row[0]
            for row in write(
                f'INSERT INTO "{kind.table}" ({names}) VALUES {", ".join([marks] * len(chunk))}'
                " ON CONFLICT DO NOTHING RETURNING id",
                [value for row in chunk for value in row],
            )
        )
    return stored


def update_rows(kind: ObjectType, rows: Mapping[int, Mapping[str, Any]]) -> None:
    """Write columns of many records by one statement; every row names the same columns. Raises `version` too."""
    if not rows:
        return
    columns = list(next(iter(rows.values())))
    types = model_columns(kind.model)
    sources, sets = ["%s::bigint[]"], ["version = t.version + 1", "updated_at = %s"]
    params: list[Any] = [clock.now(), list(rows)]
    for number, name in enumerate(columns):
        db_type = types[name].db_type
        values = [row[name] for row in rows.values()]
        if db_type.endswith("[]"):  # an array of arrays would be taken apart by unnest
            values = [None if value is None else _array(value) for value in values]
            sources.append("%s::text[]")
        else:
            sources.append(f"%s::{db_type}[]")
        params.append(values)
        # What stands in `custom` and is not named stays, also what no field shows any more; a null takes it away.
        written = f"v.c{number}::{db_type}"
        sets.append(f'"{name}" = ' + (f"jsonb_strip_nulls(t.custom || {written})" if name == CUSTOM else written))
    names = ", ".join(["id", *(f"c{number}" for number in range(len(columns)))])
    execute(
        f'UPDATE "{kind.table}" t SET {", ".join(sets)} FROM unnest({", ".join(sources)}) v({names}) WHERE t.id = v.id',
        params,
    )


def stored_value(kind: ObjectType, key: str, value: Any) -> Any:
    """What a column holds for a cleaned value: text that may not be NULL is empty instead."""
    declared = field_of(kind, key)
    if declared is None or is_made(declared):
        return value
    column = model_columns(kind.model).get(declared.sql_column)
    return "" if value is None and column is not None and not column.is_null and _is_text(column.db_type) else value


def raise_unless_taken(error: Exception) -> None:
    """A unique value that is taken is somebody's input; any other broken constraint is a bug."""
    if not isinstance(error, UniqueViolation) and not isinstance(error.__cause__, UniqueViolation):
        raise error


def is_searchable(kind: ObjectType) -> bool:
    return "grams" in model_columns(kind.model)


def search_values(kind: ObjectType, values: Mapping[str, Any]) -> dict[str, Any]:
    """The searched text of a record, its trigrams and its place in the order of names."""
    key, folded = _searched(kind, values)
    return {"sort_key": key, "folded": folded, "grams": grams(folded)}


def _searched(kind: ObjectType, values: Mapping[str, Any]) -> tuple[str, str]:
    texts = [str(value) for key in (kind.search or (kind.title,)) if (value := values.get(key)) not in (None, "")]
    return sort_key(str(values.get(kind.title) or "")), fold(" ".join(texts))


def _rows(
    kind: ObjectType,
    ids: Sequence[int],
    records: Sequence[Mapping[str, Any]],
    fixed: Mapping[str, Any],
    said: Sequence[Mapping[str, Any]],
) -> list[list[Any]]:
    """A row of the table for each record, its id before it. What all rows share is looked up once."""
    shape = layout(kind)
    places = {column: place for place, column in enumerate(shape.columns, start=1)}
    shared = _shared(shape, fixed)
    json_places = [place for place, is_json in enumerate(shape.is_json, start=1) if is_json]
    keyed = [(place, key, place in json_places) for place, key in enumerate(shape.keys, start=1) if key is not None]
    fresh = [
        (places[column], default)
        for column, default in zip(shape.columns, shape.defaults, strict=True)
        if column not in fixed and column not in _MOMENTS and _is_each_its_own(default)
    ]
    searched = is_searchable(kind)
    own = [each.key for each in shape.made] if CUSTOM not in fixed else []
    rows: list[list[Any]] = []
    for place_in_batch, (id, record) in enumerate(zip(ids, records, strict=True)):
        row = shared.copy()
        row[0] = id
        for place, default in fresh:
            row[place] = default()
        if searched:
            row[places["sort_key"]], row[places["folded"]] = _searched(kind, record)
            row[places["grams"]] = gram_array(row[places["folded"]])
        if own and said:
            known = said[place_in_batch]
            row[places[CUSTOM]] = json({key: known[key] for key in own if key in known})
        elif own:
            row[places[CUSTOM]] = json(custom_of(shape.made, record))
        for place, key, is_json in keyed:
            value = record.get(key)
            if value is not None:
                row[place] = json(value) if is_json else value
        rows.append(row)
    return rows


def _shared(shape: Layout, fixed: Mapping[str, Any]) -> list[Any]:
    """A row as it is before a record says anything."""
    now = clock.now()
    row: list[Any] = [None]
    for column, default, is_json in zip(shape.columns, shape.defaults, shape.is_json, strict=True):
        value = fixed[column] if column in fixed else now if column in _MOMENTS else default()
        row.append(json(value) if is_json else value)
    return row


def _is_each_its_own(default: Callable[[], Any]) -> bool:
    """Whether a default differs from row to row, as a drawn id does; an empty list, once sent, does not."""
    column = getattr(default, "__self__", None)
    return isinstance(column, models.Field) and callable(column.default) and column.default not in (dict, list)


def _array(value: Any) -> str:
    return "{" + ",".join(map(str, value)) + "}"


def _default(column: models.Field[Any, Any]) -> Callable[[], Any]:
    if column.has_default():
        return column.get_default
    if not column.null and _is_text(column.get_internal_type()):
        return str
    return _nothing


def _is_text(type: str) -> bool:
    return type.startswith(("varchar", "text", "char", "Char", "Text", "Email", "URL", "Slug"))


def _nothing() -> None:
    return None
