"""How numbers of metrics are written for the person looking, and which periods a page shows first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from babel.dates import format_skeleton
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from perennial.foundation import clock
from perennial.metrics.contract import Metric, Shown
from perennial.metrics.grain import Grain, beginning
from perennial.objects.zones import firm_zone
from perennial.web.kit.reader import Reader

Number = Decimal | None
SHOWN_FIRST = {Grain.DAY: 60, Grain.WEEK: 26, Grain.MONTH: 12, Grain.QUARTER: 8, Grain.YEAR: 5}
_WIDE, _HIGH = 96, 28
_WHOLE_FROM = 100  # from here on no decimals


def written(value: Number, metric: Metric, reader: Reader) -> str:
    if value is None:
        return "–"
    match metric.shown:
        case Shown.MONEY:
            return reader.money(value, whole=not value or abs(value) >= _WHOLE_FROM)
        case Shown.PERCENT:
            return reader.percentage(round(value * 100, 1))
        case Shown.DAYS:
            days = round(value)
            return ngettext("%(days)s day", "%(days)s days", days) % {"days": reader.number(days)}
    return reader.number(round(value, 0 if abs(value) >= _WHOLE_FROM else 1).normalize() + 0)


def period_named(day: date, grain: Grain, reader: Reader) -> str:
    match grain:
        case Grain.MONTH:
            return str(format_skeleton("yMMM", day, locale=reader.locale))
        case Grain.QUARTER:
            return str(format_skeleton("yQQQ", day, locale=reader.locale))
        case Grain.YEAR:
            return str(day.year)
    return reader.day(day)


def last_full(grain: Grain) -> date:
    """The first day of the latest period that is over."""
    today = clock.now().astimezone(firm_zone()).date()
    return beginning(beginning(today, grain) - timedelta(days=1), grain)


def back(last: date, grain: Grain, periods: int) -> date:
    """The first day of the first of so many periods up to one."""
    day = last
    for _number in range(periods - 1):
        day = beginning(day - timedelta(days=1), grain)
    return day


def against(values: Sequence[Number], metric: Metric, reader: Reader) -> tuple[str, str]:
    """The latest value against the one before, in words, and its tone; empty where there is nothing to compare."""
    if len(values) < 2 or values[-1] is None or values[-2] is None:
        return "", ""
    now, before = values[-1], values[-2]
    if now == before:
        return _("as before"), ""
    if metric.shown is Shown.PERCENT:
        points = round((now - before) * 100, 1)
        said = _("%(points)s points") % {"points": _signed(points, reader.number(abs(points).normalize() + 0))}
    elif before == 0:
        return "", ""
    else:
        share = (now - before) / abs(before)
        said = _signed(share, reader.percentage(round(abs(share) * 100, 1)))
    if metric.is_good is None:
        return said, ""
    return said, "good" if (now > before) is metric.is_good else "warn"


def spark(values: Sequence[Number]) -> str:
    """The points of the small line."""
    there = [each for each in values if each is not None]
    if len(there) < 2:
        return ""
    least, most = min(there), max(there)
    across, up = _WIDE / max(1, len(values) - 1), (_HIGH - 6) / float(most - least or 1)
    return " ".join(
        f"{place * across:.1f},{_HIGH - 3 - float(each - least) * up:.1f}"
        for place, each in enumerate(values)
        if each is not None
    )


def _signed(value: Decimal, said: str) -> str:
    return f"{'+' if value > 0 else '−'}{said}"
