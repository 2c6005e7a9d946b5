"""Expressions as tables of Ibis: one row for each period and combination of dimensions, with its value.

Each is one grouped pass over the rows of a source. Only `Standing` goes on in Python (`reading`), which adds up who
came to a value and who left it, period by period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

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
_ZERO = datetime(1970, 1, 1, tzinfo=UTC)
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
    """A row counts in the periods that begin after it, up to a year after it. Of a record in its order, each row counts
    in those where the one before does not: so they are only added up where they begin and end to count."""
    rows = rows_of(part.source, asked.rows, by=asked.by)
    starts = asked.periods.days
    first, last = (midnight(day, asked.periods.zone) for day in (starts[0], starts[-1]))
    rows = rows.filter([
        rows.record.notnull(), rows.at >= ibis.literal(first - _YEAR, type=_MOMENT),
        rows.at < ibis.literal(last, type=_MOMENT),
    ])  # fmt: skip
    dimensions = names(asked.by)
    reach = _bucket(rows.at + ibis.interval(days=_YEAR.days), asked.periods)
    rows = rows.select("record", "at", *dimensions, after=_bucket(rows.at, asked.periods), until=reach)
    in_order = ibis.window(group_by=["record", *dimensions], order_by="at")
    rows = rows.mutate(after=ibis.greatest(rows.after, rows.until.lag().over(in_order).fill_null(rows.after)))
    spans = rows.group_by(["after", "until", *dimensions]).aggregate(count=rows.count())
    begun = spans.select(*dimensions, edge=spans.after, step=spans["count"])
    ended = spans.select(*dimensions, edge=spans.until, step=-spans["count"])
    steps = begun.union(ended, distinct=False)
    instants = _instants(asked.periods, at_end=False)
    joined = instants.join(steps, steps.edge < instants.period)
    found = joined.group_by(["period", *dimensions]).aggregate(value=joined.step.sum())
    return found.filter(found.value > 0)


def _age(part: Age, asked: Question) -> ir.Table:
    """The mean of what is between two hours is what is between the one and the mean of the others, so that the records
    are added up once, by the period that each came in."""
    rows = existing(part, asked.rows, by=asked.by)
    dimensions = names(asked.by)
    ends = _instants(asked.periods, at_end=True)
    zero = ibis.literal(_ZERO, type=_MOMENT)
    came = _bucket(rows.at - ibis.interval(microseconds=1), asked.periods)  # at the very end of a period is in it
    rows = rows.select(*dimensions, came=came, hours=rows.at.delta(zero, unit="hour"))
    groups = rows.group_by(["came", *dimensions]).aggregate(count=rows.count(), hours=rows.hours.sum())
    joined = ends.join(groups, groups.came <= ends.period)
    joined = joined.mutate(end=joined.instant.delta(zero, unit="hour") * joined["count"])
    days = (joined.end.sum() - joined.hours.sum()) / joined["count"].sum() / 24.0
    return joined.group_by(["period", *dimensions]).aggregate(value=days)


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
    """Each period with the instant of its beginning or its end."""
    instants = [
        midnight(following(beginning(day, periods.grain), periods.grain) if at_end else day, periods.zone)
        for day in periods.days
    ]
    rows = [{"period": day, "instant": instant} for day, instant in zip(periods.days, instants, strict=True)]
    return ibis.memtable(rows, schema=ibis.schema({"period": "date", "instant": _MOMENT}))
