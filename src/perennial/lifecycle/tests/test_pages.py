"""The Lifecycle page, panels and needs: every number opens exactly its records, and nobody sees another's."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from re import findall
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from perennial.conditions.text import parse
from perennial.customers.models import Customer
from perennial.customers.objects import CUSTOMER
from perennial.lifecycle.needs import find_quiet, find_second_order
from perennial.lifecycle.pace import measure_pace
from perennial.lifecycle.panels import show_lifeline, show_where, show_why
from perennial.lifecycle.queries import overview
from perennial.lifecycle.tests.shop import changed, computed, day, known, open_shop, ordered, spoke
from perennial.objects import query
from perennial.objects.schema import KindSchema
from perennial.workspace.firm import forget_firm
from perennial.workspace.tests.cast import make_cast

pytestmark = pytest.mark.django_db
NOW = 400


@pytest.fixture
def cast():
    people = make_cast()
    open_shop(now=day(NOW))
    yield people
    forget_firm()


@pytest.fixture
def customers(cast):
    """One in every stage; the loyal one (Ben's) has gone quiet, the converted one waits for a second order."""
    reach = known("Nobody yet", at=day(390))
    acquired = known("Oakfield")
    changed(acquired, at=day(330), email="o@example.com")
    converted = known("Peltier")
    ordered(converted, day(320), 265)
    retained = known("Brandt")
    for number in (300, 380):
        ordered(retained, day(number), 50)
    loyal = known("Hargreaves", owner=cast.ben_user)
    for number in (60, 100, 140, 180, 220, 260, 290):
        ordered(loyal, day(number), 100)
    everybody = [reach, acquired, converted, retained, loyal]
    computed(*everybody)
    measure_pace()
    return {each.name: each for each in everybody}


def ids_behind(url, by):
    text = parse_qs(urlsplit(url).query)["filter"][0]
    where = parse(text, KindSchema(CUSTOMER, by))
    return {row.id for row in query.select(CUSTOMER, by=by, where=where, columns=()).rows}


def test_stage_and_standing_stand_on_the_customer(customers):
    found = dict(Customer.objects.values_list("name", "stage"))
    assert found == {
        "Nobody yet": "reach",
        "Oakfield": "acquisition",
        "Peltier": "conversion",
        "Brandt": "retention",
        "Hargreaves": "loyalty",
    }
    assert Customer.objects.get(name="Hargreaves").standing == "quiet"
    assert Customer.objects.get(name="Hargreaves").worth == 700


@pytest.mark.parametrize("days", [30, 90, 365])
def test_every_number_of_the_page_opens_exactly_its_customers(cast, customers, days):
    seen = overview(by=cast.ada, days=days)
    assert [stage.customers for stage in seen.stages] == [1, 1, 1, 1, 1]
    client = Client()
    client.force_login(cast.ada_user)
    page = client.get(f"/lifecycle/?days={days}")
    assert page.status_code == 200
    context = page.context_data if hasattr(page, "context_data") and page.context_data else page.context
    for stage in context["stages"]:
        assert len(ids_behind(stage["url"], cast.ada)) == stage["count"]
        for _label, value, url, _tone in stage["lines"]:
            assert len(ids_behind(url, cast.ada)) == int(value), (stage["key"], url)
    for row in [*context["moves"], *context["stalls"]]:
        assert len(ids_behind(row["url"], cast.ada)) == row["count"], row


def test_who_sees_some_counts_theirs_and_who_sees_nobody_sees_nothing(cast, customers):
    mine = overview(by=cast.ben, days=90)
    assert [stage.customers for stage in mine.stages] == [0, 0, 0, 0, 1]
    assert [stage.customers for stage in overview(by=cast.dov, days=90).stages] == [0, 0, 0, 0, 0]
    assert [need.name for need in find_quiet(cast.ben, "all", 10)] == ["Hargreaves"]
    assert find_second_order(cast.ben, "all", 10) == []
    assert find_quiet(cast.dov, "all", 10) == []
    assert show_where(0, cast.dov, {}) is None
    client = Client()
    for user, status in ((cast.ben_user, 200), (cast.dov_user, 404)):
        client.force_login(user)
        assert [client.get(url).status_code for url in ("/lifecycle/", "/lifecycle/rules/")] == [status, status]
    assert Client().get("/lifecycle/").status_code == 302


def test_needs_say_why_what_it_is_worth_and_what_to_do(cast, customers):
    (quiet,) = find_quiet(cast.ada, "all", 10)
    assert (quiet.name, quiet.worth, quiet.act.action) == ("Hargreaves", 700, "customers.log_call")
    assert quiet.reason == "Usually orders every 41 days; none for 110."
    (second,) = find_second_order(cast.ada, "all", 10)
    assert (second.name, second.reason) == ("Peltier", "First order 80 days ago, and no second.")
    assert find_quiet(cast.ada, "unassigned", 10) == []
    assert [need.name for need in find_quiet(cast.ben, "mine", 10)] == ["Hargreaves"]


def test_panels_say_how_they_got_there(cast, customers):
    loyal = customers["Hargreaves"]
    spoke(loyal, day(NOW) - timedelta(hours=2))
    context = show_lifeline(loyal.pk, cast.ada, {})
    life = context["life"]
    assert [(spell.stage, spell.standing) for spell in life.spells] == [
        ("reach", ""),
        ("conversion", "active"),
        ("retention", "active"),
        ("loyalty", "active"),
        ("loyalty", "quiet"),
    ]
    assert len(life.marks) == 8
    assert [mark.name for mark in life.marks if mark.name] == ["first order", "loyal"]
    why = show_why(loyal.pk, cast.ada, {})
    assert why["stage"] == "loyalty"
    assert [move["reason"] for move in why["moves"]] == [
        "ordered on 6 days over 200 days",
        "ordered on a second day",
        "placed their first order",
        "we heard of them",
    ]
    assert why["standing_reason"] == "usually orders every 41 days, none for 110"


def test_pages_draw_and_stay_within_their_statements(cast, customers, django_assert_max_num_queries):
    client = Client()
    client.force_login(cast.ada_user)
    client.get("/")
    for url in ("/lifecycle/", "/lifecycle/rules/", "/"):
        with django_assert_max_num_queries(12):
            page = client.get(url)
        assert page.status_code == 200, url
    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"/o/customers.company/{customers['Hargreaves'].pk}/")
    assert page.status_code == 200
    assert sum("lifecycle_transition" in each["sql"] for each in asked) == 1  # for the lifeline, the chip and why
    text = unescape(client.get("/").content.decode())
    assert "Usually orders every 41 days; none for 110." in text
    assert findall("Where everyone is", text)
