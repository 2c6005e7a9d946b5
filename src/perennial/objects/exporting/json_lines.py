"""JSON Lines: a record a line, as the API says it, so that importing takes it again without a question.

Made column by column, a thousand rows at a time: most values are JSON as they come from the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

import msgspec

from perennial.foundation import sql
from perennial.objects.cells import Cell, cell_of
from perennial.objects.exporting.plan import Plan, end_run
from perennial.objects.exporting.progress import Progress
from perennial.objects.fields import FieldType
from perennial.objects.saying import Column, read_column, say_column
from perennial.objects.schema import column_of

_ROWS = 1_000


def blocks(plan: Plan, run_id: int, progress: Progress) -> Iterator[bytes]:
    chosen = plan.selection()
    cells = [cell_of(chosen.tables, key) for key in plan.keys]
    types = [found[1] if (found := column_of(plan.kind, key, by=plan.by)) else None for key in plan.keys]
    statement = plan.statement(chosen, [part for cell in cells for part in cell.sql] or ["1"])
    encoder, count = msgspec.json.Encoder(decimal_format="string", enc_hook=_said_by_types), 0
    with sql.streamed(*statement, batch=_ROWS) as rows:
        while batch := list(islice(rows, _ROWS)):
            yield encoder.encode_lines(_records(batch, plan.keys, cells, types))
            count += len(batch)
            progress.add(len(batch))
    end_run(run_id, count)


def _records(
    batch: Sequence[Sequence[Any]], keys: Sequence[str], cells: Sequence[Cell], types: Sequence[FieldType | None]
) -> list[dict[str, Any]]:
    stored = list(zip(*batch, strict=True))
    columns: list[Column] = []
    place = 0
    for cell, type in zip(cells, types, strict=True):
        columns.append(say_column(type, read_column(cell, stored[place : place + len(cell.sql)], len(batch))))
        place += len(cell.sql)
    return [dict(zip(keys, values, strict=True)) for values in zip(*columns, strict=True)]


def _said_by_types(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else repr(value)
