"""What a row shows: for each column asked for, its SQL and how the answer becomes a Python value."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from perennial.conditions.schema import ColumnType
from perennial.conditions.tree import TRUE
from perennial.foundation.money import Money
from perennial.objects.access import predicate
from perennial.objects.columns import Place, Tables
from perennial.objects.fields import Field, FileType, LinesType, Link, LinkType, MoneyType, RefsType, RefType
from perennial.objects.many import file_sql, links_sql, read_file, read_links
from perennial.objects.record_fields import field_of
from perennial.objects.stored import sql_of
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.firm import the_firm

Read = Callable[[Sequence[Any]], Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """`read` is given the values of `sql`, in their order; None takes the only one as it is."""

    key: str
    sql: tuple[str, ...]
    read: Read | None = None


def cell_of(tables: Tables, key: str) -> Cell:
    """Adds to `tables` whatever joins the column needs."""
    place = tables.place(key)
    if place.is_hidden:
        return Cell(key, (), _no_value)
    match place.type:
        case MoneyType(currency=""):
            currency = the_firm().currency
            return Cell(key, (place.sql,), lambda got: None if got[0] is None else Money(got[0], currency))
        case MoneyType(currency=beside):
            declared = field_of(place.kind, beside)
            column = sql_of(declared, place.alias) if declared else f'{place.alias}."{beside}"'
            return Cell(
                key,
                (place.sql, column),
                lambda got: None if got[0] is None else Money(got[0], got[1] or the_firm().currency),
            )
        case RefsType() as refs:
            return Cell(key, (links_sql(tables, place, refs),), lambda got: read_links(refs, got[0]))
        case FileType():
            found = place.kind.key, key.rpartition(".")[2]
            return Cell(key, file_sql(tables, place), lambda got: read_file(*found, got))
        case LinesType():
            return Cell(key, (_lines_sql(tables, place.type, place),), _lines_reader(place.type))
        case type if isinstance(type, LinkType):
            object_key = type.object_key
            return Cell(
                key,
                (place.sql, tables.title_of(place)),
                lambda got: None if got[0] is None else Link(object_key, got[0], got[1] or ""),
            )
    return Cell(key, (place.sql,))


def _no_value(got: Sequence[Any]) -> None:
    """Of what the actor may not read."""


def text_of(tables: Tables, key: str) -> tuple[str, Place]:
    """The SQL of a column as text, with the title in place of an id: for search results."""
    place = tables.place(key)
    return f"({tables.title_of(place)})::text", place


def read_row(cells: Sequence[Cell], values: Sequence[Any], start: int) -> dict[str, Any]:
    """The values of a row by key. The cells' values begin at `start`."""
    row: dict[str, Any] = {}
    for cell in cells:
        if cell.read is None:
            row[cell.key] = values[start]
            start += 1
        else:
            stop = start + len(cell.sql)
            row[cell.key] = cell.read(values[start:stop])
            start = stop
    return row


def _lines_sql(tables: Tables, lines: LinesType, place: Place) -> str:
    """One JSON array with all lines. Values go as text, because JSON's numbers would lose decimals."""
    pairs = ", ".join(f"'{part.key}', {_part_sql(tables, part)}" for part in lines.parts)
    return (
        f"(SELECT coalesce(jsonb_agg(jsonb_build_object({pairs}) ORDER BY l.\"{lines.order}\"), '[]')"
        f' FROM "{lines.table}" l WHERE l."{lines.parent}" = {place.alias}.id)'
    )


def _part_sql(tables: Tables, part: Field) -> str:
    value = sql_of(part, "l")
    target = object_types.get(part.type.object_key) if isinstance(part.type, RefType) else None
    if target is None:
        return f"{value}::text"
    is_seen = predicate(target, by=tables.by, verb="view") == TRUE
    title = f'(SELECT {title_column(target, "p")} FROM "{target.table}" p WHERE p.id = {value})' if is_seen else "''"
    return f"json_build_array({value}, {title})"


def _lines_reader(lines: LinesType) -> Read:
    def read(got: Sequence[Any]) -> list[dict[str, Any]]:
        found = json.loads(got[0] or "[]")
        return [{part.key: _typed(part, line.get(part.key)) for part in lines.parts} for line in found]

    return read


def _typed(part: Field, text: Any) -> Any:
    if isinstance(text, list) and isinstance(part.type, RefType):
        return None if text[0] is None else Link(part.type.object_key, text[0], text[1] or "")
    if text is None:
        return None
    match part.type.column:
        case ColumnType.WHOLE | ColumnType.REF | ColumnType.MEMBER | ColumnType.TEAM:
            return int(text)
        case ColumnType.NUMBER | ColumnType.MONEY:
            return Decimal(text)
        case ColumnType.FLAG:
            return text == "true"
        case ColumnType.MOMENT:
            return datetime.fromisoformat(text)
        case ColumnType.DAY:
            return date.fromisoformat(text)
    return str(text)


def title_column(kind: ObjectType, alias: str) -> str:
    declared = field_of(kind, kind.title)
    return sql_of(declared, alias) if declared else f'{alias}."{kind.title}"'
