"""Expressions as tables of Ibis: one row for each period and combination of dimensions, with its value.

Each is one grouped pass over the rows of a source. Only `Standing` goes on in Python (`reading`), which adds up who
came to a value and who left it, period by period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from perennial.conditions.lake import timezone
from perennial.lake.reader import Lake
from perennial.metrics.expressions import Age, Flow, Flowing, Plain, Standing, Subjects, Which
from perennial.metrics.grain import Grain, Periods, beginning, following, midnight
from perennial.metrics.rows import Rows, existing, rows_of, steps_of

_MOMENT = dt.Timestamp(timezone="UTC")
_UNITS = {Grain.DAY: "D", Grain.WEEK: "W", Grain.MONTH: "M", Grain.QUARTER: "Q", Grain.YEAR: "Y"}
_YEAR = timedelta(days=365)
_WIDE = dt.Decimal(38, 10)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of an expression: which periods, apart by which dimensions, of whom."""

    lake: Lake
    periods: Periods
    rows: Rows
    by: tuple[str, ...] = ()


def compiled(part: Plain, asked: Question) -> ir.Table:
    """Columns `period` (a date), the dimensions `by_0`, `by_1`…, and `value`."""
    match part:
        case Flow():
            return _flow(part, asked)
        case Subjects(which=Which.YEAR_BEFORE):
            return _year_before(part, asked)
        case Subjects():
            return _subjects(part, asked)
        case Age():
            return _age(part, asked)
        case Standing():
            return _steps(part, asked)


def names(by: Sequence[str]) -> list[str]:
    return [f"by_{number}" for number, _key in enumerate(by)]


def _flow(part: Flow, asked: Question) -> ir.Table:
    rows = _in_time(rows_of(part.source, asked.rows, by=asked.by, value=part.value), asked.periods)
    made = {
        Flowing.COUNT: lambda t: t.value.count() if part.value else t.count(),
        Flowing.SUM: lambda t: t.value.sum().cast(_WIDE),
        Flowing.AVERAGE: lambda t: t.value.mean(),
    }[part.how]
    return _bucketed(rows, asked.periods).group_by(["period", *names(asked.by)]).aggregate(value=made)


def _subjects(part: Subjects, asked: Question) -> ir.Table:
    rows = rows_of(part.source, asked.rows, by=asked.by)
    rows = rows.filter(rows.record.notnull())
    keys = ["period", *names(asked.by)]
    if part.which is Which.ALL:
        within = _bucketed(_in_time(rows, asked.periods), asked.periods)
        return within.group_by(keys).aggregate(value=within.record.nunique())
    first = rows.group_by("record").aggregate(first_at=rows.at.min()).rename(known="record")
    within = _bucketed(_in_time(rows, asked.periods), asked.periods)
    known = within.join(first, within.record == first.known)
    known = known.mutate(first_period=_bucket(known.first_at, asked.periods))
    is_new = known.first_period == known.period
    wanted = known.filter(is_new if part.which is Which.NEW else ~is_new)
    return wanted.group_by(keys).aggregate(value=wanted.record.nunique())


def _year_before(part: Subjects, asked: Question) -> ir.Table:
    rows = rows_of(part.source, asked.rows, by=asked.by)
    starts = _instants(asked.periods, at_end=False)
    rows = rows.filter(rows.record.notnull())
    joined = starts.join(rows, [rows.at < starts.instant, rows.at >= starts.year_before])
    return joined.group_by(["period", *names(asked.by)]).aggregate(value=joined.record.nunique())


def _age(part: Age, asked: Question) -> ir.Table:
    rows = existing(part, asked.rows, by=asked.by)
    ends = _instants(asked.periods, at_end=True)
    joined = ends.join(rows, rows.at <= ends.instant)
    days = joined.instant.delta(joined["at"], unit="hour") / 24.0
    return joined.mutate(days=days).group_by(["period", *names(asked.by)]).aggregate(value=lambda t: t.days.mean())


def _steps(part: Standing, asked: Question) -> ir.Table:
    """By how many each value grew or shrank in each period, those before the first among them as its `period` NULL."""
    rows = steps_of(part, asked.rows, by=asked.by)
    rows = rows.filter(rows.at < ibis.literal(asked.periods.end, type=_MOMENT))
    start = ibis.literal(asked.periods.start, type=_MOMENT)
    bucketed = rows.mutate(period=ibis.ifelse(rows.at < start, ibis.null("date"), _bucket(rows.at, asked.periods)))
    return bucketed.group_by(["period", *names(asked.by)]).aggregate(value=bucketed.step.sum())


def _in_time(rows: ir.Table, periods: Periods) -> ir.Table:
    start, end = (ibis.literal(each, type=_MOMENT) for each in (periods.start, periods.end))
    return rows.filter((rows.at >= start) & (rows.at < end))


def _bucketed(rows: ir.Table, periods: Periods) -> ir.Table:
    return rows.mutate(period=_bucket(rows.at, periods))


def _bucket(at: ir.TimestampValue, periods: Periods) -> ir.DateValue:
    """The first day of the period, by the clocks of the firm."""
    local = timezone(str(periods.zone), at)
    bucket: ir.DateValue = local.date().truncate(_UNITS[periods.grain])
    return bucket


def _instants(periods: Periods, *, at_end: bool) -> ir.Table:
    """Each period with the instant of its beginning or its end, and a year before that."""
    instants = [
        midnight(following(beginning(day, periods.grain), periods.grain) if at_end else day, periods.zone)
        for day in periods.days
    ]
    rows = [
        {"period": day, "instant": instant, "year_before": instant - _YEAR}
        for day, instant in zip(periods.days, instants, strict=True)
    ]
    return ibis.memtable(rows, schema=ibis.schema({"period": "date", "instant": _MOMENT, "year_before": _MOMENT}))
