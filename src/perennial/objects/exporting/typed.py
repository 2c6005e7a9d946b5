"""Rows as typed values, for formats whose cells have types: spreadsheets and Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from perennial.conditions.resolver import Sql
from perennial.conditions.schema import ColumnType
from perennial.foundation import sql
from perennial.objects.cells import text_of
from perennial.objects.columns import Tables
from perennial.objects.exporting.plan import Plan
from perennial.objects.fields import FileType, LinkType, MoneyType, RefsType
from perennial.objects.many import file_sql, links_sql
from perennial.objects.record_fields import field_of
from perennial.objects.stored import sql_of

CellType = Literal["text", "texts", "whole", "number", "flag", "moment", "day"]
_TYPES: dict[ColumnType, CellType] = {
    ColumnType.WHOLE: "whole", ColumnType.NUMBER: "number", ColumnType.MONEY: "number", ColumnType.FLAG: "flag",
    ColumnType.MOMENT: "moment", ColumnType.DAY: "day", ColumnType.LIST: "texts",
}  # fmt: skip
_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Typed:
    """A column of the file; some fields have two (an amount and its currency, a record and its number)."""

    name: str
    heading: str
    sql: str
    type: CellType


@contextmanager
def typed_rows(plan: Plan, *, with_ids: bool) -> Iterator[tuple[list[Typed], Iterator[list[tuple[Any, ...]]]]]:
    """The columns, and the rows in batches. `with_ids` gives records that are referred to by their numbers as well."""
    columns, statement = typed_statement(plan, with_ids=with_ids)
    with sql.streamed(*statement, batch=_ROWS) as rows:
        yield columns, _batches(rows)


def typed_statement(plan: Plan, *, with_ids: bool) -> tuple[list[Typed], Sql]:
    """The columns, and what selects them as c0, c1 …"""
    chosen = plan.selection()
    columns = [column for key in plan.keys for column in _columns(chosen.tables, plan, key, with_ids)]
    expressions = [f"{each.sql} AS c{number}" for number, each in enumerate(columns)]
    return columns, plan.statement(chosen, expressions or ["1"])


def _batches(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    while batch := list(islice(rows, _ROWS)):
        yield batch


def _columns(tables: Tables, plan: Plan, key: str, with_ids: bool) -> Sequence[Typed]:
    heading = plan.heading(key)
    text, place = text_of(tables, key)
    if place.is_hidden:
        return [Typed(key, heading, "NULL::text", "text")]
    match place.type:
        case MoneyType(currency=beside) if beside:
            declared = field_of(place.kind, beside)
            currency = sql_of(declared, place.alias) if declared else f'{place.alias}."{beside}"'
            return [Typed(key, heading, f"({place.sql})::numeric", "number"),
                    Typed(f"{key}_currency", f"{heading} ({beside})", f"({currency})::text", "text")]  # fmt: skip
        case RefsType() as refs:
            found = f"({links_sql(tables, place, refs)})::jsonb"
            titles = (
                f"(SELECT array_agg(l.v->>1 ORDER BY l.n) FROM jsonb_array_elements({found}) WITH ORDINALITY l (v, n))"
            )
            return [Typed(key, heading, titles, "texts")]
        case FileType():
            return [Typed(key, heading, file_sql(tables, place)[1], "text")]
        case type if isinstance(type, LinkType):
            title = Typed(key, heading, text, "text")
            return [Typed(f"{key}_id", key, f"({place.sql})::bigint", "whole"), title] if with_ids else [title]
        case type:
            kind = _TYPES.get(type.column, "text")
            return [Typed(key, heading, text if kind == "text" else place.sql, kind)]
