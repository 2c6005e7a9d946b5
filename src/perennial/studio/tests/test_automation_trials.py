"""A test run is told of an event; a program's address is made, and shown once."""

from __future__ import annotations

import re
from typing import Any

import pytest

from perennial.automation.starting import called
from perennial.customers.models import Customer, Profile
from perennial.foundation import clock
from perennial.foundation.errors import NotFound
from perennial.studio.tests.test_automations import HOME, begun, cast, changed, signed_in
from perennial.timeline.record import NewEvent, record
from perennial.workspace.tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["cast"]
SHOP = 'url contains "shop"'
TASK = {"kind": "create", "key": "create1", "object": "customers.task",
        "fields": {"title": "Saw {{ event.url | nothing }}", "customer": "{{ id }}"}}  # fmt: skip


def seen(name: str, *urls: str) -> Customer:
    made = Customer.objects.create(kind="person", name=name, sort_key=name.lower())
    profile = Profile.objects.create(kind="record", customer=made, made_for=made)
    record([NewEvent("customers.page_viewed", profile.pk, {"url": url}, clock.now()) for url in urls])
    return made


def trigger(**more: Any) -> dict[str, Any]:
    return {"kind": "event", "event": "customers.page_viewed", **more}


def test_a_test_run_takes_a_real_event_or_one_that_is_written(cast: Cast) -> None:
    ada, cleo = signed_in(cast.ada_user), seen("Cleo", "/shop")
    page = f"{HOME}{begun(cast, trigger=trigger(where=SHOP), steps=[TASK]).pk}/try/"
    assert 'name="event.url"' in ada.get(page).content.decode()
    tried = ada.post(page, {"record": str(cleo.pk)}).content.decode()
    assert "Saw /shop" in tried
    assert "would not start it" not in tried
    written = ada.post(page, {"record": str(cleo.pk), "event": "written", "event.url": "/sale"}).content.decode()
    assert "Saw /sale" in written
    assert "This event would not start it" in written
    dora = seen("Dora")
    assert "Saw nothing" in ada.post(page, {"record": str(dora.pk)}).content.decode()


def test_a_call_is_written_as_json(cast: Cast) -> None:
    ada, cleo = signed_in(cast.ada_user), seen("Cleo")
    page = f"{HOME}{begun(cast, trigger={'kind': 'webhook'}, steps=[TASK]).pk}/try/"
    assert "Saw /a" in ada.post(page, {"record": str(cleo.pk), "call": '{"url": "/a"}'}).content.decode()
    for wrong in ("[", "[1]", "[" * 9000, "nothing"):
        answer = ada.post(page, {"record": str(cleo.pk), "call": wrong})
        assert answer.status_code == 422
        assert "This is no JSON object" in answer.content.decode()


def test_the_address_of_a_call_is_shown_once_and_replaced(cast: Cast) -> None:
    ada, made = signed_in(cast.ada_user), begun(cast, steps=[TASK])
    kept = changed(ada, made, op="set", key="@trigger", kind="webhook", field="external_id", names="customer")
    assert kept.status_code == 200
    made.refresh_from_db()
    assert made.draft["trigger"] == {"kind": "webhook", "field": "external_id", "key": "customer"}
    page = f"{HOME}{made.pk}/address/"
    assert "Make its address" in ada.get(f"{HOME}{made.pk}/").content.decode()
    answer = ada.post(page)
    found = re.search(rf"http://localhost/api/v1/hooks/{made.pk}/([\w-]+)", answer.content.decode())
    assert found is not None
    assert answer.headers["Cache-Control"] == "no-store"
    made.refresh_from_db()
    assert made.secret
    assert found[1] not in made.secret
    assert found[1] not in ada.get(page).content.decode()
    ada.post(page)
    with pytest.raises(NotFound):
        called(made.pk, found[1])
    ben = signed_in(cast.ben_user)
    assert ben.post(page).status_code in (403, 404)
    by_hand = begun(cast)
    assert ada.post(f"{HOME}{by_hand.pk}/address/").status_code == 404
