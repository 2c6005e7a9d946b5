"""The plain form: the same tree by everyday words; refusals that name the cure; completion that never fails."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from perennial.conditions.errors import ConditionError, ConditionTextError, ConditionTooLarge
from perennial.conditions.nodes import Condition
from perennial.conditions.plain.reading import parse_any, parse_plain
from perennial.conditions.plain.suggesting import suggest
from perennial.conditions.tests.shop import Customers
from perennial.conditions.tests.strategies import conditions
from perennial.conditions.tests.world import SCHEMA
from perennial.conditions.text import parse, to_text

SHOP = Customers()
READ = [
    ("stage is Loyalty", 'stage = "loyalty"'),
    ("stage is not retention and country is Finland", 'stage != "retention" and country = "FI"'),
    ("spent > 500 or Company: Country is KZ", 'spent > 500 or company.country = "KZ"'),
    ("name contains New York", 'name contains "New York"'),
    ("sample is yes", "is_sample = true"),
    ("created in the last 2 weeks", "created_at within 14 days"),
    ("orders in last 90 days >= 2",
     "has commerce.order.customer at least 2 times where (placed_at within 90 days)"),
    ("at least 2 orders in the last 90 days",
     "has commerce.order.customer at least 2 times where (placed_at within 90 days)"),
    ("no orders in last 365 days", "has no commerce.order.customer where (placed_at within 365 days)"),
    ("orders where (total over 100) since 2026-01-01",
     "has commerce.order.customer where (placed_at >= 2026-01-01 and total > 100)"),
    ("page viewed in last 30 days", "did `Page Viewed` within 30 days"),
    ("not page viewed in last 60 days", "did not `Page Viewed` within 60 days"),
    ("more than 3 page viewed where (channel is web)", 'did `Page Viewed` at least 4 times where (channel = "web")'),
    ("not open tasks", "has no customers.task.customer where (done_at is empty)"),
    ("open tasks >= 1", "has customers.task.customer where (done_at is empty)"),
    ("mine and in segment very important", "owner is me and in segment vip"),
    ("sum(total of orders in last 9 days) > 4.5",
     "sum(total of related commerce.order.customer where (placed_at within 9 days)) > 4.5"),
    ("changed stage from reach to loyalty within 2 weeks", 'changed stage from "reach" to "loyalty" within 2 weeks'),
    ("did ordered before 3 months ago", "did commerce.order_placed before 3 months ago"),
    ("stage = retention and orders in last 90 days >= 2 and not open tasks",
     'stage = "retention" and has commerce.order.customer at least 2 times where (placed_at within 90 days)'
     " and has no customers.task.customer where (done_at is empty)"),
]  # fmt: skip
REFUSED = [
    ("orders >= 2", "“orders” in line 1, column 1: this may mean several things; write one of:"
                    " fact:commerce.order_count, has commerce.order.customer."),
    ("stage = retntion", "“retntion” in line 1, column 9: this is no choice of “Stage”; the nearest: retention."),
    ("cuntry is FI", "“cuntry” in line 1, column 1: nothing is called so here; the nearest: country."),
    ("name is filled\n and email", "Something is missing at the end of this condition: “E"),
    ("orders in last 3 months", "“months” in line 1, column 18: related records are looked for in days"),
    ("in segment vpi", "“vpi” in line 1, column 12: there is no such segment; the nearest: vip."),
    ("stage is reach email is filled", "this was not expected here; “and” or “or” joins two conditions."),
]  # fmt: skip


@pytest.mark.parametrize(("plain", "exact"), READ)
def test_everyday_words_are_read_to_the_tree_of_the_exact_form(plain, exact):
    assert to_text(parse_any(plain, SHOP)) == exact
    assert parse_any(plain, SHOP) == parse(exact, SHOP)


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_refusals_name_place_and_cure(text, said):
    with pytest.raises(ConditionTextError) as refused:
        parse_any(text, SHOP)
    assert said in str(refused.value)


def test_what_is_unknown_in_the_exact_form_names_the_nearest():
    for text, near in (("cuntry is empty", "country"), ("did commerce.order_place", "commerce.order_placed"),
                       ("has commerce.order.custmer", "commerce.order.customer"), ("in segment vp", "vip"),
                       ("changed cuntry", "country"), ("has commerce.order.customer where (totl = 1)", "total"),
                       ("sum(totl of commerce.order_placed) = 1", "total")):  # fmt: skip
        with pytest.raises(ConditionError, match=f"The nearest: .*{near}"):
            parse(text, SHOP)


@given(conditions())
def test_the_exact_form_means_what_it_says(condition):
    assert parse_any(to_text(condition), SCHEMA) == condition


words = st.sampled_from([
    "stage", "country", "orders", "open", "tasks", "page", "viewed", "in", "last", "the", "30", "days", "at", "least",
    "2", ">=", "=", "is", "not", "no", "and", "or", "(", ")", "where", "retention", "segment", "vip", "sum(", "total",
    "of", "changed", "from", "to", "before", "ago", "between", "2026-02-30", "2026-01-01", ",", '"a', "`", "has", "did",
    "өмір", "Пікір", "č", "🙂", "all", "any", "none", "\n", "\x00", "99999999999999999999",
])  # fmt: skip
texts = st.text() | st.lists(words).map(" ".join) | st.tuples(
    st.sampled_from([text for pair in READ for text in pair]), st.integers(0, 120), st.text(max_size=3)
).map(lambda parts: parts[0][: parts[1]] + parts[2])  # fmt: skip


@given(texts)
@example("not " * 5_000 + "mine")
@example("(" * 5_000)
@example("orders where (" * 5_000)
@example("sum(" * 5_000)
def test_any_text_is_a_condition_or_a_refusal(text):
    for read in (parse_any, parse_plain):
        try:
            assert isinstance(read(text, SHOP), Condition)
        except ConditionError as refused:
            str(refused)


@given(texts, st.integers(-3, 200))
@example("orders where (" * 300, 10_000)
def test_completion_never_fails(text, cursor):
    for found in suggest(text, cursor, SHOP):
        start, end = found.replaces
        assert found.insert
        assert 0 <= start <= end <= len(text)


def test_texts_that_are_too_long_are_refused():
    with pytest.raises(ConditionTooLarge):
        parse_any("x " * 30_000, SHOP)
    assert suggest("mine and " * 10_000, 90_000, SHOP) == []


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("st", ("stage", (0, 2))), ("stage ", ("=", (6, 6))), ("stage is n", ("is not", (6, 10))),
        ("stage = ret", ("retention", (8, 11))), ("country is fin", ("FI", (11, 14))),
        ("page v", ("page viewed", (0, 6))),
        ("open t", ("open tasks", (0, 6))), ("page viewed in", ("in the last", (12, 14))),
        ("page viewed in last 30 d", ("days", (23, 24))), ("in segment very", ("vip", (11, 15))),
        ("orders where (tot", ("total", (14, 17))), ("sum(", ("total", (4, 4))), ("mine a", ("and", (5, 6))),
        ("in seg", ("in segment", (0, 6))),
    ],
)  # fmt: skip
def test_completion_knows_what_may_come_next(text, first):
    found = suggest(text, len(text), SHOP)
    assert (found[0].insert, found[0].replaces) == first


def test_completion_looks_only_at_what_stands_before_the_cursor():
    found = next(each for each in suggest("stage = re and mine", 10, SHOP) if "t" in each.insert)
    assert (found.insert, found.label, found.replaces) == ("retention", "Retention", (8, 10))
