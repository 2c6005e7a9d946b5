"""What is known of records as of an instant, as typed columns that can be learnt from.

A moment becomes the days from it to the instant (a later one is negative), so that what was learnt of one instant holds
at another. Money and numbers become floats; a choice, a country or whoever is named stays a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from perennial.conditions.schema import ColumnType
from perennial.foundation.libraries import on_demand
from perennial.metrics.predictions import Prediction, rules_of
from perennial.objects.schema import column_of, schema_of
from perennial.objects.types import object_types
from perennial.objects.zones import firm_zone
from perennial.workspace.actor import SYSTEM

if TYPE_CHECKING:
    import pyarrow as pa

    from perennial.lake import records
    from perennial.lake.reader import Lake
else:
    pa = on_demand("pyarrow", "pyarrow.compute")
    records = on_demand("perennial.lake.records")

DAY = 86_400.0  # seconds
_NUMBERS = frozenset({ColumnType.WHOLE, ColumnType.NUMBER, ColumnType.MONEY})
_TIMES = frozenset({ColumnType.MOMENT, ColumnType.DAY})
LEARNABLE = _NUMBERS | _TIMES | {
    ColumnType.FLAG, ColumnType.CHOICE, ColumnType.TEXT, ColumnType.MEMBER, ColumnType.TEAM, ColumnType.REF,
}  # fmt: skip


def known_then(lake: Lake, prediction: Prediction, as_of: datetime, days: int) -> pa.Table:
    """`id` and a column for each feature under its key, of everybody who was in the population; by id."""
    kind = object_types[prediction.object_key]
    rule = rules_of(prediction, days).population
    found = records.told_of(lake, kind, by=SYSTEM, fields=prediction.features, where=rule, as_of=as_of)
    return typed(_table(lake, found), prediction, as_of)


def had_outcome(lake: Lake, prediction: Prediction, end: datetime, days: int) -> Any:
    """The ids of all records of which the outcome held at the end of the horizon."""
    kind = object_types[prediction.object_key]
    rule = rules_of(prediction, days).outcome
    found = records.told_of(lake, kind, by=SYSTEM, fields=(), where=rule, as_of=end)
    return _table(lake, found).column("id").to_numpy()


def typed(found: pa.Table, prediction: Prediction, as_of: datetime) -> pa.Table:
    schema = schema_of(object_types[prediction.object_key])
    columns = {"id": found.column("id")}
    for key in prediction.features:
        info = schema.field(key)
        assert info is not None
        columns[key] = _typed(found.column(key), info.type, as_of)
    return pa.table(columns)


def labels(prediction: Prediction, keys: Sequence[str]) -> dict[str, str]:
    """The names of features for people, in the language that is spoken now."""
    kind = object_types[prediction.object_key]
    told = {key: column_of(kind, key) for key in keys}
    return {key: str(found[0]) for key, found in told.items() if found is not None}


def _typed(column: pa.ChunkedArray, type: ColumnType, as_of: datetime) -> pa.ChunkedArray:
    if type in _NUMBERS:
        return column.cast(pa.float64())
    if type is ColumnType.FLAG:
        return column.cast(pa.bool_())
    if type in _TIMES:
        return _days_before(column, as_of)
    return column.cast(pa.string())


def _days_before(column: pa.ChunkedArray, as_of: datetime) -> pa.ChunkedArray:
    """A day begins, for this, by the firm's clocks."""
    instant = as_of.timestamp()
    if pa.types.is_date(column.type):
        midnight = column.cast(pa.timestamp("us"))
        column = pa.compute.assume_timezone(midnight, str(firm_zone()), ambiguous="earliest", nonexistent="earliest")
    micros = column.cast(pa.timestamp("us", "UTC")).cast(pa.int64()).cast(pa.float64())
    seconds = pa.compute.divide(micros, pa.scalar(1e6))
    return pa.compute.divide(pa.compute.subtract(pa.scalar(instant), seconds), pa.scalar(DAY))


def _table(lake: Lake, found: Any) -> pa.Table:
    table = lake.arrow(found)
    assert isinstance(table, pa.Table)
    return table.sort_by("id")


def utc(as_of: datetime) -> datetime:
    return as_of.astimezone(UTC).replace(tzinfo=None)
