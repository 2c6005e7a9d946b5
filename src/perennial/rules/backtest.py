"""A rule replayed over the past: who would have been in it, who would have come and gone each week, and what they did
next beside those who did not match. Asked of the lake, before anything is switched on.

Each week is one question about one instant; who came and went is told by setting two neighbouring weeks side by side,
so that a visit shorter than a week, between two of them, is not seen. What cannot be rewound is named
(`conditions`' own words for it), and asked as it is today.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from perennial.conditions.calendar import start_of_day
from perennial.conditions.tree import TRUE, Condition, Dates, Did
from perennial.foundation import clock
from perennial.foundation.errors import Invalid
from perennial.foundation.libraries import on_demand
from perennial.objects.schema import schema_of
from perennial.objects.types import ObjectType
from perennial.objects.zones import firm_zone
from perennial.rules.outcomes import Outcome, outcomes
from perennial.workspace.actor import Actor

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from perennial.lake import kept, records

    Ids = npt.NDArray[np.int64]
else:  # they stand idle in a process that nobody asks
    np = on_demand("numpy")
    kept, records = on_demand("perennial.lake.kept"), on_demand("perennial.lake.records")

MOST_WEEKS = 104


@dataclass(frozen=True, slots=True)
class Week:
    """`day` is its last: who was in the rule when it ended, who had come since the week before, who had gone."""

    day: date
    members: int
    entered: int
    left: int


@dataclass(frozen=True, slots=True)
class Next:
    """Of those in the rule on a day, and of all others who were there, how many had the outcome in the days after."""

    outcome: Outcome
    matched: int
    others: int
    matched_with: int
    others_with: int

    @property
    def share(self) -> float | None:
        return self.matched_with / self.matched if self.matched else None

    @property
    def other_share(self) -> float | None:
        return self.others_with / self.others if self.others else None


@dataclass(frozen=True, slots=True)
class Backtest:
    """`since` is the day from which `days` were looked ahead for outcomes."""

    weeks: tuple[Week, ...]
    since: date
    days: int
    following: tuple[Next, ...]


def backtest(
    kind: ObjectType, rule: Condition, *, by: Actor, weeks: int = 26, days: int = 90, until: date | None = None,
    also: Sequence[str] = (),
) -> Backtest:  # fmt: skip
    """`rule` has been checked. `until` is the last day of the past that is asked about, today if it is left out; `also`
    are types of events that are outcomes too, such as a complaint that a mail system tells of."""
    if not 1 <= weeks <= MOST_WEEKS:
        raise Invalid({"weeks": _("Choose from 1 to %(most)d weeks.") % {"most": MOST_WEEKS}})
    if not 1 <= days <= 730:
        raise Invalid({"days": _("Choose from 1 to %(most)d days.") % {"most": 730}})
    today = clock.now().astimezone(firm_zone()).date()
    last = min(until or today, today)
    ends = [last - timedelta(weeks=back) for back in range(weeks, -1, -1)]
    found = [_matching(kind, rule, by, _end_of(day)) for day in ends]
    since = last - timedelta(days=days)
    following = _following(kind, rule, by, since, days, _outcomes(kind, also, by))
    return Backtest(tuple(_weeks(ends, found)), since, days, tuple(following))


def on_day(kind: ObjectType, rule: Condition, day: date, *, by: Actor, limit: int = 50) -> tuple[int, list[int]]:
    """Who would have been in the rule when a day of the past ended: how many, and the ids of the first."""
    found = _matching(kind, rule, by, _end_of(day))
    return len(found), [int(each) for each in found[:limit]]


def _weeks(ends: Sequence[date], found: Sequence[Ids]) -> list[Week]:
    return [
        Week(day, len(now), len(np.setdiff1d(now, before, assume_unique=True)),
             len(np.setdiff1d(before, now, assume_unique=True)))
        for day, before, now in zip(ends[1:], found, found[1:], strict=False)
    ]  # fmt: skip


def _following(
    kind: ObjectType, rule: Condition, by: Actor, since: date, days: int,
    wanted: Sequence[Outcome],
) -> list[Next]:  # fmt: skip
    start, end = _end_of(since), _end_of(since + timedelta(days=days))
    matched = _matching(kind, rule, by, start)
    others = np.setdiff1d(_matching(kind, TRUE, by, start), matched, assume_unique=True)
    after = Dates(since + timedelta(days=1), since + timedelta(days=days))
    told = []
    for outcome in wanted:
        had = _matching(kind, Did(outcome.event, within=after), by, end)
        told.append(Next(
            outcome, len(matched), len(others), _shared(matched, had), _shared(others, had)
        ))  # fmt: skip
    return told


def _outcomes(kind: ObjectType, also: Sequence[str], by: Actor) -> list[Outcome]:
    """Those that rooms declare for the kind, then those that are asked for; what the actor may not see is not there."""
    schema = schema_of(kind, by=by)
    declared = [each for each in outcomes.values() if kind.key in each.object_keys and schema.event(each.event)]
    asked = [Outcome(key, info.label, (kind.key,), key, None) for key in also if (info := schema.event(key))]
    return [*declared, *asked]


def _shared(some: Ids, others: Ids) -> int:
    return len(np.intersect1d(some, others, assume_unique=True))


def _matching(kind: ObjectType, rule: Condition, by: Actor, at: datetime) -> Ids:
    """The ids in order. A record that was made later was not there yet. One question: who types a rule meanwhile waits
    for no more than that."""
    with kept.kept_lake(by) as lake:
        found = records.records_of(lake, kind, by=by, where=rule, as_of=at)
        if "created_at" in found.columns:
            found = found.filter(found.created_at <= at)
        column = lake.arrow(found.id)
    return np.sort(np.asarray(column.to_numpy(zero_copy_only=False) if hasattr(column, "to_numpy") else column))


def _end_of(day: date) -> datetime:
    return start_of_day(day + timedelta(days=1), firm_zone())
