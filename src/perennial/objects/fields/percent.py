"""A share in percent, kept as people say it: 23 is 23 %."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Unpack

from perennial.conditions.schema import ColumnType
from perennial.objects.fields.number import LARGEST, decimal_of
from perennial.objects.fields.options import Options
from perennial.objects.fields.plain import is_empty
from perennial.objects.fields.protocol import Field, Label


@dataclass(frozen=True, slots=True)
class PercentType:
    places: int = 2
    look: str = "percentage"
    column: ColumnType = ColumnType.NUMBER

    def clean(self, value: Any) -> Decimal | None:
        if is_empty(value):
            return None
        if isinstance(value, str):
            value = value[:100].strip().removesuffix("%")
        return decimal_of(value).quantize(Decimal(1).scaleb(-self.places), rounding=ROUND_HALF_UP)

    def json(self, value: Any) -> float | None:
        return None if value is None else float(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "number", "exclusiveMinimum": -float(LARGEST), "exclusiveMaximum": float(LARGEST)}


def Percent(key: str, label: Label, *, places: int = 2, **options: Unpack[Options]) -> Field:
    return Field(key, PercentType(places), label, **options)
