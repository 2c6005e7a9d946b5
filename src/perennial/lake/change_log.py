"""What the lake's change log says of one field: its changes, as typed values."""

from __future__ import annotations

from datetime import UTC, datetime

import ibis
import ibis.expr.types as ir

from perennial.conditions.lake import LakeChanges
from perennial.conditions.schema import MANY, ColumnType
from perennial.lake.made import name_of
from perennial.lake.reader import Lake
from perennial.lake.registry import record_table
from perennial.objects.fields import Field
from perennial.objects.types import ObjectType, object_types

_TYPES = {
    **dict.fromkeys((ColumnType.WHOLE, ColumnType.MEMBER, ColumnType.TEAM, ColumnType.REF), "int64"),
    **dict.fromkeys((ColumnType.NUMBER, ColumnType.MONEY), "decimal(38, 10)"),
    ColumnType.FLAG: "boolean", ColumnType.MOMENT: "timestamp('UTC')", ColumnType.DAY: "date",
}  # fmt: skip


def field_changes(lake: Lake, kind: ObjectType, field: Field) -> LakeChanges:
    """Kinds that share a table share their changes: a record may have been written as one or as the other."""
    keys = [each.key for each in object_types.values() if each.table == kind.table]
    log = lake.table("changes")
    log = log.filter([log.kind == "update", log.object_key.isin(keys), log["values"].contains(f'"{field.key}": [')])
    pair = log["values"].cast("json")[field.key]
    log = log.select(
        record=log.record_id, at=log.occurred_at, id=log.id, old=_typed(pair[0], field), new=_typed(pair[1], field)
    )
    return LakeChanges(log, field.type.column)


def values_before(lake: Lake, kind: ObjectType, field: Field, as_of: datetime) -> ir.Table:
    """What the field was at the instant, for the records in which it was changed later: `record` and `old`."""
    log = field_changes(lake, kind, field).table
    log = log.filter(log["at"] > ibis.literal(as_of.astimezone(UTC), type="timestamp('UTC')"))
    order = ibis.row_number().over(group_by=log.record, order_by=[log["at"], log["id"]])
    first = log.mutate(order=order)
    return first.filter(first.order == 0).select("record", "old")


def field_then(lake: Lake, kind: ObjectType, field: Field, as_of: datetime) -> ir.Table:
    """`record` and `value` of every row of the kind's table: what the field was at the instant."""
    table = lake.table(record_table(kind.table))
    before = values_before(lake, kind, field, as_of).rename(changed="record")
    joined = table.left_join(before, table.id == before.changed)
    now = joined[name_of(field)]
    then = ibis.ifelse(joined.changed.notnull(), joined.old.cast(now.type()), now)
    return joined.select(record=joined.id, value=then)


def _typed(value: ir.JSONValue, field: Field) -> ir.Value:
    """Of JSON: a number is its own text; a text, a day and a moment stand in a string; money may have its currency."""
    type = field.type.column
    if type in MANY:
        return value.unwrap_as("array<int64>" if type is ColumnType.REFS else "array<string>")
    if type not in _TYPES:
        return value.str
    text = value.str.fill_null(value.cast("string"))
    if type is ColumnType.MONEY:
        text = value["amount"].str.fill_null(text)
    return text.try_cast(_TYPES[type])
