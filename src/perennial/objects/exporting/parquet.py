"""Parquet: typed columns, compressed, as every data tool reads them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from perennial.foundation.libraries import on_demand
from perennial.objects.exporting.plan import Plan
from perennial.objects.exporting.progress import Progress
from perennial.objects.exporting.typed import Typed, typed_rows

if TYPE_CHECKING:
    import pyarrow as pa
else:
    pa = on_demand("pyarrow", "pyarrow.parquet")

_ROWS = 100_000  # of a row group
_DIGITS, _PLACES = 38, 10
_LARGEST = 10 ** (_DIGITS - _PLACES)


def write_parquet(plan: Plan, path: Path, progress: Progress) -> None:
    with typed_rows(plan, with_ids=True) as (columns, batches):
        types = _types()
        schema = pa.schema(
            [pa.field(each.name, types[each.type], metadata={"label": each.heading}) for each in columns]
        )
        with pa.parquet.ParquetWriter(path, schema, compression="zstd") as file:
            waiting: list[pa.RecordBatch] = []
            rows = 0
            for batch in batches:
                waiting.append(_arrow(batch, columns, schema))
                rows += len(batch)
                if rows >= _ROWS:
                    file.write_table(pa.Table.from_batches(waiting, schema))
                    waiting, rows = [], 0
                progress.add(len(batch))
            file.write_table(pa.Table.from_batches(waiting, schema))


def _types() -> dict[str, pa.DataType]:
    return {
        "text": pa.string(), "texts": pa.list_(pa.string()), "whole": pa.int64(), "flag": pa.bool_(),
        "day": pa.date32(), "moment": pa.timestamp("us", "UTC"), "number": pa.decimal128(_DIGITS, _PLACES),
    }  # fmt: skip


def _arrow(batch: list[tuple[Any, ...]], columns: list[Typed], schema: pa.Schema) -> pa.RecordBatch:
    stored = zip(*batch, strict=True)
    arrays = [
        pa.array([_fitting(value) for value in values] if column.type == "number" else values, field.type)
        for column, field, values in zip(columns, schema, stored, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _fitting(value: Any) -> Any:
    """A number that a column of decimals can hold; None for one that is none."""
    if value is None:
        return None
    if not value.is_finite() or abs(value) >= _LARGEST:
        return None
    return round(value, _PLACES)
