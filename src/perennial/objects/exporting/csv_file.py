"""CSV, streamed: PostgreSQL writes the lines itself, so that a million rows need no memory here.

Text that a spreadsheet would take for a formula gets an apostrophe in front, which importing takes away again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from django.db import connection, transaction

from perennial.conditions.resolver import Sql
from perennial.conditions.schema import ColumnType
from perennial.conditions.tree import TRUE, Condition
from perennial.objects.cells import text_of
from perennial.objects.columns import Tables
from perennial.objects.exporting.plan import LABELS, Headings, Plan, begin_run, end_run, plan_of
from perennial.objects.exporting.progress import Progress
from perennial.objects.fields import ChoicesType, FileType, MoneyType, RefsType
from perennial.objects.many import file_sql, links_sql
from perennial.objects.record_fields import field_of
from perennial.objects.stored import sql_of
from perennial.objects.types import ObjectType
from perennial.workspace.actor import Actor

_BLOCK = 64 * 1024
_FORMULA = "^[=+@\\t\\r-]"  # what makes a spreadsheet calculate
_BOM = b"\xef\xbb\xbf"  # by which Excel knows UTF-8
_NO_TEXT = frozenset({ColumnType.WHOLE, ColumnType.FLAG, ColumnType.MOMENT, ColumnType.DAY})


def csv_rows(
    kind: ObjectType,
    *,
    by: Actor,
    where: Condition = TRUE,
    columns: Sequence[str] | None = None,
    search: str = "",
    sort: str | None = None,
    headings: Headings = LABELS,
) -> Iterator[bytes]:
    """The file in blocks. Refuses before the first one; without `columns` it has the id and every field."""
    plan = plan_of(kind, by=by, where=where, columns=columns, search=search, sort=sort, headings=headings)
    return blocks(plan, begin_run(plan).id, Progress())


def blocks(plan: Plan, run_id: int, progress: Progress) -> Iterator[bytes]:
    chosen = plan.selection()
    statement = plan.statement(chosen, [_cell(chosen.tables, key) for key in plan.keys])
    heading = io.StringIO()
    csv.writer(heading, lineterminator="\n").writerow([plan.heading(key) for key in plan.keys])
    return _blocks(_BOM + heading.getvalue().encode(), statement, run_id, progress)


def _blocks(heading: bytes, statement: Sql, run_id: int, progress: Progress) -> Iterator[bytes]:
    yield heading
    block, rows = bytearray(), 0
    with transaction.atomic(), connection.cursor() as cursor:
        with cursor.cursor.copy(f"COPY ({statement.text}) TO STDOUT (FORMAT csv)", statement.params) as copy:
            for part in copy:  # a row each
                block += part
                rows += 1
                if len(block) >= _BLOCK:
                    yield bytes(block)
                    progress.add(rows)
                    block.clear()
                    rows = 0
        count = cursor.cursor.rowcount
    if block:
        yield bytes(block)
    progress.add(rows)
    end_run(run_id, count)


def _cell(tables: Tables, key: str) -> str:
    text, place = text_of(tables, key)
    if place.is_hidden:
        return "NULL"
    match place.type:
        case MoneyType(currency=beside) if beside:
            declared = field_of(place.kind, beside)
            currency = sql_of(declared, place.alias) if declared else f'{place.alias}."{beside}"'
            return f"trim_scale({place.sql})::text || ' ' || {currency}"
        case RefsType() as refs:
            found = f"({links_sql(tables, place, refs)})::jsonb"
            text = f"(SELECT string_agg(l.v->>1, '; ' ORDER BY l.n) FROM jsonb_array_elements({found})" \
                   " WITH ORDINALITY l (v, n))"  # fmt: skip
        case ChoicesType():
            text = f"array_to_string({place.sql}, '; ')"
        case FileType():
            text = file_sql(tables, place)[1]
        case type if type.column in (ColumnType.MONEY, ColumnType.NUMBER):
            return f"trim_scale(({place.sql})::numeric)::text"
        case type if type.column in _NO_TEXT:
            return text
    return f"CASE WHEN {text} ~ '{_FORMULA}' THEN '''' || {text} ELSE {text} END"
