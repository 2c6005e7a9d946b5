"""Moments as people write them: quickly, and letter by letter as babel does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_datetime, format_time

from perennial.web.kit.reader import Reader, known_locale


@pytest.mark.parametrize("locale", ["en", "en_GB", "bs", "kk", "de", "fr", "ar"])
@pytest.mark.parametrize("zone", ["UTC", "Europe/London", "Asia/Almaty", "America/New_York"])
def test_moments_are_written_as_babel_writes_them(locale: str, zone: str) -> None:
    reader = Reader(known_locale(locale), ZoneInfo(zone), "GBP")
    start = datetime(2025, 3, 29, 22, 30, 5, tzinfo=UTC)
    for moment in (start + timedelta(hours=13 * n) for n in range(0, 900, 37)):
        told = format_datetime(moment, format="long", tzinfo=reader.zone, locale=reader.locale)
        assert reader.full_moment(moment) == told
        assert reader.time(moment) == format_time(
            moment.astimezone(reader.zone), format="short", tzinfo=reader.zone, locale=reader.locale
        )
