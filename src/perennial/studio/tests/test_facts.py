"""Settings → Facts: made, tried, changed, taken back, retired and brought back; to others there is no such page."""

from __future__ import annotations

import pytest
from django.test import Client

from perennial.customers.models import Customer, Profile
from perennial.customers.objects import CUSTOMER
from perennial.foundation import clock
from perennial.objects import query
from perennial.objects.facts import facts
from perennial.objects.schema import schema_of
from perennial.rules.facts.filling import fill
from perennial.rules.facts.models import MadeFact
from perennial.timeline.record import NewEvent, record
from perennial.workspace.actor import actor_of_user
from perennial.workspace.models import Role, User
from perennial.workspace.rights import FieldRight, Reach, Rights, same_for_all
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
HOME = "/settings/facts/"
ASKED = {"label": "Visits in 30 days", "about": "customers.customer", "form": "events",
         "event": "customers.page_viewed", "how": "count", "within_days": "30"}  # fmt: skip


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def signed_in(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def visited(name: str) -> Customer:
    made = Customer.objects.create(kind="person", name=name, sort_key=name.lower())
    profile = Profile.objects.create(kind="record", customer=made, made_for=made)
    record([NewEvent("customers.page_viewed", profile.pk, {"url": "/shop"}, clock.now())])
    return made


def test_a_fact_is_made_tried_and_shown_in_the_list(cast: Cast) -> None:
    visited("Cleo")
    ada = signed_in(cast.ada_user)
    assert "New fact" in ada.get(HOME).content.decode()
    assert 'name="event"' in ada.get(f"{HOME}new/").content.decode()
    drawn = ada.get(f"{HOME}form/", {**ASKED, "how": "last"}, headers={"HX-Request": "true"}).content.decode()
    assert "Which value" in drawn
    assert '<option value="url"' in drawn
    shown = ada.post(f"{HOME}try/", ASKED).content.decode()
    assert "How many: Page viewed, in the last 30 days" in shown
    assert "Cleo" in shown
    answer = ada.post(f"{HOME}new/", ASKED)
    made = MadeFact.objects.get()
    assert answer.headers["Location"] == f"{HOME}{made.pk}/"
    assert made.key == "made.visits_in_30_days"
    fill(made.pk)
    listed = ada.get("/o/customers.customer/", {"sort": f"-fact:{made.key}"}).content.decode()
    assert "Cleo" in listed
    filtered = ada.get("/o/customers.customer/", {"filter": f"fact:{made.key} >= 1"}).content.decode()
    assert "Cleo" in filtered
    assert "Visits in 30 days" in ada.get(HOME).content.decode()


def test_another_definition_is_kept_beside_the_first_and_can_be_taken_back(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    ada.post(f"{HOME}new/", ASKED)
    made = MadeFact.objects.get()
    page = f"{HOME}{made.pk}/"
    assert ada.post(page, {**ASKED, "within_days": "90"}).status_code == 302
    shown = ada.get(page).content.decode()
    assert "Version 1" in shown
    assert ada.post(f"{page}back/", {"version": "1"}).headers["HX-Redirect"] == page
    made.refresh_from_db()
    assert (made.version, made.options["within_days"]) == (3, 30)
    wrong = ada.post(page, {**ASKED, "how": "last_at"})
    assert wrong.status_code == 422
    assert "Make another fact" in wrong.content.decode()


def test_it_is_retired_after_a_look_at_what_misses_it_and_comes_back(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    ada.post(f"{HOME}new/", ASKED)
    made = MadeFact.objects.get()
    ada.post(f"{HOME}new/", {"label": "Twice", "about": "customers.customer", "form": "formula",
                             "formula": f"{made.key} * 2"})  # fmt: skip
    asked = ada.get(f"{HOME}{made.pk}/retire/").content.decode()
    assert "Twice" in asked
    assert ada.post(f"{HOME}{made.pk}/retire/").status_code == 204
    assert made.key not in facts
    assert "Visits in 30 days" in ada.get(HOME).content.decode()
    assert ada.post(f"{HOME}{made.pk}/restore/").status_code == 204
    assert made.key in facts


@pytest.mark.parametrize("wrong", [
    {"event": "no.such_event"}, {"how": "drop"}, {"how": "sum", "of": "nothing"}, {"how": "sum", "of": "url"},
    {"within_days": "0"}, {"within_days": "99999999999999"}, {"where": "url = "}, {"where": "'; DROP TABLE x; --"},
    {"where": "url within 3 days"}, {"where": "(" * 500}, {"label": ""}, {"form": "sql"},
    {"form": "records", "relation": "commerce.order/number"}, {"form": "formula", "formula": "name +"},
    {"form": "formula", "formula": "company.name"}, {"label": "Worth"},
], ids=lambda wrong: next(iter(wrong)) + str(len(str(wrong))))  # fmt: skip
def test_what_cannot_be_is_said_and_makes_nothing(cast: Cast, wrong: dict[str, str]) -> None:
    ada = signed_in(cast.ada_user)
    if wrong.get("form") == "sql":  # what nobody can choose is taken for the first that one can
        wrong = {**wrong, "event": ""}
    answer = ada.post(f"{HOME}new/", {**ASKED, **wrong})
    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()
    assert not MadeFact.objects.exists()
    assert ada.post(f"{HOME}try/", {**ASKED, **wrong}).status_code == 200


def test_to_those_without_the_right_there_is_no_such_page(cast: Cast) -> None:
    signed_in(cast.ada_user).post(f"{HOME}new/", ASKED)
    made = MadeFact.objects.get()
    for user in (cast.ben_user, cast.dov_user):
        client = signed_in(user)
        for path in ("", "new/", "form/", f"{made.pk}/", f"{made.pk}/retire/"):
            assert client.get(HOME + path).status_code == 404, (user.name, path)
        for path in ("new/", "try/", f"{made.pk}/", f"{made.pk}/retire/", f"{made.pk}/restore/", f"{made.pk}/back/"):
            assert client.post(HOME + path, ASKED).status_code == 404, (user.name, path)
    assert MadeFact.objects.count() == 1


def test_a_maker_neither_asks_for_nor_sees_what_their_role_hides(cast: Cast) -> None:
    rights = Rights(
        {**same_for_all(view=Reach.ALL), "commerce.order": {"view": Reach.NONE}}, frozenset({"facts.shape"}),
        fields={"customers.customer": {"country": FieldRight.NONE}},
    )  # fmt: skip
    cast.ben_user.role = Role.objects.create(key="half", name="Half", rights_json=rights.to_json())
    cast.ben_user.save()
    ada, ben = signed_in(cast.ada_user), signed_in(cast.ben_user)
    sums = {"label": "Bought", "about": "customers.customer", "form": "records", "how": "count",
            "relation": "commerce.order/customer", "dated_by": "placed_at"}  # fmt: skip
    lands = {"label": "Land", "about": "customers.customer", "form": "formula", "formula": 'concat(country, "!")'}
    for each in (sums, lands):
        assert ben.post(f"{HOME}new/", each).status_code == 422
        assert ada.post(f"{HOME}new/", each).status_code == 302
    shown = ben.get(HOME).content.decode()
    assert "Bought" not in shown
    assert "Land" not in shown
    for made in MadeFact.objects.all():
        assert ben.get(f"{HOME}{made.pk}/").status_code == 404
        fill(made.pk)
        key = f"fact:{made.key}"
        refused = ben.get("/o/customers.customer/", {"filter": f"{key} is filled"}).content.decode()
        assert "There is no f" in refused
        by = actor_of_user(cast.ben_user)
        assert schema_of(CUSTOMER, by=by).field(key) is None
        visited(f"Cleo {made.pk}")
        rows = query.select(CUSTOMER, by=by, columns=[key], sort=f"-{key}").rows
        assert {row.values[key] for row in rows} == {None}
