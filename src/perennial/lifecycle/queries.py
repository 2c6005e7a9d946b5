"""Named questions about where everyone is. Each takes the actor, and counts only customers they may see."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from perennial.conditions import TRUE
from perennial.conditions.resolver import Sql
from perennial.customers.objects import CUSTOMER
from perennial.foundation import clock
from perennial.foundation.sql import fetch
from perennial.lifecycle.definitions import STAGES
from perennial.objects.access import me_of, predicate, widest_reach
from perennial.objects.columns import Tables
from perennial.objects.field_rights import is_hidden
from perennial.objects.zones import firm_zone
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach


@dataclass(slots=True)
class StageCount:
    """How many are in a stage now, what they bought in 365 days, and how many came and left since a day."""

    stage: str
    customers: int = 0
    worth: Decimal = Decimal(0)
    standings: dict[str, int] = field(default_factory=dict)
    at_stake: Decimal = Decimal(0)  # of the worth, what the quiet bought
    entered: int = 0
    left: int = 0

    @property
    def net(self) -> int:
        return self.entered - self.left


class Move(NamedTuple):
    """Customers whose latest move, since that day, was from one stage to another; `old` "" where they began there."""

    old: str
    new: str
    customers: int


class Stall(NamedTuple):
    """Customers longer in a stage than three quarters of those who moved on from it needed."""

    stage: str
    days: int
    moved_on: int
    customers: int
    worth: Decimal
    before: date


@dataclass(frozen=True, slots=True)
class Overview:
    since: date
    stages: Sequence[StageCount]
    moves: Sequence[Move]
    stalls: Sequence[Stall]
    has_worth: bool = True  # whether the actor may read what customers are worth; the sums are zero otherwise

    @property
    def customers(self) -> int:
        return sum(stage.customers for stage in self.stages)

    @property
    def at_stake(self) -> Decimal:
        """What those who are quiet bought in 365 days."""
        return sum((stage.at_stake for stage in self.stages), Decimal(0))

    def in_standing(self, standing: str) -> int:
        return sum(stage.standings.get(standing, 0) for stage in self.stages)


def today() -> date:
    return clock.now().astimezone(firm_zone()).date()


def overview(*, by: Actor, days: int, with_stalls: bool = True) -> Overview:
    """Where everyone is and how they moved in the last so many days: two statements, however many customers, and one
    where nobody asks where they stall."""
    since = today() - timedelta(days=days)
    counts = {stage: StageCount(stage) for stage in STAGES}
    moves: list[Move] = []
    has_worth, has_standing = not is_hidden(CUSTOMER.key, "worth", by), not is_hidden(CUSTOMER.key, "standing", by)
    if is_hidden(CUSTOMER.key, "stage", by):
        return Overview(since, list(counts.values()), [], [], has_worth)
    tallies = _tallies(by)
    rows = fetch(
        f"SELECT measure, stage, part, sum(customers), sum(worth) FROM ({tallies.text}) t"
        " WHERE measure = 'now' OR day >= %s GROUP BY 1, 2, 3 HAVING sum(customers) <> 0",
        [*tallies.params, since],
    )
    for measure, stage, part, customers, worth in rows:
        told = part if measure != "now" or has_standing else ""
        _count_in(counts[stage], measure, told, int(customers), worth if has_worth else Decimal(0))
        if measure == "since" and part:
            moves.append(Move(part, stage, int(customers)))
    moves.sort(key=lambda move: (-move.customers, STAGES.index(move.old), STAGES.index(move.new)))
    stalls = _stalls(tallies) if with_stalls else []
    if not has_worth:
        stalls = [each._replace(worth=Decimal(0)) for each in stalls]
    return Overview(since, list(counts.values()), moves, stalls, has_worth)


def _count_in(count: StageCount, measure: str, part: str, customers: int, worth: Decimal) -> None:
    match measure:
        case "now":
            count.customers += customers
            count.worth += worth
            count.standings[part] = count.standings.get(part, 0) + customers
            count.at_stake += worth if part == "quiet" else 0
        case "entered":
            count.entered += customers
        case "left":
            count.left += customers


def _stalls(tallies: Sql) -> list[Stall]:
    rows = fetch(
        f"SELECT p.stage, p.days, p.moved_on, sum(t.customers), sum(t.worth), %s::date - p.days"
        f" FROM lifecycle_pace p JOIN ({tallies.text}) t ON t.measure = 'since' AND t.stage = p.stage"
        " AND t.day < %s::date - p.days GROUP BY 1, 2, 3 HAVING sum(t.customers) > 0",
        [today(), *tallies.params, today()],
    )
    return sorted(
        (
            Stall(stage, days, moved_on, int(customers), worth, before)
            for stage, days, moved_on, customers, worth, before in rows
        ),
        key=lambda each: STAGES.index(each.stage),
    )


_EACH_DAY = ", ".join(
    f"('{measure}', '{stage}', s.{measure}_{stage})" for measure in ("entered", "left") for stage in STAGES
)


def _tallies(by: Actor) -> Sql:
    """measure, stage, part, day, customers, worth: the kept tallies for who sees everybody, else their own counted."""
    if widest_reach(CUSTOMER, by=by, verb="view") is Reach.NONE:
        return Sql("SELECT * FROM lifecycle_tally WHERE false")
    if predicate(CUSTOMER, by=by, verb="view") == TRUE:
        return Sql("SELECT measure, stage, part, day, customers, worth FROM lifecycle_tally")
    seen = visible(by)
    text = f"""
        WITH s AS MATERIALIZED (
            SELECT s.*, (s.stage_since AT TIME ZONE %s)::date AS since FROM lifecycle_state s, {seen.source.text}
            WHERE r.id = s.customer_id AND ({seen.where.text})
        )
        SELECT 'now' AS measure, stage, coalesce(standing, '') AS part, '-infinity'::date AS day, 1 AS customers, worth
        FROM s
        UNION ALL SELECT 'since', stage, coalesce(previous_stage, ''), since, 1, worth FROM s
        UNION ALL SELECT x.measure, x.stage, '', x.day, 1, s.worth FROM s
            CROSS JOIN LATERAL (VALUES {_EACH_DAY}) AS x(measure, stage, day) WHERE x.day IS NOT NULL
    """
    return Sql(text, (str(firm_zone()), *seen.source.params, *seen.where.params))


class Visible(NamedTuple):
    """FROM (customers under the alias `r`) and WHERE of what an actor may see."""

    source: Sql
    where: Sql


def visible(by: Actor) -> Visible:
    tables = Tables(CUSTOMER, by, me_of(by, predicate(CUSTOMER, by=by, verb="view")))
    where = tables.alive(by=by, verb="view")
    return Visible(tables.sql(), where)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is kept of one customer, for panels."""

    customer_id: int
    stage: str
    stage_since: datetime
    standing: str | None
    standing_since: datetime | None
    usual_gap_days: Decimal | None
    gap_spread_days: Decimal | None
    last_order_at: datetime | None
    quiet_at: datetime | None
    lapsed_at: datetime | None


class Moved(NamedTuple):
    """A transition of one customer. `details` are the running facts it rested on."""

    aspect: str
    at: datetime
    old: str | None
    new: str | None
    reason: str
    details: dict[str, Any]
    definition: str


class Story(NamedTuple):
    standing: Standing
    moves: Sequence[Moved]  # the latest, oldest first


_KEPT = """s.customer_id, s.stage, s.stage_since, s.standing, s.standing_since, s.usual_gap_days, s.gap_spread_days,
       s.last_order_at, s.quiet_at, s.lapsed_at"""
_OWN_OR_OF_COMPANY = """
FROM customers_customer c JOIN lifecycle_state s ON s.customer_id IN (c.id, c.company_id)
WHERE c.id = %s ORDER BY s.customer_id = c.id DESC LIMIT 1
"""
_STORY = f"""
SELECT {_KEPT}, (
           SELECT jsonb_agg(jsonb_build_array(t.aspect, t.at, t.old, t.new, t.reason, t.details, t.definition)
                            ORDER BY t.at, t.aspect)
           FROM (SELECT * FROM lifecycle_transition t WHERE t.customer_id = s.customer_id ORDER BY at DESC LIMIT 400) t)
{_OWN_OR_OF_COMPANY}
"""


def story_of(customer_id: int) -> Story | None:
    """Of the customer, or for a person whose company has the stage, of the company. Ask for the right to see first."""
    rows = fetch(_STORY, [customer_id])
    if not rows:
        return None
    *kept, moves = rows[0]
    return Story(
        Standing(*kept),
        [
            Moved(aspect, datetime.fromisoformat(at), old, new, reason, details, definition)
            for aspect, at, old, new, reason, details, definition in json.loads(moves or "[]")
        ],
    )
