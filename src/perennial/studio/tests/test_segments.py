"""The pages of segments: made, seen, changed under versions, paused, retired and brought back; by those who may."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from perennial.customers.models import Customer
from perennial.rules.models import Segment, Stay
from perennial.workspace.models import User
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
KIND = "customers.customer"
HOME = "/segments/"
RULE: dict[str, Any] = {"version": 2, "all": [{"field": "name", "op": "contains", "value": "Cleo"}]}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def signed_in(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def made(client: Client, name: str = "Cleos", rule: dict[str, Any] = RULE, **more: str) -> Segment:
    answer = client.post(f"{HOME}new/", {"kind": KIND, "name": name, "tree": json.dumps(rule), **more})
    assert answer.status_code == 302, answer.content.decode()
    return Segment.objects.get(name=name)


def test_a_segment_is_made_and_stands_in_the_list(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    assert "Say who matters, once" in ada.get(HOME).content.decode()
    assert 'id="rule-tree"' in ada.get(f"{HOME}new/").content.decode()
    segment = made(ada)
    assert segment.state == "live"
    shown = ada.get(f"{HOME}{segment.key}/").content.decode()
    assert "Name contains “Cleo”" in shown
    assert "One segment" in ada.get(HOME).content.decode()
    assert ada.get(f"{HOME}weeks/").status_code == 200


def test_members_size_and_overlap_are_shown(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    one, two = made(ada), made(ada, "Others")
    cleo = Customer.objects.create(kind="person", name="Cleo", sort_key="cleo")
    for each in (one, two):
        Stay.objects.create(segment=each, record_id=cleo.pk, entered_at="2026-01-01T00:00Z", version=1, cause="filled")
    assert "Cleo</span>" in ada.get(f"{HOME}{one.key}/").content.decode()
    size = ada.get(f"{HOME}{one.key}/size/").content.decode()
    assert "polyline" in size
    assert "Others" in size


def test_a_rule_changes_under_versions_and_goes_back(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    segment = made(ada)
    page = f"{HOME}{segment.key}/"
    other = {"version": 2, "all": [{"field": "name", "op": "contains", "value": "Ben"}]}
    sent = {"name": "Cleos and Bens", "tree": json.dumps(other), "number": "1", "note": "asked for"}
    assert ada.post(f"{page}edit/", sent).status_code == 302
    shown = ada.get(page).content.decode()
    assert "Cleos and Bens" in shown
    assert "Version 1" in shown
    assert "asked for" in shown
    stale = ada.post(f"{page}edit/", {**sent, "tree": json.dumps(RULE)})
    assert stale.status_code == 422
    assert "Somebody changed this segment meanwhile" in stale.content.decode()
    assert ada.post(f"{page}back/", {"version": "1"}).headers["HX-Redirect"] == page
    segment.refresh_from_db()
    assert segment.number == 3


def test_it_is_paused_retired_and_brought_back(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    segment = made(ada)
    page = f"{HOME}{segment.key}/"
    for word, state in (("pause", "paused"), ("publish", "live"), ("retire", "retired"), ("restore", "live")):
        assert ada.post(f"{page}do/{word}/").status_code == 204
        segment.refresh_from_db()
        assert segment.state == state
        assert ada.get(page).status_code == 200
        assert ada.get(HOME).status_code == 200
    assert ada.post(f"{page}do/drop/").status_code == 404


def test_one_is_kept_by_hand(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    segment = made(ada, "Chosen", how="hand")
    assert segment.is_static
    assert "Nobody was put in yet" in ada.get(f"{HOME}{segment.key}/").content.decode()
    assert ada.post(f"{HOME}{segment.key}/edit/", {"name": "Picked"}).status_code == 302


def test_what_cannot_be_is_said_and_makes_nothing(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    for sent in (
        {"name": "", "tree": json.dumps(RULE)}, {"name": "x", "tree": "{"}, {"name": "x"},
        {"name": "x", "tree": json.dumps({"version": 2, "all": []})},
        {"name": "x", "tree": json.dumps({"version": 2, "all": [{"field": "worth", "op": "ge"}]})},
        {"name": "x", "tree": json.dumps({"version": 2, "all": [{"field": "nothing", "op": "filled"}]})},
    ):  # fmt: skip
        answer = ada.post(f"{HOME}new/", {"kind": KIND, **sent})
        assert answer.status_code == 422
        assert 'class="error"' in answer.content.decode()
    assert not Segment.objects.exists()


def test_others_see_definitions_of_what_they_see_and_change_nothing(cast: Cast) -> None:
    segment = made(signed_in(cast.ada_user), "<script>alert(1)</script>")
    page = f"{HOME}{segment.key}/"
    ben, dov = signed_in(cast.ben_user), signed_in(cast.dov_user)
    shown = ben.get(page).content.decode()
    assert "&lt;script&gt;alert" in shown
    assert "<script>alert" not in shown + ben.get(HOME).content.decode()
    assert "Retire" not in shown
    assert ben.get(f"{page}size/").content == b""
    assert 'href="/segments/"' not in dov.get("/").content.decode()
    assert dov.get(page).status_code == 404
    for client in (ben, dov):
        for path in (f"{HOME}new/", f"{page}edit/"):
            assert client.get(path).status_code == 404
        for path in (f"{HOME}new/", f"{page}edit/", f"{page}back/", f"{page}do/retire/"):
            assert client.post(path, {"tree": json.dumps(RULE), "name": "Mine"}).status_code == 404
    assert Segment.objects.get().state == "live"


def test_it_is_said_why_somebody_is_in_or_out(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    segment = made(ada)
    cleo = Customer.objects.create(kind="person", name="Cleo <b>", sort_key="cleo")
    ben = Customer.objects.create(kind="person", name="Bert", sort_key="bert")
    page = f"{HOME}{segment.key}/why/"
    shown = ada.get(page, {"record": cleo.pk}).content.decode()
    assert "Cleo &lt;b&gt; matches" in shown
    assert 'data-holds="yes"' in shown
    assert "Cleo <b>" not in shown
    assert "Bert does not match" in ada.get(page, {"record": ben.pk}).content.decode()
    for wrong in ("", "x", "999999999", "9" * 40):
        assert 'class="error' in ada.get(page, {"record": wrong}).content.decode()
    hidden = signed_in(cast.ben_user).get(page, {"record": cleo.pk}).content.decode()
    assert "nobody of this name" in hidden
    assert signed_in(cast.dov_user).get(page, {"record": cleo.pk}).status_code == 404


def test_an_automation_begins_from_a_segment(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    segment = made(ada)
    begin = f"/automations/new/?segment={segment.key}"
    assert begin in ada.get(f"{HOME}{segment.key}/").content.decode()
    assert begin not in signed_in(cast.ben_user).get(f"{HOME}{segment.key}/").content.decode()
    assert signed_in(cast.ben_user).get(begin).status_code == 404
    page = ada.post(begin, {"name": "Call them", "about": KIND}).headers["Location"]
    assert "When it enters “Cleos”" in ada.get(page).content.decode()
    assert ada.get("/automations/new/?segment=none").status_code == 404
