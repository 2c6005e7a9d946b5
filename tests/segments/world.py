"""A shop whose clock the tests move, and what they do in it: with the rows of the logs, as actions leave them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from perennial.conditions.text import parse
from perennial.customers.models import Customer, Profile
from perennial.foundation.sql import fetch
from perennial.lifecycle.tests.shop import START, changed, day, known, open_shop, ordered
from perennial.objects.schema import schema_of
from perennial.objects.types import object_types
from perennial.rules.changing import make_segment
from perennial.rules.evaluating import fitting
from perennial.rules.live import catch_up
from perennial.rules.models import Segment
from perennial.rules.segments import current_version
from perennial.rules.sweeping import sweep_until_done
from perennial.timeline.record import Change, NewEvent, log_changes, record
from perennial.workspace.actor import SYSTEM, Actor

__all__ = ["START", "changed", "day", "known", "open_shop", "ordered"]

PERSON = "customers.person"
CALLED = "customers.call_logged"


def it_is(number: float) -> None:
    """The business clock stands at so many days after the beginning."""
    open_shop(now=day(number))


def rule(text: str, kind: str = PERSON) -> Any:
    return parse(text, schema_of(object_types[kind]))


def segment(
    text: str, name: str = "Chosen", *, kind: str = PERSON, by: Actor = SYSTEM, is_live: bool = True
) -> Segment:
    """A segment with this rule, its members found."""
    made = make_segment(object_types[kind], name, rule(text, kind), by=by, is_live=is_live)
    settled()
    return Segment.objects.get(pk=made.pk)


def person(name: str, *, at: float = 0, **values: Any) -> Customer:
    return known(name, at=day(at), kind="person", **values)


def did(customer: Customer, type: str, at: float, **properties: Any) -> None:
    """An event of theirs, on their own profile."""
    record([NewEvent(type, Profile.objects.get(made_for=customer).pk, properties, occurred_at=day(at))])


def update(customer: Customer, **values: Any) -> None:
    """A change as an action makes it: the row, and a line in the log."""
    changed(customer, at=day(0), **values)


def logged(object_key: str, record_id: int, kind: Any, **values: Any) -> None:
    log_changes([Change(object_key, record_id, kind, values)], actor="system:0", action="test")


def settled() -> None:
    """Live work and sweeps have done all that there is to do."""
    while sweep_until_done() + catch_up():
        pass


def inside(made: Segment) -> set[str]:
    """The names of the members, as the stays say."""
    rows = fetch(
        "SELECT c.name FROM rules_stay s JOIN customers_customer c ON c.id = s.record_id"
        " WHERE s.segment_id = %s AND s.left_at IS NULL",
        [made.pk],
    )
    return {name for (name,) in rows}


def fresh(made: Segment) -> set[str]:
    """The same as the rule says when everybody is asked anew."""
    asked = fitting(object_types[made.object_key], current_version(made).condition)
    text = f"SELECT c.name FROM customers_customer c WHERE c.id IN ({asked.text})"
    return {name for (name,) in fetch(text, asked.params)}


def told(made: Segment) -> list[tuple[str, str]]:
    """(name, "entered" or "left") in the order of the log."""
    rows = fetch(
        "SELECT c.name, e.type FROM timeline_event e JOIN customers_customer c ON c.id = e.subject_id"
        " WHERE e.type LIKE 'rules.%%' AND e.properties ->> 'segment' = %s ORDER BY e.occurred_at, e.id",
        [made.key],
    )
    return [(name, type.removeprefix("rules.segment_")) for name, type in rows]


def moment(number: float) -> datetime:
    return day(number)
