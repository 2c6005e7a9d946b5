"""Numbers: whole ones, and decimal ones that are kept exactly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Unpack

from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import ColumnType
from perennial.objects.fields.options import Options
from perennial.objects.fields.plain import is_empty
from perennial.objects.fields.protocol import Field, Label

LARGEST = Decimal(10) ** 14
_SPACES = re.compile("[ \\s\u00a0\u202f'’_]")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
_LONGEST = 60


def decimal_of(value: Any) -> Decimal:
    """The number that JSON, a form or a cell says: "1,234.50", "1 234,50" and 1234.5 are the same."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise _no_number()
    if isinstance(value, str):
        if len(value) > _LONGEST:
            raise _no_number()
        text = _with_point(_SPACES.sub("", value).replace("−", "-"))
        if not _NUMBER.fullmatch(text):
            raise _no_number()
        number = Decimal(text)
    elif isinstance(value, float):
        number = Decimal(repr(value))
    else:
        number = Decimal(value) if isinstance(value, Decimal) or abs(value) < LARGEST * 10 else LARGEST
    if not number.is_finite():
        raise _no_number()
    if abs(number) >= LARGEST:
        raise ValueError(_("This number is too large."))
    return number


def _with_point(text: str) -> str:
    """With a point before the decimals. The last of both signs is the decimal one; a lone "1,234" is a thousand."""
    if "," not in text:
        return text if text.count(".") < 2 else text.replace(".", "")
    if "." in text:
        return text.replace(",", "") if text.rfind(".") > text.rfind(",") else text.replace(".", "").replace(",", ".")
    if text.count(",") > 1 or re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", text):
        return text.replace(",", "")
    return text.replace(",", ".")


def _no_number() -> ValueError:
    return ValueError(_("This is not a number."))


@dataclass(frozen=True, slots=True)
class WholeType:
    least: int = -(2**31)
    most: int = 2**31 - 1
    look: str = "whole"
    column: ColumnType = ColumnType.WHOLE

    def clean(self, value: Any) -> int | None:
        if is_empty(value):
            return None
        number = decimal_of(value)
        if number != number.to_integral_value():
            raise ValueError(_("This must be a whole number."))
        if not self.least <= number <= self.most:
            raise ValueError(
                _("This must be between %(least)d and %(most)d.") % {"least": self.least, "most": self.most}
            )
        return int(number)

    def json(self, value: Any) -> int | None:
        return None if value is None else int(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class NumberType:
    """`places` is how many decimals the column keeps; `unit` stands behind it ("%", "days")."""

    places: int = 4
    unit: Label = ""
    look: str = "number"
    column: ColumnType = ColumnType.NUMBER

    def clean(self, value: Any) -> Decimal | None:
        if is_empty(value):
            return None
        return decimal_of(value).quantize(Decimal(1).scaleb(-self.places), rounding=ROUND_HALF_UP)

    def json(self, value: Any) -> float | None:
        return None if value is None else float(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "number", "exclusiveMinimum": -float(LARGEST), "exclusiveMaximum": float(LARGEST)}


def Whole(key: str, label: Label, *, least: int = -(2**31), most: int = 2**31 - 1, **options: Unpack[Options]) -> Field:
    return Field(key, WholeType(least, most), label, **options)


def Number(key: str, label: Label, *, places: int = 4, unit: Label = "", **options: Unpack[Options]) -> Field:
    return Field(key, NumberType(places, unit), label, **options)
