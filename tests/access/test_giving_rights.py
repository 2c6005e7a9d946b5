"""Nobody gives themselves, or anybody else, more than they have."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.cache import caches
from django.test import Client

from perennial.workspace.models import ApiKey, Mail, Role, User
from perennial.workspace.rights import EVERYTHING, NOTHING, FieldRight, Reach, Rights, same_for_all
from perennial.workspace.staff import create_user
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def office(cast: Cast) -> Client:
    """Somebody who keeps users and keys, and sees what there is; no administrator."""
    rights = Rights(same_for_all(view=Reach.ALL), frozenset({"users.manage", "keys.manage"}))
    role = Role.objects.create(key="office", name="Office", rights_json=rights.to_json())
    client = Client()
    client.force_login(create_user("olga@example.com", name="Olga", role=role))
    return client


def administrator() -> Role:
    return Role.objects.get(key="administrator")


def test_rights_cover_what_they_hold() -> None:
    some = Rights({"*": {"view": Reach.TEAM}, "customers.note": {}}, frozenset({"import.run"}))
    assert EVERYTHING.covers(some)
    assert some.covers(some)
    assert some.covers(NOTHING)
    assert not some.covers(EVERYTHING)
    assert not some.covers(Rights(same_for_all(view=Reach.OWN)))  # which reaches notes too


def test_nobody_makes_themselves_administrator(office: Client) -> None:
    olga = User.objects.get(email="olga@example.com")
    office.post(f"/settings/users/{olga.pk}/", {"role": administrator().pk})
    office.post("/settings/users/invite/", {"email": "eve@example.com", "role": administrator().pk})
    everything = {"*:view": "all", "*:edit": "all", "permission": ["settings.manage"]}
    assert office.post(f"/settings/roles/{olga.role_id}/", everything).status_code == 403
    olga.refresh_from_db()
    assert olga.role.key == "office"
    assert not olga.role.rights.may("settings.manage")
    assert not User.objects.filter(email="eve@example.com").exists()


def test_nobody_makes_a_key_for_more_than_they_may(office: Client) -> None:
    assert office.post("/settings/keys/new/", {"name": "Backdoor", "role": administrator().pk}).status_code == 422
    assert not ApiKey.objects.exists()
    viewer = Role.objects.get(key="viewer")
    assert office.post("/settings/keys/new/", {"name": "Board", "role": viewer.pk}).status_code == 200


def test_nobody_sends_an_administrator_away(office: Client, cast: Cast) -> None:
    create_user("zoe@example.com", name="Zoe", role=administrator())
    assert office.post(f"/settings/users/{cast.ada_user.pk}/leave/").status_code == 403
    assert office.post(f"/settings/users/{cast.ada_user.pk}/", {"role": Role.objects.get(key="viewer").pk}
                       ).status_code == 403  # fmt: skip
    assert office.post(f"/settings/users/{cast.dov_user.pk}/leave/").status_code == 204


def test_links_that_let_one_in_are_read_by_administrators_only(office: Client, cast: Cast) -> None:
    caches["tries"].clear()
    Client().post("/password/", {"email": "ada@example.com"})
    link = f"/password/{Mail.objects.get().body.partition('/password/')[2].split()[0]}"
    assert link not in office.get("/settings/outbox/").content.decode()
    ada = Client()
    ada.force_login(cast.ada_user)
    assert link.rstrip("/") in ada.get("/settings/outbox/").content.decode()


def test_fields_are_limited_on_a_page_of_their_own(cast: Cast) -> None:
    sales = Role.objects.get(key="sales")
    page, ada = f"/settings/roles/{sales.pk}/fields/customers.person/", Client()
    ada.force_login(cast.ada_user)
    assert "field:phone" in ada.get(page).content.decode()
    said = {"phone": "none", "email": "read", "name": "none", "city": "write", "x": "none", "worth": "read",
            "fact:commerce.spent": "none", "id": "none"}  # fmt: skip
    sent = {f"field:{key}": right for key, right in said.items()}
    ada.post(page, sent)
    sales.refresh_from_db()
    assert sales.rights_json["fields"] == {
        "customers.person": {"email": "read", "fact:commerce.spent": "none", "phone": "none"}}  # fmt: skip
    matrix = {f"{key}:{verb}": "all" for key in ("*", "customers.person") for verb in ("view", "edit")}
    ada.post(f"/settings/roles/{sales.pk}/", matrix)
    sales.refresh_from_db()
    assert set(sales.rights.fields["customers.person"]) == {"email", "fact:commerce.spent", "phone"}, "they stay"
    assert "3 limited" in ada.get(f"/settings/roles/{sales.pk}/").content.decode()
    ada.post(page, {})
    sales.refresh_from_db()
    assert not sales.rights.fields
    for wrong in ("customers.customer", "nonsense", "*"):
        assert ada.get(f"/settings/roles/{sales.pk}/fields/{wrong}/").status_code == 404


def test_nobody_unhides_a_field_for_themselves(office: Client) -> None:
    olga = User.objects.get(email="olga@example.com")
    hidden = {"customers.person": {"phone": FieldRight.NONE}}
    olga.role.rights_json = replace(olga.role.rights, fields=hidden).to_json()
    olga.role.save()
    page = f"/settings/roles/{olga.role_id}/fields/customers.person/"
    assert office.post(page, {}).status_code == 403
    viewer = Role.objects.get(key="viewer")
    assert office.post(f"/settings/users/{olga.pk}/", {"role": viewer.pk}).status_code in (302, 403, 422)
    olga.refresh_from_db()
    assert olga.role.rights.field("customers.person", "phone") is FieldRight.NONE
    assert office.post("/settings/keys/new/", {"name": "Way round", "role": viewer.pk}).status_code == 422
    assert not ApiKey.objects.exists()
