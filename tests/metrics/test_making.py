"""Metrics that users make: each is counted like those that rooms declare, keeps its versions, and leaves a log."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perennial.conditions.jsonform import to_json
from perennial.conditions.text import parse
from perennial.conditions.tree import InSegment
from perennial.foundation.errors import Forbidden, Invalid, NotFound
from perennial.foundation.sql import fetch
from perennial.metrics.contract import declared_metrics
from perennial.metrics.jsonform import expression_from_json, expression_to_json
from perennial.metrics.making import (
    all_metrics,
    change_metric,
    make_metric,
    metric_by_key,
    restore_metric,
    retire_metric,
    retired_metrics,
    roll_back,
    versions_of,
)
from perennial.metrics.reading import may_see, read
from perennial.objects.made.uses import uses_of
from perennial.objects.schema import schema_of
from perennial.objects.types import object_types
from perennial.rules.changing import make_segment
from perennial.rules.using import uses_of_segment
from perennial.workspace.actor import SYSTEM, Actor
from perennial.workspace.rights import NOTHING
from perennial.workspace.tests.cast import make_cast
from tests.metrics.shop import AVERAGE_A_BUYER, BUYERS, REVENUE_OF_ORDERS

pytestmark = pytest.mark.django_db
MADE = {"label": "Spent a buyer", "expression": AVERAGE_A_BUYER, "shown": "money", "dimensions": ["customer.country"]}


def february(key: str, **asked: Any) -> dict[Any, Decimal | None]:
    found = read(metric_by_key(key), by=SYSTEM, first=date(2011, 2, 1), last=date(2011, 2, 1), **asked)
    return {each.parts: each.value for each in found}


def test_one_number_beside_another_is_made_and_read(shop: Any) -> None:
    made = make_metric(MADE, by=SYSTEM)
    assert (made.key, made.version, made.shown.value) == ("made.spent_a_buyer", 1, "money")
    assert february(made.key) == {(): 40}
    assert february(made.key, dimensions=["customer.country"]) == {("GB",): 50, ("KZ",): 30}


def test_a_change_makes_a_version_and_an_old_one_comes_back() -> None:
    ada = make_cast().ada
    key = make_metric(MADE, by=ada).key
    assert change_metric(key, {"label": "A buyer"}, by=ada).version == 1
    changed = change_metric(key, {"expression": BUYERS, "shown": "number"}, by=ada)
    assert (changed.version, changed.label) == (2, "A buyer")
    again = roll_back(key, 1, by=ada)
    assert again.version == 3
    assert expression_to_json(again.expression) == expression_to_json(expression_from_json(AVERAGE_A_BUYER, by=SYSTEM))
    assert [(each.number, each.made_by) for each in versions_of(key)] == [(n, ada.log_name) for n in (3, 2, 1)]
    with pytest.raises(NotFound):
        roll_back(key, 9, by=ada)
    logged = fetch("SELECT kind, actor FROM timeline_change WHERE object_key = 'metrics.metric' ORDER BY id")
    assert [each[0] for each in logged] == ["create", "update", "update", "update"]
    assert {each[1] for each in logged} == {ada.log_name}


def test_a_retired_one_is_gone_until_it_is_restored_and_keeps_its_key() -> None:
    key = make_metric(MADE, by=SYSTEM).key
    retire_metric(key, by=SYSTEM)
    assert key not in {each.key for each in all_metrics()}
    assert [each.key for each in retired_metrics()] == [key]
    for refused in (lambda: metric_by_key(key), lambda: retire_metric(key, by=SYSTEM),
                    lambda: change_metric(key, {"label": "X"}, by=SYSTEM)):  # fmt: skip
        with pytest.raises(NotFound):
            refused()
    assert make_metric(MADE, by=SYSTEM).key == f"{key}_2"
    restore_metric(key, by=SYSTEM)
    assert metric_by_key(key).label == "Spent a buyer"
    with pytest.raises(NotFound):
        restore_metric(key, by=SYSTEM)


def test_whoever_may_not_shape_metrics_changes_none() -> None:
    ben = make_cast().ben
    key = make_metric(MADE, by=SYSTEM).key
    for refused in (
        lambda: make_metric(MADE, by=ben), lambda: change_metric(key, {"label": "Mine"}, by=ben),
        lambda: roll_back(key, 1, by=ben), lambda: retire_metric(key, by=ben), lambda: restore_metric(key, by=ben),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            refused()
    dov = Actor("user", 7, "Dov", rights=NOTHING)
    assert not may_see(metric_by_key(key), dov)
    with pytest.raises(Invalid):
        expression_from_json(BUYERS, by=dov)


def test_what_a_room_declares_is_not_changed() -> None:
    for refused in (lambda: change_metric("commerce.revenue", {"label": "X"}, by=SYSTEM),
                    lambda: retire_metric("commerce.revenue", by=SYSTEM)):  # fmt: skip
        with pytest.raises(NotFound):
            refused()


def test_every_declared_expression_survives_its_json() -> None:
    for metric in declared_metrics():
        told = expression_to_json(metric.expression)
        assert expression_to_json(expression_from_json(told, by=SYSTEM)) == told, metric.key


@pytest.mark.parametrize("wrong", [
    {"expression": None}, {"expression": []}, {"expression": {}}, {"expression": {"what": "all"}},
    {"expression": REVENUE_OF_ORDERS | {"kind": "workspace_user"}}, {"expression": REVENUE_OF_ORDERS | {"kind": ["x"]}},
    {"expression": REVENUE_OF_ORDERS | {"at": "number"}}, {"expression": REVENUE_OF_ORDERS | {"at": {"a": 1}}},
    {"expression": REVENUE_OF_ORDERS | {"at": "placed_at; DROP TABLE metrics_made"}},
    {"expression": REVENUE_OF_ORDERS | {"of": "number"}}, {"expression": REVENUE_OF_ORDERS | {"of": 7}},
    {"expression": REVENUE_OF_ORDERS | {"value": "country"}}, {"expression": REVENUE_OF_ORDERS | {"value": []}},
    {"expression": REVENUE_OF_ORDERS | {"how": "median"}}, {"expression": REVENUE_OF_ORDERS | {"how": {}}},
    {"expression": REVENUE_OF_ORDERS | {"where": {"field": "password"}}},
    {"expression": REVENUE_OF_ORDERS | {"where": "kind = order"}},
    {"expression": {"what": "flow", "event": "no.such", "kind": "customers.customer"}},
    {"expression": {"what": "standing", "event": "lifecycle.stage_changed", "kind": "customers.customer",
                    "value": "nothing"}},
    {"expression": {"what": "age", "kind": "customers.customer", "since": "name"}},
    {"expression": {"top": AVERAGE_A_BUYER, "bottom": BUYERS}}, {"expression": {"top": BUYERS, "bottom": 1}},
    {"label": ""}, {"label": "x" * 81}, {"label": "a\u0000b"}, {"shown": "stars"}, {"shown": []}, {"grain": "hour"},
    {"grain": {}}, {"dimensions": "customer.country"}, {"dimensions": ["password"]}, {"dimensions": [{}]},
    {"dimensions": ["customer.country"] * 21}, {"dimensions": ["customer.nothing"]}, {"dimensions": [None]},
], ids="-".join)  # fmt: skip
def test_what_cannot_be_counted_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        make_metric(MADE | wrong, by=SYSTEM)
    assert all_metrics() == list(declared_metrics())


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["commerce.order", "placed_at", "customer", "flow", "base_total", "lifecycle.lapsed"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["what", "kind", "at", "of", "how", "value", "where", "event", "since", "which", "top",
                         "bottom"]),
        inner, max_size=6),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=_ANYTHING, part=st.sampled_from(sorted(REVENUE_OF_ORDERS)))
def test_whatever_comes_as_json_is_read_or_refused(told: Any, part: str) -> None:
    for each in (told, REVENUE_OF_ORDERS | {part: told}):
        with suppress(Invalid):
            assert expression_to_json(expression_from_json(each, by=SYSTEM))


def test_what_a_metric_rests_on_is_told_before_it_is_retired() -> None:
    cast = make_cast()
    people = object_types["customers.customer"]
    loyal = make_segment(people, "Of Kazakhstan", parse('country = "KZ"', schema_of(people)), by=cast.ada, is_live=True)
    told = {"what": "flow", "kind": "customers.customer", "at": "created_at", "where": to_json(InSegment(loyal.key))}
    make_metric({"label": "Kazakhs", "expression": told, "dimensions": ["city"]}, by=cast.ada)
    make_metric(MADE, by=cast.ada)
    assert "Kazakhs" in {each.name for each in uses_of_segment(loyal, by=cast.ada)}
    for kind, field, name in (
        ("commerce.order", "base_total", "Spent a buyer"), ("commerce.order", "placed_at", "Spent a buyer"),
        ("customers.customer", "country", "Spent a buyer"), ("customers.customer", "city", "Kazakhs"),
        ("commerce.order", "", "Spent a buyer"),
    ):  # fmt: skip
        assert name in {each.name for each in uses_of(kind, field)}, (kind, field)
    assert "Spent a buyer" not in {each.name for each in uses_of("commerce.order", "number")}
