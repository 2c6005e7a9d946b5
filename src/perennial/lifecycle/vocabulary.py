"""What the rules of the stages may ask: a small closed set of running facts, each with its value at any instant.

`history` computes every one of them for every instant at which one of them changed; the rules are compiled against
that relation, whose alias is `r` and whose instant is `r.instant`.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.conditions import ColumnType, FieldInfo, Schema
from perennial.conditions.resolver import Column, Resolver, Sql
from perennial.customers.models import Customer

INSTANT = Sql("r.instant")

_FIELDS = (
    FieldInfo("known_at", _("known to us since"), ColumnType.MOMENT),
    FieldInfo("contact_at", _("gave contact details"), ColumnType.MOMENT),
    FieldInfo("qualification", _("qualification"), ColumnType.CHOICE, choices=tuple(Customer.Qualification.choices)),
    FieldInfo("calls", _("calls logged"), ColumnType.WHOLE),
    FieldInfo("conversations", _("calls in which we spoke"), ColumnType.WHOLE),
    FieldInfo("orders", _("orders"), ColumnType.WHOLE),
    FieldInfo("order_days", _("days with an order"), ColumnType.WHOLE),
    FieldInfo("first_order_at", _("first order"), ColumnType.MOMENT),
    FieldInfo("last_order_at", _("latest order"), ColumnType.MOMENT),
    FieldInfo("order_span_days", _("days from the first order to the latest"), ColumnType.WHOLE),
    FieldInfo("spent", _("spent, less returns"), ColumnType.MONEY),
)
FIELDS = {field.key: field for field in _FIELDS}


class Vocabulary(Schema):
    """What may be asked."""

    def field(self, key: str) -> FieldInfo | None:
        return FIELDS.get(key)


class Running(Resolver):
    """Where the answer is."""

    def column(self, field: str) -> Column:
        return Column(f"r.{FIELDS[field].key}", (), FIELDS[field].type)
