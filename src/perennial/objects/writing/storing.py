"""Rows into tables, as sets: multi-row INSERT for a few, COPY for many, one UPDATE for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import IntegrityError, models, transaction
from psycopg.errors import UniqueViolation

from perennial.foundation import clock
from perennial.foundation.sql import copy_rows, execute, fetch, json
from perennial.foundation.text import fold, grams, sort_key
from perennial.objects.columns import model_columns
from perennial.objects.fields import Field
from perennial.objects.record_fields import field_of, fields_of
from perennial.objects.stored import CUSTOM, custom_of, is_made
from perennial.objects.types import ObjectType

_FEW = 25
_CHUNK = 400
CLASHES = (IntegrityError, UniqueViolation)  # COPY goes past Django, which would wrap the one in the other


@dataclass(frozen=True, slots=True)
class Layout:
    """How a kind's rows lie in its table: each column, the field behind it, and what stands there by default."""

    columns: tuple[str, ...]
    keys: tuple[str | None, ...]
    defaults: tuple[Callable[[], Any], ...]
    is_json: tuple[bool, ...]
    grams: int | None  # where the trigrams stand, which are written as text: that is quicker by far
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
        next((place for place, each in enumerate(stored) if each.column == "grams"), None),
        tuple(each for each in fields_of(kind) if each.is_custom),
    )


def next_ids(kind: ObjectType, count: int) -> tuple[int, list[int]]:
    """A number for the run and one for each new record, by one statement."""
    row = fetch(
        "SELECT nextval(pg_get_serial_sequence('objects_run', 'id')), array(SELECT nextval(pg_get_serial_sequence(%s,"
        " 'id')) FROM generate_series(1, %s))",
        [f'"{kind.table}"', count],
    )[0]
    return row[0], row[1]


def insert_rows(
    kind: ObjectType, ids: Sequence[int], records: Sequence[Mapping[str, Any]], fixed: Mapping[str, Any]
) -> set[int]:
    """Store new records (values by field key; `fixed` by column). The ids stored: those missing were there already."""
    shape = layout(kind)
    now = clock.now()
    rows = [(id, *_row(kind, shape, record, fixed, now)) for id, record in zip(ids, records, strict=True)]
    columns = ("id", *shape.columns)
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
        stored.update(
            row[0]
            for row in fetch(
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
    texts = [str(values[key]) for key in (kind.search or (kind.title,)) if values.get(key) not in (None, "")]
    folded = fold(" ".join(texts))
    return {"sort_key": sort_key(str(values.get(kind.title) or "")), "folded": folded, "grams": grams(folded)}


def _row(
    kind: ObjectType, shape: Layout, record: Mapping[str, Any], fixed: Mapping[str, Any], now: datetime
) -> list[Any]:
    searched = search_values(kind, record) if is_searchable(kind) else {}
    row: list[Any] = []
    for column, key, default, is_json in zip(shape.columns, shape.keys, shape.defaults, shape.is_json, strict=True):
        value = record.get(key) if key is not None else None
        if value is None:
            if column in searched:
                value = searched[column]
            elif column in fixed:
                value = fixed[column]
            elif column == CUSTOM and shape.made:
                value = custom_of(shape.made, record)
            elif column in ("created_at", "updated_at"):
                value = now
            else:
                value = default()
        row.append(json(value) if is_json else value)
    if shape.grams is not None:
        row[shape.grams] = _array(row[shape.grams])
    return row


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
