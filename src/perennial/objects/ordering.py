"""What rows are sorted by: several columns, each up or down, rows without a value last; the id breaks ties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import MANY, ColumnType
from perennial.foundation.errors import Invalid
from perennial.objects.columns import Tables, model_columns
from perennial.objects.dear_orders import is_too_dear
from perennial.objects.fields import LinesType, LinkType
from perennial.objects.fields.ref import RefType
from perennial.objects.record_fields import field_of
from perennial.objects.types import object_types

MOST = 4  # columns of one order
_CASTS = {
    **dict.fromkeys((ColumnType.WHOLE, ColumnType.MEMBER, ColumnType.TEAM, ColumnType.REF), "bigint"),
    **dict.fromkeys((ColumnType.NUMBER, ColumnType.MONEY), "numeric"),
    ColumnType.FLAG: "boolean", ColumnType.MOMENT: "timestamptz", ColumnType.DAY: "date",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Order:
    """One column of an order. `cast` is the SQL type that its value, kept as text in a cursor, goes back to."""

    sql: str
    cast: str
    is_down: bool
    is_null: bool

    @property
    def way(self) -> str:
        return "DESC" if self.is_down else "ASC"


def split_sort(sort: str) -> list[str]:
    """The keys of "-worth,name", each with its sign; a key that comes again says nothing."""
    found: dict[str, str] = {}
    for part in sort.split(","):
        key = part.strip()
        if key.removeprefix("-"):
            found.setdefault(key.removeprefix("-"), key)
    return list(found.values())


def orders_of(tables: Tables, sort: str) -> tuple[Order, ...]:
    """The order that "name" or "-fact:room.name,name" asks for. Adds to `tables` the joins that it needs."""
    keys = split_sort(sort)
    if not keys or len(keys) > MOST:
        raise Invalid({"sort": _("Sort by one to %(most)d columns.") % {"most": MOST}})
    return tuple(_order_of(tables, key) for key in keys)


def order_by(orders: Sequence[Order], alias: str) -> str:
    """The ORDER BY of a statement that is read to its end, in one go."""
    parts = [f"{each.sql} {each.way} NULLS LAST" for each in orders]
    return f" ORDER BY {', '.join((*parts, f'{alias}.id {orders[-1].way}'))}"


def _order_of(tables: Tables, sort: str) -> Order:
    key, kind = sort.removeprefix("-"), tables.kind
    is_down = sort.startswith("-")
    declared = field_of(kind, key)
    if declared is not None and not declared.is_sortable:
        raise Invalid({"sort": _("This list cannot be sorted by %(field)s.") % {"field": declared.label}})
    if is_too_dear(kind, declared):
        sentence = _("Sorting by %(field)s would look into other records for each of very many rows. Sort by another"
                     " column, and filter by %(field)s.")  # fmt: skip
        raise Invalid({"sort": sentence % {"field": declared.label if declared else key}})
    place = tables.place(key)
    if isinstance(place.type, LinesType) or place.type.column in MANY:
        raise Invalid({"sort": _("This list cannot be sorted by this column.")})
    if key == kind.title and "sort_key" in model_columns(kind.model):
        return Order(f"{tables.alias}.sort_key", "text", is_down, is_null=False)
    if isinstance(place.type, RefType):
        target = object_types[place.type.object_key]
        if "sort_key" in model_columns(target.model):
            _target, alias = tables.follow(place.sql, place.type.object_key, is_trusted=False)
            return Order(f"{alias}.sort_key", "text", is_down, is_null=True)
    if isinstance(place.type, LinkType):
        return Order(tables.title_of(place), "text", is_down, is_null=True)
    return Order(place.sql, _CASTS.get(place.type.column, "text"), is_down, place.is_null)
