"""Who needs someone today by lifecycle: those gone quiet against their own habit, and first orders without a second."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from perennial.conditions import TRUE
from perennial.conditions.resolver import Sql
from perennial.customers.objects import CUSTOMER
from perennial.foundation import clock
from perennial.foundation.sql import fetch
from perennial.lifecycle.definitions import current_definition
from perennial.lifecycle.queries import visible
from perennial.lifecycle.reasons import whole
from perennial.objects.access import predicate, widest_reach
from perennial.objects.field_rights import is_hidden
from perennial.objects.needs import Act, Need, NeedSource, Whose, register_need_source
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

CALL = Act(gettext_lazy("Log a call"), action="customers.log_call")
_NEWEST = 400  # first orders that are looked at: the latest to have waited longer than usual

_BY_WORTH, _BY_TIME = "worth_before DESC", "last_order_at DESC"  # for whoever may not know what they are worth
_QUIET = """
SELECT s.customer_id, r.name, s.stage, s.standing, s.usual_gap_days, s.last_order_at, s.quiet_at, s.worth_before,
       s.order_days
FROM lifecycle_state s, {customers} WHERE r.id = s.customer_id AND s.standing = 'quiet'
ORDER BY {order}, customer_id LIMIT %s
"""
# What half of those who ordered a second time needed; what the rhythm supposes until enough are known.
_HALF = "coalesce((SELECT half_days FROM lifecycle_pace WHERE stage = 'conversion' AND moved_on >= 30), %s)"
_SECOND = f"""
SELECT * FROM (
    SELECT s.customer_id, r.name, s.stage, s.standing, s.usual_gap_days, s.last_order_at, s.quiet_at, s.worth_before,
           s.order_days, {_HALF}::int AS half_days
    FROM lifecycle_state s, {{customers}} WHERE r.id = s.customer_id AND s.order_days = 1
      AND s.last_order_at <= %s::timestamptz - make_interval(days => {_HALF}::int) AND s.quiet_at > %s
    ORDER BY s.last_order_at DESC, s.customer_id LIMIT %s
) newest ORDER BY {{order}}, customer_id LIMIT %s
"""


class _Found(NamedTuple):
    customer_id: int
    name: str
    stage: str
    standing: str
    usual: Decimal
    last_order_at: datetime
    quiet_at: datetime
    worth: Decimal | None
    order_days: int
    half_days: int = 0  # only where a second order is waited for


def find_quiet(by: Actor, whose: Whose, limit: int) -> Sequence[Need]:
    """Quiet, not yet lapsed, by what they bought in the year up to their latest order."""
    now = clock.now()
    return [_quiet(each, now) for each in _find(_QUIET, [], [limit], by, whose)]


def find_second_order(by: Actor, whose: Whose, limit: int) -> Sequence[Need]:
    """Ordered once, longer ago than half of those took who ordered again, and not yet quiet."""
    now, prior = clock.now(), current_definition().rhythm.prior
    found = _find(_SECOND, [prior], [now, prior, now, _NEWEST, limit], by, whose)
    return [_second(each, now) for each in found]


def _find(statement: str, before: list[object], after: list[object], by: Actor, whose: Whose) -> list[_Found]:
    """Of everybody, the most worth is read from the index that is ordered by it; of one's own few, they come first:
    the fence keeps PostgreSQL from looking for them among all the quiet."""
    if widest_reach(CUSTOMER, by=by, verb="view") is Reach.NONE or (whose == "mine" and by.user_id is None):
        return []
    if any(is_hidden(CUSTOMER.key, key, by) for key in ("stage", "standing", "fact:lifecycle.usual_gap")):
        return []
    has_worth = not is_hidden(CUSTOMER.key, "worth", by) and not is_hidden(
        CUSTOMER.key, "fact:lifecycle.worth_before", by
    )
    order = _BY_WORTH if has_worth else _BY_TIME
    seen, theirs = visible(by), _whose(whose, by)
    fence = "OFFSET 0" if whose == "mine" or predicate(CUSTOMER, by=by, verb="view") != TRUE else ""
    customers = f"(SELECT r.id, r.name FROM {seen.source.text} WHERE ({seen.where.text}) {theirs.text} {fence}) r"
    params = [*before, *seen.source.params, *seen.where.params, *theirs.params, *after]
    rows = [_Found(*row) for row in fetch(statement.format(customers=customers, order=order), params)]
    return rows if has_worth else [row._replace(worth=None) for row in rows]


def _whose(whose: Whose, by: Actor) -> Sql:
    match whose:
        case "mine":
            return Sql("AND r.owner_id = ANY(%s::bigint[])", ([by.user_id, *by.absent_ids],))
        case "unassigned":
            return Sql("AND r.owner_id IS NULL")
    return Sql("")


def _quiet(found: _Found, now: datetime) -> Need:
    usual, silent = whole(found.usual), (now - found.last_order_at).days
    if found.order_days > 1:
        reason = _("Usually orders every %(usual)s days; none for %(silent)s.") % {"usual": usual, "silent": silent}
        detail = ngettext("Ordered on %(n)s day so far.", "Ordered on %(n)s days so far.", found.order_days)
        detail %= {"n": found.order_days}
    else:
        reason = _("Ordered once, %(silent)s days ago.") % {"silent": silent}
        detail = _("Longer than customers here wait who order again.")
    return Need(
        key=f"lifecycle.quiet:{found.customer_id}",
        reason_key=f"quiet since {found.quiet_at.date()}",
        object_key=CUSTOMER.key,
        record_id=found.customer_id,
        name=found.name,
        reason=reason,
        detail=detail,
        stage=found.stage,
        standing=found.standing,
        standing_text=ngettext("quiet for %(n)s day", "quiet for %(n)s days", silent) % {"n": silent},
        worth=found.worth,
        worth_against=_("in the 12 months before"),
        act=CALL,
    )


def _second(found: _Found, now: datetime) -> Need:
    waited = (now - found.last_order_at).days
    return Need(
        key=f"lifecycle.second_order:{found.customer_id}",
        reason_key=f"first order {found.last_order_at.date()}",
        object_key=CUSTOMER.key,
        record_id=found.customer_id,
        name=found.name,
        reason=_("First order %(waited)s days ago, and no second.") % {"waited": waited},
        detail=_("Half of those who ordered again did so within %(half)s days.") % {"half": found.half_days},
        stage=found.stage,
        standing=found.standing,
        worth=found.worth,
        worth_against=_("in their first order"),
        act=CALL,
    )


register_need_source(NeedSource("lifecycle.quiet", gettext_lazy("Gone quiet against their own habit"), find_quiet))
register_need_source(
    NeedSource("lifecycle.second_order", gettext_lazy("Waiting for a second order"), find_second_order)
)
