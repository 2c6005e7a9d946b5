"""Where the value of a field stands in a row: in a column of its own, in the JSON of fields that users made, nowhere.

The cast of a made field is safe without a look at the value: a key belongs to one type in the whole table, for as long
as the table stands (`made.defining` sees to it), and only cleaned values are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from perennial.conditions.schema import ColumnType
from perennial.objects.fields import Field

CUSTOM = "custom"
_CASTS = {
    **dict.fromkeys((ColumnType.WHOLE, ColumnType.MEMBER, ColumnType.TEAM, ColumnType.REF), "({text})::bigint"),
    **dict.fromkeys((ColumnType.NUMBER, ColumnType.MONEY), "({text})::numeric"),
    ColumnType.FLAG: "({text})::boolean",
    ColumnType.MOMENT: "objects_moment({text})", ColumnType.DAY: "objects_day({text})",
    ColumnType.LIST: "objects_texts({json})", ColumnType.REFS: "objects_ids({json})",
}  # fmt: skip


def sql_of(field: Field, alias: str) -> str:
    """The SQL of the field's value in the row that `alias` names. An index on a made field is on this expression."""
    if field.expression is not None:
        return f"({field.expression(alias)})"
    if field.is_custom:
        prefix = f"{alias}." if alias else ""
        text, json = f"{prefix}custom->>'{field.key}'", f"{prefix}custom->'{field.key}'"
        return _CASTS.get(field.type.column, "({text})").format(text=text, json=json)
    return f'{alias}."{field.sql_column}"'


def is_made(field: Field) -> bool:
    """Whether it has no column of its own."""
    return field.is_custom or field.expression is not None


def custom_of(fields: Iterable[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in `custom` for cleaned values: of the made fields that have one."""
    return {
        each.key: each.type.json(values[each.key])
        for each in fields
        if each.is_custom and values.get(each.key) is not None
    }
