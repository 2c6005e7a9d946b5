"""Asking a metric: its readings, period by period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from perennial.conditions.tree import TRUE, Condition
from perennial.foundation.errors import Invalid, NotFound
from perennial.foundation.libraries import on_demand
from perennial.metrics.contract import Metric
from perennial.metrics.dimensions import has_dimension
from perennial.metrics.expressions import Age, Flow, Flowing, Plain, Ratio, Standing, kind_of, parts_of
from perennial.metrics.grain import Grain, Periods
from perennial.metrics.jsonform import expression_from_json, expression_to_json
from perennial.objects.access import widest_reach
from perennial.objects.types import object_types
from perennial.objects.zones import firm_zone
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

if TYPE_CHECKING:
    from perennial.lake import kept
    from perennial.lake.reader import Lake
    from perennial.metrics import compiling, rows
else:  # with them come the engines, which stand idle in a process that nobody asks
    kept, compiling = on_demand("perennial.lake.kept"), on_demand("perennial.metrics.compiling")
    rows = on_demand("perennial.metrics.rows")

MOST_SERIES = 50  # combinations of dimensions, the largest ones
Number = Decimal | None


@dataclass(frozen=True, slots=True)
class Reading:
    """`period` is its first day; `parts` are the values of the dimensions that were asked for, None where missing."""

    period: date
    parts: tuple[str | None, ...]
    value: Number


def may_see(metric: Metric, by: Actor) -> bool:
    """Whether the actor may view the kinds that are counted, and read every field that the number is made of; how many
    records they may see, the numbers say."""
    kinds = {kind_of(part) for part in parts_of(metric.expression)}
    if not all(
        key in object_types and widest_reach(object_types[key], by=by, verb="view") is not Reach.NONE for key in kinds
    ):
        return False
    try:
        expression_from_json(expression_to_json(metric.expression), by=by)
    except Invalid:
        return False
    return True


def read(
    metric: Metric, *, by: Actor, first: date, last: date, grain: Grain | None = None, dimensions: Sequence[str] = (),
    rule: Condition = TRUE, as_of: datetime | None = None,
) -> list[Reading]:  # fmt: skip
    """The readings of all periods from the one with `first` to the one with `last`, those without a row among them.

    `rule` is asked of whom the metric counts for, and has been checked. Apart by dimensions, only the largest are told.
    """
    if not may_see(metric, by):
        raise NotFound
    known = {each for each in metric.dimensions if has_dimension(metric.expression, each, by=by)}
    if unknown := [key for key in dimensions if key not in known]:
        raise Invalid({"by": _("This metric is not told apart by “%(dimension)s”.") % {"dimension": unknown[0][:80]}})
    periods = Periods(grain or metric.grain, first, last, firm_zone())
    with kept.kept_lake(by) as lake:
        told = [
            _told(part, lake, compiling.Question(lake, periods, rows.Rows(lake, by, rule, as_of), tuple(dimensions)))
            for part in parts_of(metric.expression)
        ]
    if isinstance(metric.expression, Ratio):
        top, bottom = told
        values: Mapping[tuple[str | None, ...], list[Number]] = {
            parts: [_divided(a, b) for a, b in zip(top.get(parts, [None] * len(below)), below, strict=True)]
            for parts, below in bottom.items()
        }
    else:
        values = told[0]
    return [
        Reading(day, parts, value)
        for parts, row in _largest(values)
        for day, value in zip(periods.days, row, strict=True)
    ]


def _told(part: Plain, lake: Lake, asked: compiling.Question) -> dict[tuple[str | None, ...], list[Number]]:
    """By combination of dimensions, a value for each period."""
    days = {day: place for place, day in enumerate(asked.periods.days)}
    found: dict[tuple[str | None, ...], list[Number]] = {}
    before: dict[tuple[str | None, ...], Decimal] = {}
    if not asked.by:
        found[()] = [_nothing(part)] * len(days)
    for row in lake.answer(compiling.compiled(part, asked)):
        parts = tuple(None if row[name] is None else str(row[name]) for name in compiling.names(asked.by))
        if row["period"] is None:
            before[parts] = _number(row["value"]) or Decimal()
            continue
        values = found.setdefault(parts, [_nothing(part)] * len(days))
        if (place := days.get(row["period"])) is not None:
            values[place] = _number(row["value"])
    return _added_up(found, before) if isinstance(part, Standing) else found


def _added_up(
    steps: Mapping[tuple[str | None, ...], list[Number]], before: Mapping[tuple[str | None, ...], Decimal]
) -> dict[tuple[str | None, ...], list[Number]]:
    """Who stands there at the end of each period, from who came and who left."""
    length = max(map(len, steps.values()), default=0)
    found: dict[tuple[str | None, ...], list[Number]] = {}
    for parts in {**steps, **before}:
        changes = (each or Decimal() for each in steps.get(parts, [None] * length))
        found[parts] = list[Number](accumulate(changes, initial=before.get(parts, Decimal())))[1:]
    return found


def _nothing(part: Plain) -> Number:
    """What a period without a row has: nothing was counted, but nothing has no average."""
    is_average = isinstance(part, Age) or (isinstance(part, Flow) and part.how is Flowing.AVERAGE)
    return None if is_average else Decimal()


def _divided(top: Number, bottom: Number) -> Number:
    return None if not bottom or top is None else top / bottom


def _number(value: Any) -> Number:
    return None if value is None else Decimal(str(value))


def _largest(
    values: Mapping[tuple[str | None, ...], list[Number]],
) -> list[tuple[tuple[str | None, ...], list[Number]]]:
    def size(item: tuple[tuple[str | None, ...], list[Number]]) -> Decimal:
        return sum((abs(each) for each in item[1] if each is not None), Decimal())

    return sorted(values.items(), key=size, reverse=True)[:MOST_SERIES]
