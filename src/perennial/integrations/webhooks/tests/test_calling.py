"""Records leave for a webhook: signed, once, with what whoever sends them may see, and with what became of it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import override_settings
from standardwebhooks import Webhook, WebhookVerificationError

from perennial.customers.models import Person
from perennial.customers.objects import PERSON
from perennial.customers.personal_data import subject_of
from perennial.foundation.errors import Forbidden, Invalid, NotFound
from perennial.foundation.sql import execute, fetch
from perennial.integrations.models import Receiver
from perennial.integrations.webhooks.personal import erase_deliveries, export_deliveries
from perennial.integrations.webhooks.receivers import (
    change_receiver,
    forget_earlier,
    make_receiver,
    renew_secret,
    retire,
    switch,
)
from perennial.integrations.webhooks.tests.receiving import receiving
from perennial.objects.running import run_action
from perennial.objects.writing import create_record
from perennial.timeline.outbox import reading
from perennial.timeline.outbox.keeping import claim, doubt_left_behind, forget_old, settle
from perennial.timeline.outbox.sending import send_due
from perennial.timeline.outbox.ways import Outcome
from perennial.workspace.actor import actor_of_user
from perennial.workspace.models import Role
from perennial.workspace.rights import FieldRight, Reach, Rights, same_for_all
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loopback")]
PEOPLE = "customers.person"
ACTION = "integrations.call_webhook"


@pytest.fixture
def loopback():
    with override_settings(OUTBOUND_ALLOW=("127.0.0.1",)):
        yield


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def made(url: str, by, name: str = "Shop") -> tuple[Receiver, str]:
    return make_receiver(name, url, by=by)


def call(receiver: Receiver, ids, by, **more):
    return run_action(ACTION, ids, {"webhook": receiver.pk, **more}, by=by, on=PEOPLE)


def states() -> list[tuple[str, int | None]]:
    return fetch("SELECT state, status FROM timeline_delivery ORDER BY id")


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


def test_a_receiver_that_is_off_removed_or_has_no_secret_is_not_called(cast: Cast) -> None:
    cleo = create_record(PERSON, {"name": "Cleo"}, by=cast.ada)
    with receiving() as outside:
        receiver, _secret = made(outside.url, cast.ada)
        call(receiver, [cleo], cast.ada)
        switch(receiver, is_on=False, by=cast.ada)
        with pytest.raises(Invalid):
            call(receiver, [cleo], cast.ada)
        send_due()
        assert states() == [("unsent", None)]
        switch(receiver, is_on=True, by=cast.ada)
        Receiver.objects.update(secret="from another house")
        call(receiver, [cleo], cast.ada)
        send_due()
        assert states()[-1] == ("unsent", None)
        renew_secret(receiver, by=cast.ada)
        call(receiver, [cleo], cast.ada)
        retire(receiver, by=cast.ada)
        send_due()
        assert states()[-1] == ("unsent", None)
        with pytest.raises(Invalid):
            call(receiver, [cleo], cast.ada)
    assert outside.got == []


def test_two_secrets_sign_until_the_older_is_forgotten(cast: Cast) -> None:
    cleo = create_record(PERSON, {"name": "Cleo"}, by=cast.ada)
    with receiving() as outside:
        receiver, first = made(outside.url, cast.ada)
        second = renew_secret(receiver, by=cast.ada)
        call(receiver, [cleo], cast.ada)
        send_due()
        for secret in (first, second):
            Webhook(secret).verify(outside.got[0].body, outside.got[0].headers)
        forget_earlier(receiver, by=cast.ada)
        call(receiver, [cleo], cast.ada)
        send_due()
        Webhook(second).verify(outside.got[1].body, outside.got[1].headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(first).verify(outside.got[1].body, outside.got[1].headers)
    kept = fetch("SELECT secret, earlier_secret FROM integrations_receiver")[0]
    assert not any(told[6:] in text for told in (first, second) for text in kept)
    logged = fetch("SELECT \"values\"::text FROM timeline_change WHERE object_key = 'integrations.receiver'")
    assert not any(told[6:] in text for told in (first, second) for (text,) in logged)


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "http://169.254.169.254/latest", "file:///etc/passwd", "", "http://[::1]/"]
)
def test_no_receiver_lies_inside_the_house(cast: Cast, url: str) -> None:
    with pytest.raises(Invalid) as refused:
        made(url, cast.ada)
    assert set(refused.value.fields) == {"url"}


def test_who_may_not_set_up_webhooks_may_not(cast: Cast) -> None:
    receiver, _secret = made("http://127.0.0.1:1099/", cast.ada)
    for act in (
        lambda by: made("http://127.0.0.1:1099/", by, "Mine"), lambda by: switch(receiver, is_on=False, by=by),
        lambda by: renew_secret(receiver, by=by), lambda by: retire(receiver, by=by),
        lambda by: change_receiver(receiver, "Mine", receiver.url, by=by), lambda by: forget_earlier(receiver, by=by),
    ):  # fmt: skip
        for by in (cast.ben, cast.dov):
            with pytest.raises(Forbidden):
                act(by)


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


def test_what_arrived_is_forgotten_sooner_than_what_did_not(cast: Cast) -> None:
    people = [create_record(PERSON, {"name": name}, by=cast.ada) for name in ("Cleo", "Maya", "Anne", "Zara")]
    receiver, _secret = made("http://127.0.0.1:1099/", cast.ada)
    call(receiver, people, cast.ada)
    ids = [id for (id,) in fetch("SELECT id FROM timeline_delivery ORDER BY id")]
    for id, state, days in zip(ids, ("done", "doubt", "doubt", "waiting"), (31, 31, 181, 400), strict=True):
        execute(
            "UPDATE timeline_delivery SET state = %s, created_at = now() - %s * interval '1 day',"
            " ended_at = CASE WHEN %s = 'waiting' THEN NULL ELSE now() - %s * interval '1 day' END WHERE id = %s",
            [state, days, state, days, id],
        )
    assert forget_old() == 2
    assert [id for (id,) in fetch("SELECT id FROM timeline_delivery ORDER BY id")] == [ids[1], ids[3]]


def test_what_was_sent_of_somebody_is_given_to_them_and_blanked_with_them(cast: Cast) -> None:
    cleo = create_record(PERSON, {"name": "Cleo Hargreaves", "email": "cleo@example.com"}, by=cast.ada)
    with receiving() as outside:
        receiver, _secret = made(outside.url, cast.ada)
        call(receiver, [cleo], cast.ada)
        told = export_deliveries(subject_of(cleo))
        assert told[0]["sent"]["data"]["record"]["name"] == "Cleo Hargreaves"
        erase_deliveries(subject_of(cleo), cast.ada)
        assert send_due() == 0
    assert outside.got == []
    assert fetch("SELECT 1 FROM timeline_delivery WHERE payload::text LIKE '%%Cleo%%'") == []
