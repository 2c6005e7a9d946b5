"""The statement says what the reference says, for any history, and never takes back what it said earlier."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perennial.foundation.sql import fetch
from perennial.lifecycle.definitions import DEFINITIONS, Given
from perennial.lifecycle.tests import reference
from perennial.lifecycle.tests.reference import Bought, Story
from perennial.lifecycle.tests.shop import changed, day, known, open_shop, ordered, spoke
from perennial.lifecycle.writing import FRESH, compute

pytestmark = pytest.mark.django_db
LATEST = 900

hours = st.integers(min_value=0, max_value=LATEST * 24)
whole_days = st.integers(min_value=0, max_value=LATEST).map(lambda number: number * 24)
moments = st.one_of(hours, whole_days).map(lambda number: day(number / 24))
purchases = st.builds(Bought, moments, st.sampled_from([100, 100, 100, 40, -100, -40]))
stories = st.builds(
    Story,
    known=moments,
    bought=st.lists(purchases, max_size=14),
    spoke=st.lists(moments, max_size=2),
    contact=st.none() | moments,
    qualified=st.lists(
        st.tuples(moments, st.sampled_from(["new", "working", "qualified", "unqualified"])),
        max_size=3,
        unique_by=lambda each: each[0],
    ),
)


def tell(story: Story) -> int:
    customer = known(at=story.known)
    for bought in story.bought:
        ordered(customer, bought.at, bought.total)
    for at in story.spoke:
        spoke(customer, at)
    if story.contact:
        changed(customer, at=story.contact, email="c@example.com")
    for at, value in sorted(story.qualified):
        changed(customer, at=at, qualification=value)
    return customer.pk


def computed(customer: int, *, sells: str, until: datetime) -> dict[str, list[tuple[datetime, str | None]]]:
    compute([customer], on=Given(DEFINITIONS[sells], "Europe/London", True, until))
    found: dict[str, list[tuple[datetime, str | None]]] = {"stage": [], "standing": []}
    for aspect, at, new in fetch(f"SELECT aspect, at, new FROM ({FRESH}) f ORDER BY at"):
        found[aspect].append((at, new))
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories, sells=st.sampled_from(["shop", "deals"]), until=st.integers(1, LATEST), later=st.integers(0, 400))
def test_statement_says_what_the_reference_says_and_time_only_adds(story, sells, until, later):
    open_shop(sells=sells)
    customer = tell(story)
    early, late = day(until), day(until + later)
    said = computed(customer, sells=sells, until=late)
    assert said == reference.transitions(story, sells=sells, rhythm=DEFINITIONS[sells].rhythm, until=late)
    begun = computed(customer, sells=sells, until=early)
    assert begun == {aspect: [each for each in each_of if each[0] <= early] for aspect, each_of in said.items()}


def test_a_year_of_a_shop_customer():
    open_shop()
    customer = known(email="h@example.com")
    for number in (10, 30, 50, 70, 200):
        ordered(customer, day(number))
    said = computed(customer.pk, sells="shop", until=day(400))
    assert [new for _at, new in said["stage"]] == ["acquisition", "conversion", "retention", "loyalty"]
    standings = [(new, (at - day(0)).days) for at, new in said["standing"]]
    assert standings == [("active", 10), ("quiet", 146), ("active", 200), ("quiet", 340)]


def test_a_person_counts_for_their_company_which_has_the_stage():
    open_shop()
    company = known("Peltier")
    person = known("Anne Peltier", kind="person", company=company)
    ordered(person, day(5))
    ordered(company, day(6))
    assert computed(company.pk, sells="shop", until=day(20))["stage"][-1][1] == "retention"
    assert computed(person.pk, sells="shop", until=day(20)) == {"stage": [], "standing": []}


def test_a_first_order_taken_back_whole_falls_back_from_that_day_on():
    open_shop()
    customer = known()
    ordered(customer, day(5), 100)
    ordered(customer, day(9), -100)
    said = computed(customer.pk, sells="shop", until=day(30))
    assert said["stage"] == [(day(0), "reach"), (day(5), "conversion"), (day(9), "reach")]
    assert said["standing"] == [(day(5), "active"), (day(9), None)]


def test_silence_never_lowers_a_stage():
    open_shop()
    customer = known()
    ordered(customer, day(5))
    ordered(customer, day(9))
    said = computed(customer.pk, sells="shop", until=day(2000))
    assert said["stage"][-1][1] == "retention"
    assert said["standing"][-1][1] == "lapsed"


def test_an_order_beyond_lapsed_wins_back_until_the_next():
    open_shop()
    customer = known()
    for number in (0, 400, 401):
        ordered(customer, day(number) + timedelta(hours=2))
    assert [new for _at, new in computed(customer.pk, sells="shop", until=day(402))["standing"]] == [
        "active",
        "quiet",
        "lapsed",
        "won_back",
        "active",
    ]
