"""The fields that users made, as typed columns of the lake: `custom_<key>`, one for each key of a table.

They stay when a field is retired, for it may come back. A value is read out of the row's JSON as every list reads it.
"""

from __future__ import annotations

import pyarrow as pa

from perennial.conditions.schema import ColumnType
from perennial.lake.layout import MOMENT, TEXTS, WIDEST, Column
from perennial.objects.fields import Field
from perennial.objects.made.building import field_of_definition
from perennial.objects.models import CustomRecord, MadeField
from perennial.objects.stored import sql_of
from perennial.objects.types import object_types

PREFIX = "custom_"
IDS = pa.list_(pa.field("element", pa.int64()))
_NUMBERS = frozenset({ColumnType.NUMBER, ColumnType.MONEY})
_TYPES = {
    **dict.fromkeys((ColumnType.WHOLE, ColumnType.MEMBER, ColumnType.TEAM, ColumnType.REF), pa.int64()),
    **dict.fromkeys(_NUMBERS, WIDEST),
    ColumnType.FLAG: pa.bool_(), ColumnType.MOMENT: MOMENT, ColumnType.DAY: pa.date32(),
    ColumnType.LIST: TEXTS, ColumnType.REFS: IDS,
}  # fmt: skip


def name_of(field: Field) -> str:
    """The field's column in the lake."""
    return f"{PREFIX}{field.key}" if field.is_custom else field.sql_column


def made_columns(table: str) -> list[Column]:
    """Of all kinds that share the table, in an order that a new one does not change."""
    kinds = {each.key for each in object_types.values() if each.table == table}
    made = MadeField.objects.order_by("id")
    if table == CustomRecord._meta.db_table:
        made = made.filter(object_key__startswith="made.")
    else:
        made = made.filter(object_key__in=kinds)
    found: dict[str, Column] = {}
    for each in made:
        field = field_of_definition(each)
        if field is not None and field.is_custom and field.expression is None:
            found.setdefault(field.key, _column(field))
    return list(found.values())


def _column(field: Field) -> Column:
    type, sql = field.type.column, sql_of(field, "")
    if type in (ColumnType.LIST, ColumnType.REFS):
        sql = f"(custom->'{field.key}')::text"
    elif type in _NUMBERS:
        sql = f"CASE WHEN abs({sql}) < 1e28 THEN round({sql}, 10) END"
    return Column(name_of(field), sql, _TYPES.get(type, pa.string()))
