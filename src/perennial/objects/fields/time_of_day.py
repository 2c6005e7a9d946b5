"""A time of day, to the minute, kept as "09:30": such texts stand in the order of the clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import Any, Unpack

from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import ColumnType
from perennial.objects.fields.options import Options
from perennial.objects.fields.plain import is_empty
from perennial.objects.fields.protocol import Field, Label

_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2})(?:[:.]\d{2}(?:\.\d{1,6})?)?)?\s*(a\.?m\.?|p\.?m\.?)?", re.ASCII | re.I)


@dataclass(frozen=True, slots=True)
class TimeType:
    look: str = "time"
    column: ColumnType = ColumnType.TIME

    def clean(self, value: Any) -> str | None:
        if is_empty(value):
            return None
        if isinstance(value, time):
            return value.strftime("%H:%M")
        found = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) and len(value) < 40 else None
        if found is None or not (found[2] or found[3]):
            raise _no_time()
        hour, minute = int(found[1]), int(found[2] or 0)
        if found[3]:
            if not 1 <= hour <= 12:
                raise _no_time()
            hour = hour % 12 + (12 if found[3][0] in "pP" else 0)
        if hour > 23 or minute > 59:
            raise _no_time()
        return f"{hour:02}:{minute:02}"

    def json(self, value: Any) -> str | None:
        return None if value is None else str(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}


def _no_time() -> ValueError:
    return ValueError(_("This is not a time of day. Write it as 14:30."))


def Time(key: str, label: Label, **options: Unpack[Options]) -> Field:
    return Field(key, TimeType(), label, **options)
