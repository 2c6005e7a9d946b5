"""An automation calls a webhook: one delivery for each run and step, with what started it."""

from __future__ import annotations

import json

import pytest
from django.test import override_settings

from perennial.automation.definition.tree import read
from perennial.automation.trial import try_out
from perennial.foundation.sql import fetch
from perennial.integrations.webhooks.receivers import make_receiver
from perennial.integrations.webhooks.tests.receiving import receiving
from perennial.timeline.outbox.sending import send_due
from tests.automation.building import bought, build, happen, person

pytestmark = pytest.mark.django_db


@override_settings(OUTBOUND_ALLOW=("127.0.0.1",))
def test_an_order_leads_to_one_call_for_each_who_ordered(cast) -> None:
    with receiving() as outside:
        receiver, _secret = make_receiver("Shop", outside.url, by=cast.ada)
        step = {"kind": "action", "key": "tell", "action": "integrations.call_webhook",
                "input": {"webhook": receiver.pk, "values": {"order": "{{ event.number }}"}}}  # fmt: skip
        people = [person(name, by=cast.ada) for name in ("Cleo", "Maya")]
        made = build([step], by=cast.ada)
        for number, each in enumerate(people):
            bought(each, number=str(number))
        happen()
        assert outside.got == []
        while send_due():
            pass
        happen()
        assert send_due() == 0
    told = {body["record"]["name"]: body for got in outside.got if (body := json.loads(got.body)["data"])}
    assert set(told) == {"Cleo", "Maya"}
    assert len(outside.got) == 2
    assert told["Maya"]["occasion"] == {
        "automation": made.name,
        "trigger": "event",
        "event": "commerce.order_placed",
        "properties": {"number": "1"},
    }
    assert told["Maya"]["values"] == {"order": "1"}
    assert fetch("SELECT DISTINCT state FROM timeline_delivery") == [("done",)]


@override_settings(OUTBOUND_ALLOW=("127.0.0.1",))
def test_a_test_run_sends_nothing(cast) -> None:
    receiver, _secret = make_receiver("Shop", "http://127.0.0.1:1099/", by=cast.ada)
    cleo = person(by=cast.ada)
    step = {"kind": "action", "key": "tell", "action": "integrations.call_webhook", "input": {"webhook": receiver.pk}}
    made = build([step], by=cast.ada)
    told = try_out(read(made.draft | {"object": made.object_key}), cleo, by=cast.ada)
    assert [each.code for each in told.steps] == ["done"]
    assert fetch("SELECT 1 FROM timeline_delivery") == []
