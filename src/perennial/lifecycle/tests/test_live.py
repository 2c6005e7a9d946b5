"""Live work comes to what a rebuild comes to, in whatever order things arrive; the log is told once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perennial.customers.models import Customer
from perennial.foundation import clock
from perennial.foundation.sql import execute, fetch
from perennial.lifecycle import live
from perennial.lifecycle.models import State
from perennial.lifecycle.rebuilding import check, rebuild, state_as_of
from perennial.lifecycle.telling import tell
from perennial.lifecycle.tests.shop import changed, computed, day, deleted, empty, known, open_shop, ordered, spoke
from perennial.objects.models import Import
from perennial.workspace.firm import forget_firm
from perennial.workspace.models import Firm

pytestmark = pytest.mark.django_db(transaction=True)
NOW = 400


@pytest.fixture(autouse=True)
def _shop():
    empty()
    open_shop(now=day(NOW))


def told() -> list[tuple[str, str]]:
    return fetch(
        "SELECT type, coalesce(properties ->> 'to', '') FROM timeline_event WHERE class = 'd'"
        " ORDER BY occurred_at, type"
    )


things = st.lists(
    st.tuples(
        st.sampled_from(["order", "order", "order", "return", "call", "email", "delete", "join"]),
        st.integers(0, 2),
        st.integers(0, NOW - 1),
    ),
    max_size=18,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(things=things, cuts=st.lists(st.booleans(), min_size=18, max_size=18))
def test_live_in_any_order_comes_to_what_a_rebuild_comes_to(things, cuts):
    empty()
    company = known("Peltier")
    customers = [company, known("Anne", kind="person"), known("Brandt")]
    orders = []
    for (what, whom, when), is_cut in zip(things, cuts, strict=False):
        customer, at = customers[whom], day(when)
        match what:
            case "order":
                orders.append(ordered(customer, at, 100))
            case "return":
                ordered(customer, at, -100)
            case "call":
                spoke(customer, at)
            case "email":
                changed(customer, at=at, email=f"{whom}@example.com")
            case "delete" if orders:
                deleted(orders.pop(), at=at)
            case "join" if customers[1].company_id is None:
                changed(customers[1], at=at, company_id=company.pk)
        if is_cut:
            live.catch_up()
    live.catch_up()
    lived = [
        fetch("SELECT customer_id, aspect, at, old, new, reason, details FROM lifecycle_transition ORDER BY 1, 2, 3"),
        list(State.objects.order_by("pk").values()),
        list(Customer.objects.order_by("pk").values("pk", "stage", "standing", "stage_since", "worth")),
    ]
    assert check().is_same
    rebuild()
    assert lived == [
        fetch("SELECT customer_id, aspect, at, old, new, reason, details FROM lifecycle_transition ORDER BY 1, 2, 3"),
        list(State.objects.order_by("pk").values()),
        list(Customer.objects.order_by("pk").values("pk", "stage", "standing", "stage_since", "worth")),
    ]
    counted = fetch(
        "SELECT stage, coalesce(standing, ''), count(*), sum(worth) FROM lifecycle_state GROUP BY 1, 2 ORDER BY 1, 2"
    )
    assert counted == fetch(
        "SELECT stage, part, customers, worth FROM lifecycle_tally WHERE measure = 'now' AND customers > 0"
        " ORDER BY 1, 2"
    )


def test_check_finds_what_was_tampered_with():
    customer = known()
    ordered(customer, day(10))
    live.catch_up()
    assert check().is_same
    execute("UPDATE lifecycle_state SET standing = 'active' WHERE customer_id = %s", [customer.pk])
    execute("DELETE FROM lifecycle_transition WHERE aspect = 'standing'")
    found = check()
    assert found.different == 1
    assert {each.what.partition(" at ")[0] for each in found.differences} == {"standing"}
    assert rebuild() == 1
    assert check().is_same


def test_each_transition_is_told_once_with_its_reason():
    customer = known(email="h@example.com")
    ordered(customer, day(10))
    ordered(customer, day(30))
    live.catch_up()
    while tell():
        pass
    assert told() == [
        ("lifecycle.stage_changed", "acquisition"),
        ("lifecycle.stage_changed", "conversion"),
        ("lifecycle.stage_changed", "retention"),
        ("lifecycle.went_quiet", ""),
        ("lifecycle.lapsed", ""),
    ]
    (said,) = fetch(
        "SELECT properties ->> 'reason', definition, cause IS NOT NULL FROM timeline_event"
        " WHERE properties ->> 'to' = 'retention'"
    )
    assert said == ("ordered on a second day", "lifecycle.shop@1", True)
    rebuild()
    live.catch_up()
    assert tell() == 0
    assert len(told()) == 5


def test_what_came_late_is_told_beside_what_was_said():
    customer = known()
    ordered(customer, day(10))
    live.catch_up()
    tell()
    ordered(customer, day(60))
    live.catch_up()
    tell()
    assert ("lifecycle.stage_changed", "retention") in told()
    quiet = fetch("SELECT occurred_at FROM timeline_event WHERE type = 'lifecycle.went_quiet' ORDER BY 1")
    kept = fetch("SELECT at FROM lifecycle_transition WHERE new = 'quiet'")
    assert len(quiet) == 2
    assert kept == quiet[1:]


def test_while_history_arrives_only_what_has_just_come_to_pass_is_told():
    customer = known()
    ordered(customer, day(NOW) - timedelta(minutes=5))
    other = known("Brandt")
    ordered(other, day(3))
    live.catch_up()
    tell(only_news=True)
    assert told() == [("lifecycle.stage_changed", "conversion")]
    tell()
    assert len(told()) > 1


def test_nothing_is_told_while_a_file_is_coming_in(monkeypatch):
    monkeypatch.setattr(live._Pace, "arrived", -1000.0)
    ordered(known(), day(10))
    coming = Import.objects.create(
        kind="commerce.order_lines",
        name="a.csv",
        path="a.csv",
        size=1,
        status="running",
        actor="user:1",
        moved_at=clock.real_now(),
    )
    assert live.follow() == 1
    assert told() == []
    coming.status = "done"
    coming.save()
    assert live.follow() == 0
    monkeypatch.setattr(live._Pace, "arrived", -1000.0)
    assert live.follow() > 0
    assert ("lifecycle.stage_changed", "conversion") in told()


def test_the_passing_of_time_is_followed_by_itself():
    customer = known()
    open_shop(now=day(20))
    ordered(customer, day(10))
    live.catch_up()
    assert State.objects.get(pk=customer.pk).standing == "active"
    open_shop(now=day(10 + 121))
    assert live.sweep() == 1
    assert State.objects.get(pk=customer.pk).standing == "quiet"
    assert live.sweep() == 0


def test_an_order_dated_ahead_counts_when_its_time_has_come():
    customer = known()
    open_shop(now=day(20))
    ordered(customer, day(25))
    live.catch_up()
    assert Customer.objects.get(pk=customer.pk).stage == "reach"
    open_shop(now=day(26))
    assert live.sweep() == 1
    assert Customer.objects.get(pk=customer.pk).stage == "conversion"


def test_another_definition_is_followed_by_itself_and_told_nobody():
    customer = known()
    ordered(customer, day(10))
    live.catch_up()
    tell()
    before = told()
    Firm.objects.update(sells="deals")
    forget_firm()
    live.catch_up()
    assert Customer.objects.get(pk=customer.pk).stage == "retention"  # a customer for 180 days
    tell()
    assert told() == before
    assert check().is_same


def test_the_past_is_answered_as_of_any_day():
    customer = known()
    ordered(customer, day(10))
    ordered(customer, day(30))
    live.catch_up()
    assert state_as_of(day(-1)) == {}
    assert state_as_of(day(12))[customer.pk].stage == "conversion"
    assert state_as_of(day(200))[customer.pk].standing == "quiet"


def test_a_deleted_customer_leaves_every_count():
    customer = known()
    ordered(customer, day(10))
    live.catch_up()
    Customer.objects.filter(pk=customer.pk).update(deleted_at=day(NOW))
    computed(customer)
    assert not State.objects.exists()
    assert fetch("SELECT sum(customers) FROM lifecycle_tally") == [(0,)]
    assert Customer.objects.get(pk=customer.pk).stage is None
