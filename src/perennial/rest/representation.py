"""Records as JSON: id, version, fields, related records and facts, as their shape says.

A page is made column by column, not row by row: most values are JSON as they come from the database, and then a whole
column costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from perennial.objects.cells import Cell
from perennial.objects.fields import (
    ChoiceType,
    CountryType,
    EmailType,
    FieldType,
    FlagType,
    LongTextType,
    MomentType,
    PhoneType,
    TextType,
    UrlType,
    WholeType,
)
from perennial.objects.query import Page, Row
from perennial.objects.record_fields import FACT
from perennial.rest.shapes import Shape

# What these read from the database the encoder writes as they say it themselves.
_AS_IT_IS = (
    ChoiceType, CountryType, EmailType, FlagType, LongTextType, MomentType, PhoneType, TextType, UrlType, WholeType,
)  # fmt: skip
Column = Sequence[Any]


def page_as_json(page: Page, shape: Shape) -> list[dict[str, Any]]:
    if not page.tuples:
        return []
    stored = list(zip(*page.tuples, strict=True))
    columns: dict[str, Column] = {}
    place = page.start
    for cell in page.cells:
        columns[cell.key] = _read(cell, stored[place : place + len(cell.sql)], len(page.tuples))
        place += len(cell.sql)
    return _rows(stored[0], stored[1], columns, shape)


def row_as_json(row: Row, shape: Shape) -> dict[str, Any]:
    return _rows([row.id], [row.version], {key: [value] for key, value in row.values.items()}, shape)[0]


def etag(row: Row) -> str:
    """A strong validator (RFC 9110 §8.8.3): the record's version."""
    return f'"{row.id}-{row.version}"'


def _rows(ids: Column, versions: Column, columns: dict[str, Column], shape: Shape) -> list[dict[str, Any]]:
    said: dict[str, Column] = {"id": ids, "version": versions}
    said |= {key: _said(type, columns[key]) for key, type in shape.own.items()}
    for relation, types in shape.nested.items():
        inner = _dicts({key: _said(type, columns[f"{relation}.{key}"]) for key, type in types.items()}, len(ids))
        said[relation] = [link and link | fields for link, fields in zip(said[relation], inner, strict=True)]
    if shape.facts:
        said["facts"] = _dicts({key: _said(type, columns[FACT + key]) for key, type in shape.facts.items()}, len(ids))
    return _dicts(said, len(ids))


def _dicts(columns: dict[str, Column], count: int) -> list[dict[str, Any]]:
    if not columns:
        return [{} for _row in range(count)]
    keys = tuple(columns)
    return [dict(zip(keys, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _read(cell: Cell, stored: Sequence[Column], count: int) -> Column:
    if cell.read is None:
        return stored[0]
    got: Iterable[Sequence[Any]] = zip(*stored, strict=True) if stored else ((),) * count
    read = cell.read
    return [read(each) for each in got]


def _said(type: FieldType, column: Column) -> Column:
    if isinstance(type, _AS_IT_IS):
        return column
    json = type.json
    return [None if value is None else json(value) for value in column]
