"""Days as the calendar of the firm and the language of the reader have them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo

from babel.dates import format_date
from django.utils.translation import get_language, to_locale


def start_of_day(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def shown_day(day: date) -> str:
    """Django's own formats put Kazakh days in English order."""
    return str(format_date(day, format="medium", locale=to_locale(get_language() or "en")))
