"""A form may hold several rules, and a rule may be about the properties of an event, or about fixed values alone."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest

from perennial.rules.facts.models import MadeFact
from perennial.studio.tests.test_builder import EMPTY, KIND, cast, signed_in
from perennial.workspace.tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["cast"]
ORDER_PLACED = "?name=where&event=commerce.order_placed"


def tree_in(html: str, id: str) -> dict[str, Any]:
    found = re.search(rf'id="{id}-tree" value="([^"]*)"', html)
    assert found is not None, html[:2000]
    read: dict[str, Any] = json.loads(unescape(found[1]))
    return read


def test_a_rule_about_an_event_asks_for_its_properties_alone(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    sent = {"where__tree": json.dumps(EMPTY), "at": ""}
    offered = ada.post(f"/rules/offers/{KIND}/{ORDER_PLACED}", sent).content.decode()
    assert 'value="add::field:total"' in offered
    assert "field:stage" not in offered
    assert "event:" not in offered.replace("&amp;event=", "")
    answer = ada.post(f"/rules/build/{KIND}/{ORDER_PLACED}", {**sent, "step": "add::field:total"}).content.decode()
    assert 'name="where__n0__value"' in answer
    tree = tree_in(answer, "rule-where")
    filled = {"where__tree": json.dumps(tree), "where__n0__op": "ge", "where__n0__value": "20"}
    said = ada.post(f"/rules/build/{KIND}/{ORDER_PLACED}", filled).content.decode()
    assert "<b>Order placed</b>: total is at least 20" in said
    refused = ada.post(f"/rules/build/{KIND}/{ORDER_PLACED}", {**sent, "step": "add::field:stage"}).content.decode()
    assert tree_in(refused, "rule-where")["all"] == []
    next_up = ada.get(f"/rules/suggest/{KIND}/{ORDER_PLACED}&text=tot").json()["data"]
    assert next_up[0]["insert"] == "total"


def test_rules_of_a_form_keep_apart(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    one, two = {"version": 2, "field": "name", "op": "filled"}, {"version": 2, "field": "stage", "op": "filled"}
    sent = {"when0__tree": json.dumps(one), "when1__tree": json.dumps(two), "step": "redraw"}
    for name, field in (("when0", "name"), ("when1", "stage")):
        answer = ada.post(f"/rules/build/{KIND}/?name={name}", sent).content.decode()
        assert tree_in(answer, f"rule-{name}")["all"][0]["field"] == field


def test_what_was_built_for_something_else_is_dropped(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    tree = {"version": 2, "all": [{"field": "url", "op": "filled"}]}
    sent = {"where__tree": json.dumps(tree), "where__rule_about": f"{KIND} customers.page_viewed", "step": "redraw"}
    answer = ada.post(f"/rules/build/{KIND}/{ORDER_PLACED}", sent).content.decode()
    assert tree_in(answer, "rule-where")["all"] == []


@pytest.mark.parametrize("query", ["?event=no.such", "?name=a.b", "?name=%3Cb%3E"])
def test_subjects_that_are_none_are_not_there(cast: Cast, query: str) -> None:
    ada = signed_in(cast.ada_user)
    for what in ("build", "offers", "count", "values"):
        assert ada.post(f"/rules/{what}/{KIND}/{query}", {"tree": json.dumps(EMPTY)}).status_code == 404
    dov = signed_in(cast.dov_user)
    assert dov.post(f"/rules/build/{KIND}/{ORDER_PLACED}", {"where__tree": json.dumps(EMPTY)}).status_code == 404


def test_a_list_leads_to_the_builder_and_back_and_to_a_segment(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    listed = ada.get("/o/customers.customer/", {"filter": 'name contains "a"'}).content.decode()
    assert "/segments/new/?kind=customers.customer&amp;filter=name+contains" in listed
    page = ada.get(f"/rules/ask/{KIND}/", {"filter": 'name contains "a"'}).content.decode()
    assert tree_in(page, "rule")["all"][0]["value"] == "a"
    did = {"tree": json.dumps({"version": 2, "all": [{"did": "commerce.order_placed", "at_least": 2}]})}
    found = ada.post(f"/rules/ask/{KIND}/", {**did, "goes": "list"}).headers["Location"]
    assert found.startswith("/o/customers.customer/?filter=did+commerce.order_placed")
    assert ada.get(found).status_code == 200
    assert ada.post(f"/rules/ask/{KIND}/", {**did, "goes": "segment"}).headers["Location"].startswith("/segments/new/")
    back = {"back": "/metrics/commerce.orders/?grain=week&filter=x"}
    page = f"/rules/ask/{KIND}/?{urlencode(back)}"
    assert ada.post(page, did).headers["Location"].startswith("/metrics/commerce.orders/?grain=week&filter=did+comm")
    for elsewhere in ("//evil.example/metrics/", "https://evil.example/metrics/", "/\\evil.example", "/me/"):
        page = f"/rules/ask/{KIND}/?{urlencode({'back': elsewhere})}"
        assert ada.post(page, did).headers["Location"].startswith("/o/customers.customer/?")
    unfinished = {"tree": json.dumps({"version": 2, "all": [{"field": "name", "op": "eq"}]})}
    assert ada.post(f"/rules/ask/{KIND}/", unfinished).status_code == 422
    assert signed_in(cast.dov_user).get(f"/rules/ask/{KIND}/").status_code == 404


def test_a_facts_condition_is_built_and_must_be_finished(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    asked = {"about": KIND, "form": "events", "event": "customers.page_viewed", "how": "count", "label": "Sales seen"}
    blank = {"version": 2, "all": [{"field": "url", "op": "contains"}]}
    sent = {**asked, "where__tree": json.dumps(blank)}
    refused = ada.post("/settings/facts/new/", sent)
    assert refused.status_code == 422
    assert "Say with what “url” is compared" in refused.content.decode()
    kept = ada.post("/settings/facts/new/", {**sent, "where__n0__op": "contains", "where__n0__value": "/sale"})
    assert kept.status_code == 302
    assert MadeFact.objects.get().options["where"] == 'url contains "/sale"'
    offered = ada.post("/rules/offers/commerce.order/?name=where&fixed=1", {"where__tree": json.dumps(EMPTY), "at": ""})
    assert "relation:" not in offered.content.decode()
    assert "field:fact:" not in offered.content.decode()
