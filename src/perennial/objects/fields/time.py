"""Days of the calendar, and moments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Unpack
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import ColumnType
from perennial.objects.fields.options import Options
from perennial.objects.fields.plain import is_empty
from perennial.objects.fields.protocol import Field, Label
from perennial.workspace.firm import the_firm

EARLIEST, LATEST = 1000, 3000  # years
_POINTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\.?", re.ASCII)
_TOO_FAR = _("This day is too far away.")


@dataclass(frozen=True, slots=True)
class DayType:
    look: str = "day"
    column: ColumnType = ColumnType.DAY

    def clean(self, value: Any) -> date | None:
        if is_empty(value):
            return None
        if isinstance(value, datetime):
            value = value.date()
        day = value if isinstance(value, date) else _day_of(value)
        if not EARLIEST <= day.year <= LATEST:
            raise ValueError(_TOO_FAR)
        return day

    def json(self, value: Any) -> str | None:
        return None if value is None else str(value.isoformat())

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


@dataclass(frozen=True, slots=True)
class MomentType:
    """Kept in UTC. A text without a zone is read in the firm's. By the look "since" it is shown as the days since."""

    look: str = "moment"
    column: ColumnType = ColumnType.MOMENT

    def clean(self, value: Any) -> datetime | None:
        if is_empty(value):
            return None
        moment = value if isinstance(value, datetime) else _moment_of(value)
        if not EARLIEST < moment.year < LATEST:
            raise ValueError(_TOO_FAR)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(the_firm().timezone))
        return moment.astimezone(UTC)

    def json(self, value: Any) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}


def _day_of(value: Any) -> date:
    try:
        if not isinstance(value, str) or len(value) > 40:
            raise ValueError
        text = value.strip()
        if pointed := _POINTED.fullmatch(text):
            return date(int(pointed[3]), int(pointed[2]), int(pointed[1]))
        return date.fromisoformat(text[:10].replace("/", "-") if len(text) > 10 else text.replace("/", "-"))
    except ValueError:
        raise ValueError(_("This is not a day. Write it as 2026-11-21.")) from None


def _moment_of(value: Any) -> datetime:
    try:
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - the zone is added by `clean`
        if not isinstance(value, str) or len(value) > 60:
            raise ValueError
        return datetime.fromisoformat(value.strip().replace("/", "-"))
    except ValueError:
        raise ValueError(_("This is not a date with a time. Write it as 2026-11-21 14:30.")) from None


def Day(key: str, label: Label, **options: Unpack[Options]) -> Field:
    return Field(key, DayType(), label, **options)


def Moment(key: str, label: Label, **options: Unpack[Options]) -> Field:
    return Field(key, MomentType(), label, **options)
