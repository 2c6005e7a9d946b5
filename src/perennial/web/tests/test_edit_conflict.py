"""Two people edit one record: what only one changed is merged, what both changed is chosen, field by field."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from perennial.foundation.sql import execute, fetch
from perennial.objects.types import object_types
from perennial.objects.writing import create_record, update_record
from perennial.workspace.tests.cast import PASSWORD, Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def ada(cast: Cast) -> Client:
    client = Client()
    client.post("/sign-in/", {"email": "ada@example.com", "password": PASSWORD})
    return client


def opened(client: Client, id: int) -> dict[str, str]:
    """The form as a browser would send it back."""
    return fields_of(client.get(f"/o/customers.person/{id}/edit/").content.decode())


def fields_of(html: str) -> dict[str, str]:
    form = html[html.index('action="/o/customers.person/') :]
    form = form[: form.index("</form>")]
    sent = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and 'type="radio"' not in tag and name[1] != "csrfmiddlewaretoken":
            sent[name[1]] = unescape(value[1])
    return sent


def values(id: int) -> tuple[object, ...]:
    return tuple(fetch("SELECT city, first_name, email FROM customers_customer WHERE id = %s", [id])[0])


def test_fields_that_differ_merge_without_a_word(cast: Cast, ada: Client) -> None:
    kind = object_types["customers.person"]
    id = create_record(kind, {"name": "Cleo", "city": "Leeds", "email": "c@example.com"}, by=cast.ada)
    form = opened(ada, id)
    assert "mark" in form
    update_record(kind, id, {"email": "cleo@example.com"}, by=cast.ada)
    answer = ada.post(f"/o/customers.person/{id}/edit/", form | {"city": "York"})
    assert answer.status_code == 302
    assert values(id) == ("York", None, "cleo@example.com"), "the form showed the old address, but did not mean it"


@pytest.mark.parametrize(("side", "kept"), [("theirs", "Hull"), ("mine", "York")])
def test_a_field_that_both_changed_asks_whose_is_kept(cast: Cast, ada: Client, side: str, kept: str) -> None:
    kind = object_types["customers.person"]
    id = create_record(kind, {"name": "Cleo", "city": "Leeds"}, by=cast.ada)
    form = opened(ada, id)
    update_record(kind, id, {"city": "Hull"}, by=cast.ada)
    answer = ada.post(f"/o/customers.person/{id}/edit/", form | {"city": "York", "first_name": "C"})
    html = unescape(answer.content.decode())
    assert answer.status_code == 422
    for word in ("Leeds", "Hull", "York", "theirs: Ada", 'name="keep-city"'):
        assert word in html, word
    assert values(id) == ("Hull", None, None), "nothing is saved yet"
    again = fields_of(html)
    assert (again["city"], again["first_name"]) == ("York", "C"), "nothing typed is lost"
    assert ada.post(f"/o/customers.person/{id}/edit/", again | {"keep-city": side}).status_code == 302
    assert values(id) == (kept, "C", None)


def test_the_same_change_twice_and_a_field_that_is_hidden_are_no_conflict(cast: Cast, ada: Client) -> None:
    kind = object_types["customers.person"]
    id = create_record(kind, {"name": "Cleo", "city": "Leeds"}, by=cast.ada)
    form = opened(ada, id)
    update_record(kind, id, {"city": "York"}, by=cast.ada)
    assert ada.post(f"/o/customers.person/{id}/edit/", form | {"city": "York"}).status_code == 302
    assert values(id)[0] == "York"


def test_another_persons_form_is_not_there(cast: Cast) -> None:
    id = create_record(object_types["customers.person"], {"name": "Cleo", "city": "Leeds"}, by=cast.ada)
    for name in ("ben", "dov"):
        client = Client()
        client.post("/sign-in/", {"email": f"{name}@example.com", "password": PASSWORD})
        answer = client.post(f"/o/customers.person/{id}/edit/", {"city": "York", "mark": "0", "name": "X"})
        assert answer.status_code == 404
    assert values(id)[0] == "Leeds"


def test_a_moment_keeps_its_seconds_and_is_typed_in_ones_own_zone(cast: Cast, ada: Client) -> None:
    kind = object_types["customers.task"]
    execute("UPDATE workspace_user SET timezone = 'Asia/Almaty' WHERE id = %s", [cast.ada.id])
    id = create_record(kind, {"title": "Call", "due_at": "2026-11-21T09:30:45Z"}, by=cast.ada)
    url = f"/o/customers.task/{id}/edit/"
    html = ada.get(url).content.decode()
    assert 'value="2026-11-21T14:30"' in html
    mark = re.search(r'name="mark" value="(\d+)"', html)
    assert mark
    sent = {"title": "Call them", "due_at": "2026-11-21T14:30", "mark": mark[1]}
    assert ada.post(url, sent).status_code == 302
    due = "SELECT due_at AT TIME ZONE 'UTC' FROM customers_task WHERE id = %s"
    assert str(fetch(due, [id])[0][0]) == "2026-11-21 09:30:45"
    assert ada.post(url, sent | {"due_at": "2026-11-21T15:00"}).status_code == 302
    assert str(fetch(due, [id])[0][0]) == "2026-11-21 10:00:00"
