"""Records leave for a webhook: signed, once, with what whoever sends them may see, and with what became of it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from perennial.customers.models import Person
from perennial.customers.objects import PERSON
from perennial.foundation.errors import Forbidden, Invalid, NotFound
from perennial.foundation.sql import execute
from perennial.integrations.webhooks.receivers import (
    change_receiver,
)
from perennial.integrations.webhooks.tests.calls import PEOPLE, call, made, states
from perennial.integrations.webhooks.tests.receiving import receiving
from perennial.objects.writing import create_record
from perennial.timeline.outbox import reading
from perennial.timeline.outbox.keeping import claim, doubt_left_behind, settle
from perennial.timeline.outbox.sending import send_due
from perennial.timeline.outbox.ways import Outcome
from perennial.workspace.actor import actor_of_user
from perennial.workspace.models import Role
from perennial.workspace.rights import FieldRight, Reach, Rights, same_for_all
from perennial.workspace.tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loopback")]


def due_now() -> None:
    execute("UPDATE timeline_delivery SET due_at = now()")
    execute("DELETE FROM timeline_lane")


def test_a_record_arrives_signed_and_once(cast: Cast) -> None:
    cleo = create_record(PERSON, {"name": "Cleo", "email": "cleo@example.com"}, by=cast.ada)
    with receiving() as outside:
        receiver, secret = made(outside.url, cast.ada)
        run = call(receiver, [cleo, 999_999], cast.ada, type="crm.changed", values={"why": "quiet"})
        assert [each.code for each in run.results] == ["done", "not_found"]
        assert outside.got == []  # only the worker sends
        assert (send_due(), send_due()) == (1, 0)
    (got,) = outside.got
    sent = Webhook(secret).verify(got.body, got.headers)
    assert sent["type"] == "crm.changed"
    assert sent["data"]["object"] == PEOPLE
    assert sent["data"]["record"]["name"] == "Cleo"
    assert sent["data"]["record"]["email"] == "cleo@example.com"
    assert sent["data"]["values"] == {"why": "quiet"}
    assert got.headers["webhook-id"] == f"{run.cause}-{cleo}"
    assert got.headers["idempotency-key"] == f'"{run.cause}-{cleo}"'
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(got.body + b" ", got.headers)
    assert states() == [("done", 204)]


def test_only_what_whoever_sends_it_may_see_and_export_leaves(cast: Cast) -> None:
    hers = create_record(PERSON, {"name": "Cleo", "email": "c@example.com"}, by=cast.ada)
    role = Role.objects.create(key="sender", name="Sender", rights_json=Rights(
        same_for_all(view=Reach.ALL, create=Reach.ALL, edit=Reach.ALL, export=Reach.OWN), frozenset(),
        {PEOPLE: {"email": FieldRight.NONE}}).to_json())  # fmt: skip
    cast.dov_user.role = role
    cast.dov_user.save()
    sender = actor_of_user(cast.dov_user)
    his = create_record(PERSON, {"name": "Maya", "owner": cast.dov_user.pk}, by=sender)
    Person.objects.filter(pk=his).update(email="maya@example.com")
    with receiving() as outside:
        receiver, _secret = made(outside.url, cast.ada)
        results = call(receiver, [hers, his], sender).results
        assert [each.code for each in results] == ["not_found", "done"]
        send_due()
        record = json.loads(outside.got[0].body)["data"]["record"]
        assert record["name"] == "Maya"
        assert "email" not in record
        assert b"maya@example.com" not in outside.got[0].body
        with pytest.raises(Forbidden):
            call(receiver, [hers], cast.ben)  # may see, may not export
        with pytest.raises(NotFound):
            call(receiver, [hers], make_cast_nobody(cast))


def make_cast_nobody(cast: Cast):
    cast.dov_user.role = Role.objects.get(key="none")
    cast.dov_user.save()
    return actor_of_user(cast.dov_user)


def test_a_refusal_is_shown_and_a_person_may_send_it_again_under_its_key(cast: Cast) -> None:
    cleo = create_record(PERSON, {"name": "Cleo"}, by=cast.ada)
    with receiving(500, 302) as outside:
        receiver, _secret = made(outside.url, cast.ada)
        call(receiver, [cleo], cast.ada)
        send_due()
        assert states() == [("refused", 500)]
        due_now()
        assert send_due() == 0  # never by itself
        (shown,) = reading.deliveries(receiver.lane)
        assert shown.said == "ok"
        for expected in (("refused", 302), ("done", 204)):
            assert reading.send_again([shown.id], lane=receiver.lane, by="user:1") == [shown.id]
            send_due()
            assert states() == [expected]
        assert reading.send_again([shown.id], lane=receiver.lane, by="user:1") == []  # it arrived
    assert len(set(outside.keys)) == 1
    assert len(outside.keys) == 3


def test_what_has_certainly_not_left_is_tried_again_by_itself_and_its_lane_is_spared(cast: Cast) -> None:
    cleo, maya = (create_record(PERSON, {"name": name}, by=cast.ada) for name in ("Cleo", "Maya"))
    with receiving() as outside:
        receiver, _secret = made("http://127.0.0.1:1099/", cast.ada)
        other, _secret = made(outside.url, cast.ada, "Other")
        call(receiver, [cleo], cast.ada)
        send_due()
        assert states() == [("waiting", None)]
        call(receiver, [maya], cast.ada)
        call(other, [cleo], cast.ada)
        assert send_due() == 1  # the other lane does not wait
        assert states() == [("waiting", None), ("waiting", None), ("done", 204)]
        change_receiver(receiver, "Shop", outside.url, by=cast.ada)
        execute("UPDATE timeline_delivery SET due_at = now()")
        assert send_due() == 2
    assert {state for state, _status in states()} == {"done"}


def test_a_claim_that_says_nothing_is_in_doubt_and_is_not_sent_again(cast: Cast) -> None:
    cleo = create_record(PERSON, {"name": "Cleo"}, by=cast.ada)
    with receiving() as outside:
        receiver, _secret = made(outside.url, cast.ada)
        call(receiver, [cleo], cast.ada)
        mark, found = claim()
        assert send_due() == 0  # it is somebody's
        assert doubt_left_behind() == 0
        assert doubt_left_behind(older_than=0) == 1
        due_now()
        assert send_due() == 0
        assert reading.counts([receiver.lane])[receiver.lane] == {"doubt": 1}
        (claimed,) = found["integrations.webhook"]
        settle(mark, [(claimed, Outcome("done", 200))])  # it was only slow
        assert states() == [("done", 200)]
    assert outside.got == []


@pytest.mark.parametrize("given", [
    {"type": "x\r\nX-Evil: 1"}, {"type": "x" * 101}, {"webhook": "other"}, {"webhook": 0}, {"webhook": 2**70},
    {"values": {"nul": "a\x00b"}}, {"values": {"\x00": ["deep"]}},
    {"values": {str(number): 1 for number in range(31)}}, {"url": "http://10.0.0.1/"},
])  # fmt: skip
def test_strange_input_is_refused(cast: Cast, given) -> None:
    receiver, _secret = made("http://127.0.0.1:1099/", cast.ada)
    cleo = create_record(PERSON, {"name": "Cleo"}, by=cast.ada)
    with pytest.raises(Invalid):
        call(receiver, [cleo], cast.ada, **given)
    large = call(receiver, [cleo], cast.ada, values={"text": "x" * 300_000})
    assert large.results[0].code == "too_large"


def test_a_slow_lane_leaves_room_for_others(cast: Cast) -> None:
    people = [create_record(PERSON, {"name": f"Cleo {number}"}, by=cast.ada) for number in range(10)]
    first, _secret = made("http://127.0.0.1:1099/a", cast.ada, "A")
    second, _secret = made("http://127.0.0.1:1099/b", cast.ada, "B")
    call(first, people, cast.ada)
    call(second, people[:1], cast.ada)
    execute("UPDATE timeline_delivery SET due_at = due_at - %s", [timedelta(minutes=1)])
    _mark, found = claim()
    lanes = [each.lane for each in found["integrations.webhook"]]
    assert lanes.count(first.lane) == 4
    assert lanes.count(second.lane) == 1
