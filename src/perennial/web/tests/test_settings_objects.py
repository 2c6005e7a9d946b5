"""Settings → Objects: a kind and its fields made by clicking, changed, ordered, retired and brought back."""

from __future__ import annotations

import pytest
from django.test import Client

from perennial.objects.made import catalogue, defining
from perennial.objects.made.models import MadeField, MadeKind, Term
from perennial.objects.types import object_types
from perennial.workspace.tests.cast import Cast, make_cast

HOME = "/settings/objects/"
PERSON = "customers.person"


@pytest.fixture
def cast(db):
    yield make_cast()
    catalogue.forget()


@pytest.fixture
def ada(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.ada_user)
    return client


@pytest.fixture
def boat(ada: Client) -> str:
    response = ada.post(f"{HOME}new/", {"label": "Boat", "label_plural": "Boats", "icon": "route", "access": "owned"})
    return response.headers["Location"]


def field(label: str) -> MadeField:
    return MadeField.objects.get(label=label)


def add(client: Client, place: str, label: str, type: str = "text", **options: str):
    sent = {"label": label, "type": type, **{f"options.{key}": value for key, value in options.items()}}
    return client.post(f"{place}add/", sent, headers={"HX-Request": "true"})


def test_a_kind_with_eight_fields_is_made_and_is_there_at_once(ada: Client, boat: str) -> None:
    assert boat == f"{HOME}made.boat/"
    for label, type, options in (
        ("Length", "number", {}), ("Built", "day", {}), ("Sails", "choices", {"choices": "Main\nJib\nSpinnaker"}),
        ("Berth", "text", {}), ("Price", "money", {}), ("Engine", "flag", {}),
        ("Skipper", "ref", {"object_key": PERSON}), ("State", "choice", {"choices": "Afloat\nAshore"}),
    ):  # fmt: skip
        response = add(ada, boat, label, type, **options)
        assert (response.status_code, label in response.content.decode()) == (200, True)
    kind = object_types["made.boat"]
    assert [each.key for each in kind.fields if each.is_custom][:3] == ["length", "built", "sails"]
    assert kind.field("skipper").type.object_key == PERSON
    form = ada.get("/o/made.boat/new/").content.decode()
    assert 'name="sails" value="spinnaker"' in form
    assert ada.post("/o/made.boat/new/", {"name": "Swift", "length": "9.5", "state": "afloat"}).status_code == 302
    assert "Swift" in ada.get("/o/made.boat/").content.decode()
    assert "Boats" in ada.get(HOME).content.decode()


def test_what_is_wrong_with_a_new_one_is_said_beside_it(ada: Client, boat: str) -> None:
    assert ada.post(f"{HOME}new/", {"label": "boat"}).status_code == 422
    assert ada.post(f"{HOME}new/", {"label": " "}).status_code == 422
    assert add(ada, boat, "").status_code == 422
    assert add(ada, boat, "Length", "nothing").status_code == 422
    response = add(ada, boat, "State", "choice", choices=" \n ")
    assert (response.status_code, "Write at least one choice" in response.content.decode()) == (422, True)
    assert add(ada, boat, "Owner of it", "ref", object_key="no.such").status_code == 422
    assert add(ada, boat, "Name").status_code == 422
    assert not MadeField.objects.exists()


def test_a_field_is_changed_and_its_choices_keep_their_keys(ada: Client, boat: str) -> None:
    add(ada, boat, "State", "choice", choices="Afloat\nAshore")
    made = field("State")
    place = f"{boat}fields/{made.pk}/"
    assert 'value="Afloat"' in ada.get(place).content.decode()
    sent = {"label": "Where it is", "help": "Now", "is_required": "true", "default": "afloat",
            "choice_key": ["ashore", "afloat", ""], "choice_label": ["On land", "Afloat", "Sunk"]}  # fmt: skip
    assert ada.post(place, sent).status_code == 302
    made.refresh_from_db()
    assert [(each["key"], each["label"]) for each in made.options["choices"]] == [
        ("ashore", "On land"), ("afloat", "Afloat"), ("sunk", "Sunk")]  # fmt: skip
    assert (made.key, made.is_required, made.default, made.help) == ("state", True, "afloat", "Now")
    assert ada.post(place, {**sent, "choice_label": ["Same", "same", ""]}).status_code == 422
    assert ada.post(place, {**sent, "label": ""}).status_code == 422


def test_rules_are_chosen_by_clicking_and_kept_by_the_server(ada: Client, boat: str) -> None:
    add(ada, boat, "State", "choice", choices="Afloat\nAshore")
    add(ada, boat, "Berth")
    add(ada, boat, "Price", "money")
    place = f"{boat}fields/{field('Berth').pk}/"
    part = ada.get(f"{place}rule/", {"rule": "visible_when", "visible_when.field": "state"}).content.decode()
    assert 'value="afloat"' in part
    sent = {"label": "Berth", "visible_when.field": "state", "visible_when.operator": "eq",
            "visible_when.value": "afloat", "required_when.field": "price", "required_when.operator": "ge",
            "required_when.value": "1000", "readonly_when.text": 'state = "ashore" and price > 5'}  # fmt: skip
    assert ada.post(place, sent).status_code == 302
    made = field("Berth")
    assert (made.visible_when, made.required_when) == ('state = "afloat"', "price >= 1000.0000")
    page = ada.get(place).content.decode()
    assert "state = &quot;ashore&quot;" in page
    response = ada.post("/o/made.boat/new/", {"name": "Swift", "state": "ashore", "berth": "A 4"})
    assert (response.status_code, b"does not apply" in response.content) == (422, True)
    response = ada.post(place, {**sent, "readonly_when.text": "state ="})
    assert response.status_code == 422
    assert "missing at the end" in response.content.decode()


def test_choices_depend_on_another_field(ada: Client, boat: str) -> None:
    add(ada, boat, "Maker", "choice", choices="Hallberg\nBavaria")
    add(ada, boat, "Model", "choice", choices="H 40\nH 50\nB 30")
    place = f"{boat}fields/{field('Model').pk}/"
    part = ada.get(f"{place}depends/", {"choices_by.field": "maker"}).content.decode()
    assert 'name="choices_by.hallberg" value="h_40" checked' in part
    sent = {"label": "Model", "choices_by.field": "maker", "choices_by.hallberg.asked": "1",
            "choices_by.hallberg": ["h_40", "h_50"], "choices_by.bavaria.asked": "1",
            "choices_by.bavaria": ["b_30"]}  # fmt: skip
    assert ada.post(place, sent).status_code == 302
    assert field("Model").choices_by["allowed"]["bavaria"] == ["b_30"]
    response = ada.post("/o/made.boat/new/", {"name": "Swift", "maker": "bavaria", "model": "h_40"})
    assert response.status_code == 422


def test_fields_are_put_in_order_retired_with_what_misses_them_and_brought_back(ada: Client, boat: str) -> None:
    for label in ("Length", "Berth", "Price"):
        add(ada, boat, label)
    assert ada.post(f"{boat}order/", {"key": ["price", "length", "no such", "berth"]}).status_code == 204
    assert [each.key for each in object_types["made.boat"].fields if each.is_custom] == ["price", "length", "berth"]
    place = f"{boat}fields/{field('Price').pk}/"
    assert "Nothing else uses it" in ada.get(f"{place}retire/").content.decode()
    assert ada.post(f"{place}retire/").status_code == 204
    assert object_types["made.boat"].field("price") is None
    assert "1 retired field" in ada.get(boat).content.decode()
    assert ada.get(place).status_code == 404
    assert ada.post(f"{place}restore/").status_code == 204
    assert object_types["made.boat"].field("price") is not None
    assert ada.post(f"{boat}retire/").status_code == 204
    assert "made.boat" not in object_types
    assert ada.get(boat).status_code == 404
    assert ada.post(f"{boat}restore/").status_code == 204
    assert object_types["made.boat"].field("price") is not None


def test_what_came_with_the_house_has_fields_and_words_of_ones_own(ada: Client) -> None:
    place = f"{HOME}{PERSON}/"
    add(ada, place, "Shoe size", "whole")
    assert object_types[PERSON].field("shoe_size") is not None
    assert ada.post(f"{place}rename/", {"label": "Patient", "label_plural": "Patients"}).status_code == 204
    assert str(object_types[PERSON].label_plural) == "Patients"
    assert "Patient" in ada.get(place).content.decode()
    assert ada.post(f"{place}rename/first_name/", {"label": "Given name"}).status_code == 204
    assert str(object_types[PERSON].field("first_name").label) == "Given name"
    assert Term.objects.count() == 2
    assert ada.post(f"{place}rename/", {"label": "", "label_plural": ""}).status_code == 204
    assert str(object_types[PERSON].label) == "Person"


def test_who_may_not_shape_objects_finds_no_such_page(cast: Cast, ada: Client, boat: str) -> None:
    add(ada, boat, "Length")
    addresses = ("", "new/", "made.boat/", "made.boat/rename/", "made.boat/retire/", "made.boat/options/",
                 "made.boat/rename/name/", *(
        f"made.boat/fields/{field('Length').pk}/{part}" for part in ("", "rule/", "depends/", "retire/")))  # fmt: skip
    for user in (cast.ben_user, cast.dov_user):
        client = Client()
        client.force_login(user)
        for address in addresses:
            assert client.get(f"{HOME}{address}").status_code == 404, address
        for address in ("new/", "made.boat/add/", "made.boat/order/", "made.boat/restore/", "made.boat/retire/"):
            assert client.post(f"{HOME}{address}", {"label": "X"}).status_code == 404, address
    assert (MadeKind.objects.count(), MadeField.objects.count()) == (1, 1)
    assert not MadeKind.objects.exclude(retired_at=None).exists()


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "\x00", "x" * 5000, "\u202e", "'; DROP TABLE x; --"])
def test_hostile_names_are_shown_as_text_or_refused(cast: Cast, ada: Client, boat: str, hostile: str) -> None:
    response = add(ada, boat, hostile)
    assert response.status_code in (200, 400, 422)
    assert "<script>alert" not in ada.get(boat).content.decode()
    add(ada, boat, "Kind of it", "choice", choices=hostile)
    assert "<script>alert" not in ada.get("/o/made.boat/new/").content.decode()
    assert defining.PERMISSION == "objects.shape"


def test_a_form_follows_its_rules_while_it_is_filled_in(cast: Cast, ada: Client, boat: str) -> None:
    for label, type in (("Engine", "flag"), ("Power", "whole"), ("Silent", "flag"), ("Price", "money")):
        add(ada, boat, label, type)
    add(ada, boat, "Maker", "choice", choices="Hallberg\nBavaria")
    add(ada, boat, "Model", "choice", choices="H 40\nB 30")
    for label, part in (
        ("Power", {"visible_when": "engine = true", "readonly_when": "price > 100"}),
        ("Silent", {"visible_when": "engine = false"}), ("Price", {"required_when": "power > 10"}),
        ("Model", {"choices_by": {"field": "maker", "allowed": {"hallberg": ["h_40"], "bavaria": ["b_30"]}}}),
    ):  # fmt: skip
        defining.change_field(field(label), by=cast.ada, **part)
    page = ada.get("/o/made.boat/new/").content.decode()
    assert 'value="power=hidden"' in page
    assert 'name="power"' not in page
    asked = {"name": "Swift", "engine": "true", "power": "12", "maker": "bavaria",
             "_stands": ["power=hidden", "silent=shown", "price=shown", "model=shown"]}  # fmt: skip
    answer = ada.post("/o/made.boat/rules/", asked).content.decode()
    assert 'id="ruled-power" hx-swap-oob="true"' in answer
    assert "price=shown needed" in answer
    assert ("B 30" in answer, "H 40" in answer) == (True, False)
    assert "silent=hidden" in answer
    again = {**asked, "_stands": ["power=shown", "silent=hidden", "price=shown needed", "model=shown b_30"]}
    assert "ruled-" not in ada.post("/o/made.boat/rules/", again).content.decode()
    made = ada.post("/o/made.boat/new/", {**again, "price": "500", "model": "b_30"})
    assert made.status_code == 302
    place = made.headers["Location"]
    page = ada.get(f"{place}edit/").content.decode()
    assert "power=locked" in page
    assert "Locked while" in page
    assert ada.post(f"{place}edit/", {"name": "Swifter", "engine": "true", "price": "600", "model": "b_30",
                                      "_stands": ["power=locked", "silent=hidden"]}).status_code == 302  # fmt: skip
