"""Layouts of forms and pages: arranged, by role, never against what must be filled in, and never a right."""

from __future__ import annotations

import pytest
from django.test import Client

from perennial.foundation.errors import Forbidden
from perennial.objects import query
from perennial.objects.layouts.keeping import arrangements, keep_part
from perennial.objects.layouts.models import Layout
from perennial.objects.layouts.spec import Arrangement, Section, arranged, arrangement_of
from perennial.objects.made import catalogue
from perennial.objects.made.defining import change_field, make_field, make_kind
from perennial.objects.models import MadeField
from perennial.objects.types import object_types
from perennial.objects.writing import create_record
from perennial.workspace.tests.cast import Cast, make_cast

HOME = "/settings/objects/"
BOAT = "made.boat"
PLACE = f"{HOME}{BOAT}/layout/"


@pytest.fixture
def cast(db):
    cast = make_cast()
    make_kind(label="Boat", label_plural="Boats", by=cast.ada)
    for type, label in (("text", "Berth"), ("money", "Price"), ("flag", "Engine"), ("text", "Colour")):
        make_field(BOAT, type=type, label=label, by=cast.ada)
    yield cast
    catalogue.forget()


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def order(page: str, *marks: str) -> list[str]:
    return sorted((mark for mark in marks if mark in page), key=page.index)


def test_a_form_has_sections_in_an_order_and_leaves_fields_out_without_losing_them(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    rows = ["key:name", "section:", "key:colour", "key:berth", "rest:", "key:price", "key:engine"]
    assert ada.post(f"{PLACE}?part=form", {"row": rows, "heading": "Where & how"}).status_code == 302
    id = create_record(object_types[BOAT], {"name": "Swift", "engine": True, "price": 5}, by=cast.ada)
    page = ada.get(f"/o/{BOAT}/{id}/edit/").content.decode()
    marks = ('name="name"', "Where &amp; how", 'name="colour"', 'name="berth"')
    assert order(page, *marks) == list(marks)
    assert 'name="price"' not in page
    assert 'name="engine"' not in page
    assert "engine=hidden" in page
    ada.post(f"/o/{BOAT}/{id}/edit/", {"name": "Swifter", "berth": "A 4", "_stands": "engine=hidden"})
    values = query.get(object_types[BOAT], id, by=cast.ada).values
    assert (values["name"], values["berth"], values["engine"], values["price"].amount) == ("Swifter", "A 4", True, 5)


def test_what_must_be_filled_in_or_is_new_is_never_left_out(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    ada.post(f"{PLACE}?part=form", {"row": ["key:berth", "rest:", "key:price", "key:name", "key:engine"]})
    change_field(MadeField.objects.get(key="price"), is_required=True, by=cast.ada)
    make_field(BOAT, type="text", label="Sail number", by=cast.ada)
    page = ada.get(f"/o/{BOAT}/new/").content.decode()
    for shown in ('name="name"', 'name="price"', 'name="sail_number"'):
        assert shown in page
    assert 'name="engine" value="true"' not in page
    editor = ada.get(PLACE).content.decode()
    assert editor.index('value="key:price"') < editor.index('value="rest:"') < editor.index('value="key:engine"')


def test_a_role_has_its_own_or_everybodys(cast: Cast) -> None:
    ada, role = signed_in(cast.ada_user), cast.ben_user.role_id
    ada.post(f"{PLACE}?part=details", {"row": ["key:berth", "key:price", "rest:", "key:colour"]})
    ada.post(f"{PLACE}?part=details&role={role}", {"row": ["key:price", "rest:", "key:berth"]})
    kind = object_types[BOAT]
    assert arrangements(kind, cast.ada)["details"].sections[0].keys == ("berth", "price")
    assert arrangements(kind, cast.ben)["details"].left_out == {"berth"}
    id = create_record(kind, {"name": "Swift", "berth": "A 4", "colour": "Red", "owner": cast.ben_user.pk}, by=cast.ada)
    assert "A 4" in ada.get(f"/o/{BOAT}/{id}/").content.decode()
    assert "Red" not in ada.get(f"/o/{BOAT}/{id}/").content.decode().split("Changes")[0]
    assert ada.post(f"{PLACE}drop/?role={role}").status_code == 204
    assert arrangements(kind, cast.ben)["details"].left_out == {"colour"}
    assert ada.get(f"{PLACE}?role=999999").status_code == 404


def test_panels_and_tabs_are_put_in_order_or_left_out(cast: Cast) -> None:
    ada = signed_in(cast.ada_user)
    person = "customers.person"
    editor = ada.get(f"{HOME}{person}/layout/?part=panels").content.decode()
    assert 'value="key:customers.notes"' in editor
    keys = [each.split('"')[0] for each in editor.split('name="row" value="key:')[1:]]
    keys.remove("customers.notes")
    rows = [f"key:{key}" for key in reversed(keys)]
    ada.post(f"{HOME}{person}/layout/?part=panels", {"row": [*rows, "rest:", "key:customers.notes"]})
    id = create_record(object_types[person], {"first_name": "Cleo", "last_name": "Marsh"}, by=cast.ada)
    page = ada.get(f"/o/{person}/{id}/").content.decode()
    assert "tab=customers.notes" not in page
    assert "tab=customers" in page


def test_only_who_may_shape_objects_may_arrange_them(cast: Cast) -> None:
    for user in (cast.ben_user, cast.dov_user):
        client = signed_in(user)
        assert client.get(PLACE).status_code == client.post(PLACE, {"row": "key:name"}).status_code == 404
        assert client.post(f"{PLACE}drop/").status_code == 404
    with pytest.raises(Forbidden):
        keep_part(BOAT, None, "form", Arrangement(), by=cast.ben)
    assert not Layout.objects.exists()


@pytest.mark.parametrize("said", [
    None, [], "x", {"sections": "x"}, {"sections": [None, {"keys": "x"}, {"label": 7, "keys": [1, None]}]},
    {"sections": [{"label": "x" * 999, "keys": ["a"] * 9999}] * 99, "left_out": {"a": 1}},
])  # fmt: skip
def test_a_layout_of_any_content_is_read(said) -> None:
    found = arrangement_of(said).of(["a", "b"])
    assert [key for section in found for key in section.keys][-1] == "b"


def test_rows_of_the_editor_make_sections() -> None:
    rows = [("key", "a"), ("section", " Two  words "), ("key", "b"), ("section", ""), ("rest", ""), ("section", "No"),
            ("key", "c")]  # fmt: skip
    assert arranged(rows) == Arrangement((Section("", ("a",)), Section("Two words", ("b",))), frozenset("c"))
