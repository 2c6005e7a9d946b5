"""The text box of the builder: both forms of text, and what may come next."""

from __future__ import annotations

from html import unescape

import pytest

from perennial.studio.tests.test_builder import EMPTY, KIND, cast, posted, signed_in, tree_in
from perennial.workspace.tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["cast"]


def test_a_rule_may_be_typed_as_one_would_say_it(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    typed = "stage = retention and orders in last 90 days >= 2 and not open tasks"
    stage, orders, tasks = tree_in(posted(ada, EMPTY, "text", rule_text=typed))["all"]
    assert stage == {"field": "stage", "op": "eq", "value": "retention"}
    assert (orders["has"], orders["at_least"]) == ("commerce.order.customer", 2)
    assert orders["where"] == {"field": "placed_at", "op": "within_days", "value": 90}
    assert (tasks["has"], tasks["at_most"]) == ("customers.task.customer", 0)
    assert tasks["where"] == {"field": "done_at", "op": "empty"}
    wrong = unescape(posted(ada, EMPTY, "text", rule_text="stage = retntion"))
    assert "no choice of “Stage”; the nearest: retention" in wrong


def test_completion_offers_what_its_reader_may_ask(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    found = ada.get(f"/rules/suggest/{KIND}/", {"text": "stage = re", "cursor": "10"}).json()["data"]
    assert {"insert": "retention", "label": "Retention", "from": 8, "to": 10} in found
    assert ada.get(f"/rules/suggest/{KIND}/", {"text": "open ta"}).json()["data"][0]["insert"] == "open tasks"
    assert ada.get(f"/rules/suggest/{KIND}/", {"text": "x(" * 9000, "cursor": "x"}).status_code == 200
    assert ada.get("/rules/suggest/no.kind/", {"text": ""}).status_code == 404
    assert ada.post(f"/rules/suggest/{KIND}/").status_code == 405
