"""Named questions about customers and the work around them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from perennial.conditions.resolver import Sql
from perennial.conditions.tree import All, Compare, Op
from perennial.customers.objects import CUSTOMER, NOTE, PERSON, TASK
from perennial.foundation import clock
from perennial.foundation.sql import fetch
from perennial.objects.access import widest_reach
from perennial.objects.query import Page, select
from perennial.objects.statements import selection
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach


@dataclass(frozen=True, slots=True)
class Answer:
    """What a customer last said to one purpose on one channel."""

    customer_id: int
    purpose: str
    channel: str
    state: str
    source: str
    at: datetime


def consents(customer_id: int, *, by: Actor) -> list[Answer]:
    """The latest answer for each purpose and channel; none when the customer is not the actor's to see."""
    if widest_reach(CUSTOMER, by=by, verb="view") is Reach.NONE:
        return []
    seen = selection(CUSTOMER, by=by, verb="view").statement("r.id", also=[Sql("r.id = %s", (customer_id,))])
    rows = fetch(
        "SELECT DISTINCT ON (purpose, channel) customer_id, purpose, channel, state, source, at FROM customers_consent"
        f" WHERE customer_id IN ({seen.text}) ORDER BY purpose, channel, at DESC, id DESC",
        seen.params,
    )
    return [Answer(*row) for row in rows]


def open_tasks(customer_id: int, *, by: Actor, limit: int = 20) -> Page:
    where = All((Compare("customer", Op.EQ, customer_id), Compare("done_at", Op.EMPTY)))
    return select(
        TASK, by=by, where=where, columns=("title", "due_at", "priority", "owner"), sort="due_at", limit=limit
    )


def due_tasks(*, by: Actor, most: int = 200) -> tuple[int, int]:
    """How many open tasks are due today or before in the actor's zone, and how many of them before; counted so far."""
    zone = ZoneInfo(by.timezone)
    now = clock.now().astimezone(zone)
    today = datetime.combine(now.date(), time(), zone)
    where = All((Compare("done_at", Op.EMPTY), Compare("due_at", Op.LT, (today + timedelta(days=1)).astimezone(UTC))))
    due = [row.values["due_at"] for row in select(TASK, by=by, where=where, columns=("due_at",), limit=most).rows]
    return len(due), sum(at < today for at in due)


def notes_about(customer_id: int, *, by: Actor, after: str | None = None, limit: int = 20) -> Page:
    where = Compare("customer", Op.EQ, customer_id)
    columns = ("text", "author", "created_at")
    return select(NOTE, by=by, where=where, columns=columns, sort="-created_at", limit=limit, after=after)


def people_of(company_id: int, *, by: Actor, after: str | None = None, limit: int = 50) -> Page:
    where = Compare("company", Op.EQ, company_id)
    columns = ("name", "email", "phone", "stage", "standing", "worth")
    return select(PERSON, by=by, where=where, columns=columns, sort="name", limit=limit, after=after)
