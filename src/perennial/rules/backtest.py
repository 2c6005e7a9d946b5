"""A rule replayed over the past: who would have been in it, who would have come and gone each week, and what they did
next beside those who did not match. Asked of the lake, before anything is switched on.

Each week is one question about one instant; who came and went is told by setting two neighbouring weeks side by side,
so that a visit shorter than a week, between two of them, is not seen. What cannot be rewound is named
(`conditions`' own words for it), and asked as it is today.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
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
    ends = ends_of_weeks(weeks, until)
    told = weeks_of(kind, rule, ends, by=by)
    since = ends[-1] - timedelta(days=days)
    return Backtest(tuple(told), since, days, tuple(following(kind, rule, since, days, by=by, also=also)))


def ends_of_weeks(weeks: int, until: date | None = None) -> list[date]:
    """The last days of so many weeks, and of the one before them; the last of all is `until`, or today."""
    today = clock.now().astimezone(firm_zone()).date()
    last = min(until or today, today)
    return [last - timedelta(weeks=back) for back in range(weeks, -1, -1)]


def weeks_of(
    kind: ObjectType, rule: Condition, ends: Sequence[date], *, by: Actor, begun: Sequence[Week] = (),
    patience: float = math.inf,
) -> list[Week]:  # fmt: skip
    """The weeks that end on `ends[1:]`, `begun` being the first of them. At least one more, and no more than there are
    seconds of patience for: a page goes on where it was."""
    started, told = time.monotonic(), list(begun)
    before: Ids | None = None
    for first, day in list(pairwise(ends))[len(told) :]:
        if before is None:
            before = _matching(kind, rule, by, _end_of(first))
        now = _matching(kind, rule, by, _end_of(day))
        told.append(_week(day, before, now))
        before = now
        if time.monotonic() - started > patience:
            break
    return told


def following(
    kind: ObjectType, rule: Condition, since: date, days: int, *, by: Actor, also: Sequence[str] = ()
) -> list[Next]:
    """What those in the rule when a day ended did in the days after, and all others."""
    return _following(kind, rule, by, since, days, _outcomes(kind, also, by))


def on_day(kind: ObjectType, rule: Condition, day: date, *, by: Actor, limit: int = 50) -> tuple[int, list[int]]:
    """Who would have been in the rule when a day of the past ended: how many, and the ids of the first."""
    found = _matching(kind, rule, by, _end_of(day))
    return len(found), [int(each) for each in found[:limit]]


def _week(day: date, before: Ids, now: Ids) -> Week:
    stayed = _shared(now, before)
    return Week(day, len(now), len(now) - stayed, len(before) - stayed)


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
