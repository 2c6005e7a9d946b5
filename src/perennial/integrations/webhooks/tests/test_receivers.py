"""Receivers: their secrets, who may set them up, and how long what they were sent is kept."""

from __future__ import annotations

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from perennial.customers.objects import PERSON
from perennial.customers.personal_data import subject_of
from perennial.foundation.errors import Forbidden, Invalid
from perennial.foundation.sql import execute, fetch
from perennial.integrations.models import Receiver
from perennial.integrations.webhooks.personal import erase_deliveries, export_deliveries
from perennial.integrations.webhooks.receivers import (
    change_receiver,
    forget_earlier,
    renew_secret,
    retire,
    switch,
)
from perennial.integrations.webhooks.tests.calls import call, made, states
from perennial.integrations.webhooks.tests.receiving import receiving
from perennial.objects.writing import create_record
from perennial.timeline.outbox.keeping import forget_old
from perennial.timeline.outbox.sending import send_due
from perennial.workspace.tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loopback")]


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
