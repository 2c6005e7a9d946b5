"""Named questions about money at stake. Each takes the actor, and adds up only customers and facts they may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from perennial.conditions import All, Compare, Condition, Op
from perennial.conditions.resolver import Sql
from perennial.customers.objects import CUSTOMER
from perennial.foresight.purchases.models import Fitted
from perennial.foundation import clock
from perennial.foundation.sql import fetch
from perennial.objects import query
from perennial.objects.access import widest_reach
from perennial.objects.facts import facts
from perennial.objects.field_rights import is_hidden
from perennial.objects.schema import column_of
from perennial.objects.statements import selection
from perennial.objects.views.totals import totals_by
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

AT_STAKE, WORTH, CHANCE = "fact:foresight.at_stake", "fact:foresight.worth", "fact:foresight.chance"
LEAVING = "fact:foresight.leaving"
NEXT, LATE = "fact:foresight.next_at", "fact:foresight.late_at"
BEFORE, LAPSED = (
    "lifecycle.worth_before",
    "lifecycle.lapsed_at",
)  # of another department: asked as facts, where they are
YEAR = 365  # days
LIKELY_LOST = 50  # percent: below it an order is less likely than none
OPEN = Compare(AT_STAKE, Op.GT, 0)
GROUPS = ("stage", "standing", "owner", "country")
_MOST_SHOWN = 8
_EXPECTED = """
SELECT e.chance, e.worth, e.worth_low, e.worth_high, e.at_stake, e.next_at, e.late_at,
       (SELECT days FROM foresight_purchases_fitted ORDER BY id DESC LIMIT 1), l.score, l.low, l.high,
       coalesce(l.reasons, '[]')::json
FROM foresight_expected e LEFT JOIN foresight_leaving l ON l.customer_id = e.customer_id AND %s
WHERE e.customer_id IN ({seen})
"""
_REASONS = """
SELECT reason.key, count(*), sum(e.at_stake)
FROM foresight_leaving l JOIN foresight_expected e ON e.customer_id = l.customer_id
CROSS JOIN LATERAL (
    SELECT each ->> 0 AS key FROM jsonb_array_elements(l.reasons) each
    WHERE (each ->> 1)::float8 > 0 ORDER BY (each ->> 1)::float8 DESC LIMIT 1
) reason
WHERE l.customer_id IN ({seen}) GROUP BY 1 ORDER BY 3 DESC
"""


@dataclass(frozen=True, slots=True)
class Sum:
    customers: int
    money: Decimal


@dataclass(frozen=True, slots=True)
class Stake:
    """`worth` is what the same customers are expected to spend all the same."""

    customers: int
    money: Decimal
    worth: Decimal


def may_see(by: Actor) -> bool:
    return not any(is_hidden(CUSTOMER.key, key, by) for key in (AT_STAKE, WORTH, CHANCE))


def newest() -> Fitted | None:
    return Fitted.objects.order_by("-id").first()


def at_stake(*, by: Actor) -> Stake:
    found = totals_by(CUSTOMER, "", (f"sum:{AT_STAKE}", f"sum:{WORTH}"), by=by, where=OPEN).get(None)
    if found is None or not found.count:
        return Stake(0, Decimal(0), Decimal(0))
    return Stake(found.count, _amount(found.values[0]), _amount(found.values[1]))


def unlikely(*, by: Actor) -> Sum:
    """Of those, the ones of whom an order is less likely than none."""
    return _sum(AT_STAKE, All((OPEN, Compare(CHANCE, Op.LT, LIKELY_LOST))), by=by)


def lost(*, by: Actor) -> Sum | None:
    """What those who lapsed in the last twelve months had spent in the year before. None where nobody tells of it."""
    if not {BEFORE, LAPSED} <= set(facts) or is_hidden(CUSTOMER.key, f"fact:{BEFORE}", by):
        return None
    if is_hidden(CUSTOMER.key, "standing", by) or is_hidden(CUSTOMER.key, f"fact:{LAPSED}", by):
        return None
    return _sum(f"fact:{BEFORE}", lapsed_lately(), by=by)


def lapsed_lately() -> Condition:
    since = clock.now() - timedelta(days=YEAR)
    return All((Compare("standing", Op.EQ, "lapsed"), Compare(f"fact:{LAPSED}", Op.GE, since)))


def stake_by(key: str, *, by: Actor) -> list[tuple[Any, Sum]]:
    """By the value of a field that the actor may read; the most money first."""
    if is_hidden(CUSTOMER.key, key, by):
        return []
    found = totals_by(CUSTOMER, key, (f"sum:{AT_STAKE}",), by=by, where=OPEN)
    sums = [(value, Sum(each.count, _amount(each.values[0]))) for value, each in found.items()]
    return sorted(sums, key=lambda each: -each[1].money)[:_MOST_SHOWN]


def reasons_by_money(*, by: Actor) -> list[tuple[str, Sum]]:
    """What weighs most towards leaving, by the money at stake with those of whom it is the weightiest: of everybody who
    is asked about and may be seen. Only features that the actor may read."""
    if is_hidden(CUSTOMER.key, LEAVING, by) or widest_reach(CUSTOMER, by=by, verb="view") is Reach.NONE:
        return []
    seen = selection(CUSTOMER, by=by, verb="view").statement("r.id")
    found = [(key, Sum(count, money)) for key, count, money in fetch(_REASONS.format(seen=seen.text), seen.params)]
    return [each for each in found if column_of(CUSTOMER, each[0], by=by) is not None][:_MOST_SHOWN]


def most_at_stake(*, by: Actor) -> Sequence[query.Row]:
    columns = [key for key in ("stage", CHANCE, AT_STAKE) if not is_hidden(CUSTOMER.key, key, by)]
    return query.select(CUSTOMER, by=by, columns=columns, where=OPEN, sort=f"-{AT_STAKE}", limit=_MOST_SHOWN).rows


@dataclass(frozen=True, slots=True)
class Expectation:
    """Chances in percent. `leaving` is None where the customer was not asked about, or may not be told of; `reasons`
    are its features with what each adds to the log-odds and the value it had, the weightiest first."""

    chance: Decimal
    worth: Decimal
    worth_low: Decimal
    worth_high: Decimal
    at_stake: Decimal
    next_at: datetime | None
    late_at: datetime | None
    days: int
    leaving: Decimal | None
    leaving_low: Decimal | None
    leaving_high: Decimal | None
    reasons: Sequence[tuple[str, float, Any]]


def expected_of(customer_id: int, *, by: Actor) -> Expectation | None:
    """What is expected of one customer, in one statement; None too where they, or what it is told by, are not the
    actor's to see."""
    hidden = any(is_hidden(CUSTOMER.key, key, by) for key in (AT_STAKE, WORTH, CHANCE, NEXT, LATE))
    if hidden or widest_reach(CUSTOMER, by=by, verb="view") is Reach.NONE:
        return None
    seen = selection(CUSTOMER, by=by, verb="view").statement("r.id", also=[Sql("r.id = %s", (customer_id,))])
    rows = fetch(_EXPECTED.format(seen=seen.text), [not is_hidden(CUSTOMER.key, LEAVING, by), *seen.params])
    return Expectation(*rows[0]) if rows else None


def _sum(key: str, where: Condition, *, by: Actor) -> Sum:
    found = totals_by(CUSTOMER, "", (f"sum:{key}",), by=by, where=where).get(None)
    return Sum(found.count, _amount(found.values[0])) if found is not None else Sum(0, Decimal(0))


def _amount(value: Any) -> Decimal:
    return Decimal(0) if value is None else Decimal(value.amount)
