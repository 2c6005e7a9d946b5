"""The builder: each step posts the whole and is answered with it again; what follows from inputs; what is refused."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from perennial.workspace.models import User
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
KIND = "customers.customer"
BUILD = f"/rules/build/{KIND}/"
EMPTY: dict[str, Any] = {"version": 2, "all": []}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def signed_in(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def tree_in(html: str) -> dict[str, Any]:
    found = re.search(r'id="rule-tree" value="([^"]*)"', html)
    assert found is not None, html[:2000]
    read: dict[str, Any] = json.loads(unescape(found[1]))
    return read


def posted(client: Client, tree: dict[str, Any], step: str = "", **inputs: Any) -> str:
    return client.post(BUILD, {"tree": json.dumps(tree), "step": step, **inputs}).content.decode()


def test_a_rule_is_built_step_by_step(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    shown = ada.post(f"/rules/offers/{KIND}/", {"tree": json.dumps(EMPTY), "at": "", "find": "order placed"})
    assert 'value="add::event:commerce.order_placed"' in shown.content.decode()
    tree = tree_in(posted(ada, EMPTY, "add::event:commerce.order_placed"))
    assert tree["all"] == [{"did": "commerce.order_placed", "at_least": 1}]
    html = posted(ada, tree, "", n0__times="at_least", n0__low="2", n0__span="any")
    tree = tree_in(html)
    assert tree["all"][0]["at_least"] == 2
    assert "at least 2 times" in unescape(html)
    tree = tree_in(posted(ada, tree, "add::event:customers.page_viewed"))
    tree = tree_in(posted(ada, tree, "redraw", n1__times="never", n1__span="last", n1__count="60", n1__unit="day"))
    assert tree["all"][1] == {"did": "customers.page_viewed", "at_most": 0, "within": {"last": 60, "unit": "day"}}
    tree = tree_in(posted(ada, tree, "add:1_where:field:url"))
    tree = tree_in(posted(ada, tree, "", n1_where_0__op="contains", n1_where_0__value="/sale"))
    assert tree["all"][1]["where"] == {"all": [{"field": "url", "op": "contains", "value": "/sale"}]}
    made = tree_in(posted(ada, tree, "redraw", n0__how="sum"))
    assert made["all"][0]["measure"] == "sum"
    back = tree_in(posted(ada, made, "redraw", n0__how="times"))
    assert back["all"][0]["did"] == "commerce.order_placed"


def test_clauses_are_moved_doubled_grouped_and_removed(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    one, two = {"field": "name", "op": "filled"}, {"field": "stage", "op": "filled"}
    tree = {"version": 2, "all": [one, two]}
    assert tree_in(posted(ada, tree, "down:0"))["all"] == [two, one]
    assert tree_in(posted(ada, tree, "up:0"))["all"] == [one, two]
    assert tree_in(posted(ada, tree, "copy:1"))["all"] == [one, two, two]
    wrapped = tree_in(posted(ada, tree, "wrap:0"))
    assert wrapped["all"] == [{"all": [one]}, two]
    assert tree_in(posted(ada, wrapped, "redraw", n0__group="none"))["all"][0] == {"none": [one]}
    assert tree_in(posted(ada, wrapped, "unwrap:0"))["all"] == [one, two]
    assert tree_in(posted(ada, tree, "remove:0"))["all"] == [two]
    assert tree_in(posted(ada, tree, "group:"))["all"][-1] == {"any": []}


def test_the_text_is_read_and_what_is_wrong_is_named(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    html = posted(ada, EMPTY, "text", rule_text='stage = "retention" and did commerce.order_placed at least 2 times')
    assert len(tree_in(html)["all"]) == 2
    wrong = unescape(posted(ada, EMPTY, "text", rule_text="colour = 3"))
    assert "“colour” in line 1, column 1: nothing is called so here" in wrong
    assert "colour = 3" in wrong


@pytest.mark.parametrize("tree", [
    "", "null", "[]", "{", "[" * 100_000, '{"version": 2, "all": ' + "[" * 500, '{"version": 2}',
    json.dumps({"version": 2, "all": [{"field": "name", "op": "filled"}] * 600}), "9" * 500_000,
    json.dumps({"version": 2, "field": "name", "op": "drop"}),
], ids=lambda tree: f"{tree[:12]}{len(tree)}")  # fmt: skip
def test_what_is_no_rule_is_refused_in_words(cast: Cast, tree: str) -> None:
    ada = signed_in(cast.ada_user)
    for step in ("", "open:", "add::field:name", "up:0", "text"):
        answer = ada.post(BUILD, {"tree": tree, "step": step})
        assert answer.status_code == 200
        assert 'role="alert"' in answer.content.decode()
    assert ada.post(f"/rules/offers/{KIND}/", {"tree": tree, "find": "a"}).status_code == 200
    for what in ("count", "values", "backtest"):
        assert ada.post(f"/rules/{what}/{KIND}/", {"tree": tree, "at": "0"}).status_code == 200


@pytest.mark.parametrize("step", [
    "add::field:nothing", "add:9_9:field:name", "add:where:field:name", "add:0_where:field:name", "up:99", "down:-1",
    "remove:", "unwrap:0_0_0", "copy:x", "open:" + "0_" * 9000, "drop:0", "add::event:no.such", "add::relation:x.y",
    "add::segment:none", "add::changed:none", "wrap:where_where",
], ids=lambda step: step[:24])  # fmt: skip
def test_steps_that_lead_nowhere_change_nothing(cast: Cast, step: str) -> None:
    tree = {"version": 2, "all": [{"field": "name", "op": "filled"}]}
    assert tree_in(posted(signed_in(cast.ada_user), tree, step))["all"][0] == {"field": "name", "op": "filled"}


def test_names_and_values_are_shown_as_text(cast: Cast) -> None:
    evil = "<script>alert(1)</script>"
    tree = {"version": 2, "all": [
        {"field": "name", "op": "contains", "value": evil}, {"field": evil, "op": "eq", "value": evil},
        {"did": evil, "at_least": 1}, {"has": evil}, {"segment": evil}, {"changed": evil},
    ]}  # fmt: skip
    for step in ("redraw", "", "open:"):
        assert evil not in posted(signed_in(cast.ada_user), tree, step)


def test_unfinished_clauses_are_said_and_do_not_count(cast: Cast) -> None:
    tree = {"version": 2, "all": [{"field": "name", "op": "filled"}, {"field": "worth", "op": "ge"}]}
    html = posted(signed_in(cast.ada_user), tree, "")
    assert "One condition is not finished" in html
    assert "Name is filled in" in html
    wrong = posted(signed_in(cast.ada_user), tree, "", n1__op="ge", n1__value="much")
    assert "is compared with a number" in wrong


def test_to_those_who_see_no_such_record_there_is_nothing_to_ask(cast: Cast) -> None:
    dov = signed_in(cast.dov_user)
    for what in ("build", "offers", "count", "values", "backtest"):
        assert dov.post(f"/rules/{what}/{KIND}/", {"tree": json.dumps(EMPTY)}).status_code == 404
        assert dov.post(f"/rules/{what}/no.such/", {"tree": json.dumps(EMPTY)}).status_code == 404
