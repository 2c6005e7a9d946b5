"""Partitions of the event log: by month for the last two calendar years and ahead, by year before.

240 monthly parts would cost 18 ms of planning a query; this layout keeps a long history under 60.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection, transaction

from perennial.foundation import clock

MONTHS_AHEAD = 3
_LOCK = 7_201_501  # advisory lock: two processes that need the same new part

Part = tuple[str, str, str]  # name, from, to
_known: dict[str, set[str]] = {}  # database name → names of the parts seen to exist


def prepare_for(first: datetime, last: datetime) -> None:
    """Make the parts that hold [first, last] exist. Costs nothing once this process has seen them."""
    known = _known.setdefault(str(connection.settings_dict["NAME"]), set())
    missing = [part for part in _parts(first, last) if part[0] not in known]
    if not missing:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'timeline_event'::regclass")
        existing = {name for (name,) in cursor.fetchall()}
        for name, start, end in _fitting(missing, existing):
            if name not in existing and not _covered_by_year(start, existing):
                # LIKE and ATTACH, because CREATE … PARTITION OF would lock out every reader of the log.
                cursor.execute(f"CREATE TABLE {name} (LIKE timeline_event INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
                cursor.execute(
                    f"ALTER TABLE timeline_event ATTACH PARTITION {name} FOR VALUES FROM ('{start}') TO ('{end}')"
                )
    # What an open transaction made may still be rolled back.
    transaction.on_commit(lambda: known.update(name for name, _, _ in missing))


def prepare_ahead() -> None:
    """The part of now and of the coming months, made before anybody needs them."""
    now = clock.now()
    year, month = divmod(now.year * 12 + now.month - 1 + MONTHS_AHEAD, 12)
    prepare_for(now, datetime(year, month + 1, 1, tzinfo=UTC))


def _fitting(missing: list[Part], existing: set[str]) -> list[Part]:
    """The same, but by month for a year that has months already: it was near while the business clock stood there."""
    parts: list[Part] = []
    for part in missing:
        has_months = any(name.startswith(f"{part[0]}_") for name in existing)
        year = int(part[1][:4])
        parts += [_month(year * 12 + index) for index in range(12)] if has_months else [part]
    return parts


def _covered_by_year(start: str, existing: set[str]) -> bool:
    """A year that was once far back stays one part when the calendar makes its months due."""
    return f"timeline_event_{start[:4]}" in existing


def _parts(first: datetime, last: datetime) -> list[Part]:
    """Every part that [first, last] touches."""
    first, last = first.astimezone(UTC), last.astimezone(UTC)
    monthly_from = clock.now().year - 2
    years = range(first.year, min(last.year, monthly_from - 1) + 1)
    months = range(max(first.year * 12 + first.month - 1, monthly_from * 12), last.year * 12 + last.month)
    return [*map(_year, years), *map(_month, months)]


def _year(year: int) -> Part:
    return f"timeline_event_{year}", f"{year}-01-01 00:00+00", f"{year + 1}-01-01 00:00+00"


def _month(number: int) -> Part:
    """Of the months since the year 0."""
    (year, index), (next_year, next_index) = divmod(number, 12), divmod(number + 1, 12)
    start, end = (f"{y}-{i + 1:02}-01 00:00+00" for y, i in ((year, index), (next_year, next_index)))
    return f"timeline_event_{year}_{index + 1:02}", start, end
