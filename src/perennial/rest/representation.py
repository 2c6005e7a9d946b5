"""Records as JSON: id, version, fields, related records and facts, as their shape says.

A page is made column by column, not row by row: most values are JSON as they come from the database, and then a whole
column costs nothing.
"""

from __future__ import annotations

from typing import Any

from perennial.objects.query import Page, Row
from perennial.objects.record_fields import FACT
from perennial.objects.saying import Column, read_column, say_column
from perennial.rest.shapes import Shape


def page_as_json(page: Page, shape: Shape) -> list[dict[str, Any]]:
    if not page.tuples:
        return []
    stored = list(zip(*page.tuples, strict=True))
    columns: dict[str, Column] = {}
    place = page.start
    for cell in page.cells:
        columns[cell.key] = read_column(cell, stored[place : place + len(cell.sql)], len(page.tuples))
        place += len(cell.sql)
    return _rows(stored[0], stored[1], columns, shape)


def row_as_json(row: Row, shape: Shape) -> dict[str, Any]:
    return _rows([row.id], [row.version], {key: [value] for key, value in row.values.items()}, shape)[0]


def etag(row: Row) -> str:
    """A strong validator (RFC 9110 §8.8.3): the record's version."""
    return f'"{row.id}-{row.version}"'


def _rows(ids: Column, versions: Column, columns: dict[str, Column], shape: Shape) -> list[dict[str, Any]]:
    said: dict[str, Column] = {"id": ids, "version": versions}
    said |= {key: say_column(type, columns[key]) for key, type in shape.own.items()}
    opened: dict[str, dict[str, Column]] = {}  # by the relation that leads there, then by field
    for path in sorted(shape.nested, key=lambda each: -each.count(".")):  # what lies deeper first
        types = shape.nested[path]
        inner = {key: say_column(type, columns[f"{path}.{key}"]) for key, type in types.items()}
        inner |= {key: _joined(inner[key], deeper) for key, deeper in opened.pop(path, {}).items()}
        head, dot, key = path.rpartition(".")
        if dot:
            opened.setdefault(head, {})[key] = _dicts(inner, len(ids))
        else:
            said[path] = _joined(said[path], _dicts(inner, len(ids)))
    if shape.facts:
        said["facts"] = _dicts(
            {key: say_column(type, columns[FACT + key]) for key, type in shape.facts.items()}, len(ids)
        )
    return _dicts(said, len(ids))


def _joined(links: Column, fields: Column) -> Column:
    return [link and link | more for link, more in zip(links, fields, strict=True)]


def _dicts(columns: dict[str, Column], count: int) -> list[dict[str, Any]]:
    if not columns:
        return [{} for _row in range(count)]
    keys = tuple(columns)
    return [dict(zip(keys, values, strict=True)) for values in zip(*columns.values(), strict=True)]
