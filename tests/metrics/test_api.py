"""Metrics for programs: listed, made, changed and read, each with the rights of its key."""

from __future__ import annotations

from typing import Any

import pytest

from perennial.metrics.models import MadeMetric
from perennial.rest.tests.program import Program
from perennial.workspace.tests.cast import Cast, make_cast
from tests.metrics.shop import AVERAGE_A_BUYER, BUYERS

pytestmark = pytest.mark.django_db
MADE = {"label": "Spent a buyer", "expression": AVERAGE_A_BUYER, "shown": "money", "dimensions": ["customer.country"]}
SPRING = "from=2011-01-15&to=2011-03-01"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_readings_by_grain_dimension_and_rule(shop: Any, cast: Cast) -> None:
    program = Program(cast, "administrator")
    at = f"metrics/commerce.revenue/readings?{SPRING}"
    assert program.read(at)["data"] == [
        {"period": "2011-01-01", "value": 20}, {"period": "2011-02-01", "value": 80},
        {"period": "2011-03-01", "value": 0},
    ]  # fmt: skip
    assert [each["value"] for each in program.read(f"{at}&grain=year")["data"]] == [100]
    apart = program.read(f"{at}&grain=quarter&by=customer.country")["data"]
    assert apart == [{"period": "2011-01-01", "value": 50, "by": {"customer.country": each}} for each in ("KZ", "GB")]
    of_kazakhs = program.read(f'{at}&grain=quarter&filter=country = "KZ"')["data"]
    assert [each["value"] for each in of_kazakhs] == [50]
    before = program.read(f"{at}&as_of=2011-02-01T00:00:00Z")["data"]
    assert [each["value"] for each in before] == [20, 80, 0]  # orders are asked by their date; events as of an instant
    churn = program.read("metrics/lifecycle.churn_rate/readings?from=2011-01-01&to=2011-01-01")["data"]
    assert churn == [{"period": "2011-01-01", "value": None}]


@pytest.mark.parametrize("asked", [
    "", "from=2011-01-01", "from=x&to=y", "from=2011-02-01&to=2011-01-01", f"{SPRING}&grain=hour", f"{SPRING}&by=name",
    f"{SPRING}&by=customer.password", f"{SPRING}&filter=nonsense (", f"{SPRING}&filter=password = 1",
    f"{SPRING}&as_of=yesterday", f"{SPRING}&as_of=2011-01-01T00:00:00", f"{SPRING}&more=1",
    "from=0001-01-01&to=9999-12-31",
    "from=9999-12-31&to=9999-12-31", "from=0001-01-01&to=0001-01-01", f"{SPRING}&by=country,country",
    "from=9999-12-31&to=9999-12-31&grain=year", f"{SPRING}&filter=" + "(" * 500, f"{SPRING}&by=%00",
])  # fmt: skip
def test_what_cannot_be_asked_is_refused(cast: Cast, asked: str) -> None:
    answer = Program(cast, "administrator").call("GET", f"metrics/commerce.revenue/readings?{asked}")
    assert answer.status_code == 422, answer.content


def test_a_program_makes_changes_and_retires_a_metric(cast: Cast) -> None:
    program = Program(cast, "administrator")
    made = program.call("POST", "metrics", MADE)
    assert made.status_code == 201, made.content
    assert made.json()["key"] == "made.spent_a_buyer"
    assert program.read("metrics/made.spent_a_buyer")["dimensions"] == ["customer.country"]
    changed = program.call("PATCH", "metrics/made.spent_a_buyer", {"expression": BUYERS, "shown": "number"})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert program.call("PATCH", "metrics/made.spent_a_buyer", {"back_to": 1}).json()["version"] == 3
    assert [each["version"] for each in program.read("metrics/made.spent_a_buyer/versions")["data"]] == [3, 2, 1]
    assert program.call("DELETE", "metrics/made.spent_a_buyer").status_code == 204
    assert program.call("GET", "metrics/made.spent_a_buyer").status_code == 404
    assert program.call("PATCH", "metrics/made.spent_a_buyer", {"state": "live"}).status_code == 200
    page = program.read("metrics?limit=5")
    rest = program.read(f"metrics?limit=200&cursor={page['next']}")
    keys = [each["key"] for each in (*page["data"], *rest["data"])]
    assert keys == sorted(keys)
    assert {"commerce.revenue", "made.spent_a_buyer"} <= set(keys)
    assert program.read("metrics/commerce.revenue/versions")["data"] == []


@pytest.mark.parametrize("body", [
    {}, {"label": "X"}, MADE | {"expression": [1]}, MADE | {"more": 1}, MADE | {"shown": {}},
    MADE | {"label": 7 * "x" * 80},
    MADE | {"dimensions": ["'; DROP TABLE metrics_made; --"]}, MADE | {"key": "commerce.revenue"},
])  # fmt: skip
def test_wrong_bodies_are_refused_and_make_nothing(cast: Cast, body: Any) -> None:
    answer = Program(cast, "administrator").call("POST", "metrics", body)
    assert answer.status_code == 422, answer.content
    assert not MadeMetric.objects.exists()


def test_wrong_changes_change_nothing(cast: Cast) -> None:
    program = Program(cast, "administrator")
    program.call("POST", "metrics", MADE)
    for body in ({"back_to": "1"}, {"back_to": True}, {"back_to": 2**31}, {"state": "retired"}, {"version": 2},
                 {"expression": {}}, {"label": "New", "dimensions": ["nothing"]}):  # fmt: skip
        assert program.call("PATCH", "metrics/made.spent_a_buyer", body).status_code == 422, body
    found = program.read("metrics/made.spent_a_buyer")
    assert (found["label"], found["version"]) == ("Spent a buyer", 1)
    assert program.call("PATCH", "metrics/commerce.revenue", {"label": "Mine"}).status_code == 404
    assert program.call("PUT", "metrics/commerce.revenue").status_code == 405


def test_a_key_that_may_not_sees_no_metric_and_makes_none(cast: Cast) -> None:
    admin, viewer, none = (Program(cast, role) for role in ("administrator", "viewer", "none"))
    admin.call("POST", "metrics", MADE)
    at = "metrics/made.spent_a_buyer"
    assert viewer.read(at)["label"] == "Spent a buyer"
    for refused in (viewer.call("POST", "metrics", MADE), viewer.call("PATCH", at, {"label": "Mine"}),
                    viewer.call("DELETE", at), none.call("POST", "metrics", MADE)):  # fmt: skip
        assert refused.status_code == 403
    assert none.read("metrics")["data"] == []
    for path in (at, f"{at}/versions", f"{at}/readings?{SPRING}"):
        assert none.call("GET", path).status_code == 404
    assert none.call("DELETE", at).status_code == 404
