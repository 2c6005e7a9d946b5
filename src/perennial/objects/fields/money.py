"""A sum of money: in the firm's own currency, or in the one that another field of the record names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Unpack

from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import ColumnType
from perennial.foundation.money import STORED
from perennial.foundation.money import Money as Sum
from perennial.objects.fields.number import decimal_of
from perennial.objects.fields.options import Options
from perennial.objects.fields.plain import is_empty
from perennial.objects.fields.protocol import Field, Label
from perennial.workspace.firm import the_firm

_SIGNS = re.compile(r"[£$€₸¥₽₺₴₹]|KM\b|\b[A-Z]{3}\b")
_MEANINGS = {
    "£": ("GBP", "EGP", "SYP", "LBP"), "€": ("EUR",), "₸": ("KZT",), "¥": ("JPY", "CNY"), "₽": ("RUB",), "₺": ("TRY",),
    "₴": ("UAH",), "₹": ("INR",), "KM": ("BAM",),
    "$": ("USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN", "BRL", "ARS", "CLP", "COP", "TWD"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MoneyType:
    """`currency` names the field that holds the currency; "" is the firm's. Stored as the amount, read as `Money`."""

    currency: str = ""
    look: str = "money"
    column: ColumnType = ColumnType.MONEY

    def clean(self, value: Any) -> Decimal | None:
        if isinstance(value, Sum):
            value = {"amount": value.amount, "currency": value.currency}
        if isinstance(value, Mapping):
            if set(value) - {"amount", "currency"}:
                raise ValueError(_("This must be an amount, or an amount with its currency."))
            if not self.currency and value.get("currency") not in (None, the_firm().currency):
                raise ValueError(_("Sums here are in %(currency)s.") % {"currency": the_firm().currency})
            value = value.get("amount")
        if is_empty(value):
            return None
        if isinstance(value, str):
            value = value[:200]
            if not self.currency:
                _refuse_others(value, the_firm().currency)
            value = _SIGNS.sub("", value)
        return decimal_of(value).quantize(STORED, rounding=ROUND_HALF_UP)

    def json(self, value: Any) -> Any:
        """With its currency where it has one, as rows do; the bare amount of what was only cleaned."""
        if isinstance(value, Sum):
            return {"amount": _short(value.amount), "currency": value.currency}
        return None if value is None else _short(value)

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["amount", "currency"],
            "additionalProperties": False,
            "properties": {
                "amount": {"type": "string", "pattern": r"^-?\d{1,14}(\.\d{1,4})?$"},
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
            },
        }


def _refuse_others(text: str, currency: str) -> None:
    """60 euros are not 60 pounds: a sign or a code that means another currency is not passed over."""
    for sign in _SIGNS.findall(text):
        if currency not in _MEANINGS.get(sign, (sign,)):
            raise ValueError(_("Sums here are in %(currency)s.") % {"currency": currency})


def _short(amount: Decimal) -> str:
    """At least two decimals, at most the four that are kept."""
    text = f"{amount:.4f}"
    return text[:-2] if text.endswith("00") else text[:-1] if text.endswith("0") else text


def Money(key: str, label: Label, *, currency: str = "", **options: Unpack[Options]) -> Field:
    return Field(key, MoneyType(currency), label, **options)
