"""Changing many from a list: the dialog's steps, and who may take them."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.test import Client

from perennial.foundation.sql import fetch
from perennial.objects.bulk.models import Bulk
from perennial.objects.bulk.working import work
from perennial.objects.types import object_types
from perennial.objects.writing import create_records
from perennial.workspace.tests.cast import PASSWORD, Cast, make_cast

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
EDIT, DELETE = "/o/customers.customer/bulk/edit/", "/o/customers.customer/bulk/delete/"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def signed_in(name: str) -> Client:
    client = Client(headers=HTMX)
    client.post("/sign-in/", {"email": f"{name}@example.com", "password": PASSWORD})
    return client


def made(cast: Cast) -> list[int]:
    """Two people and a company, all Ada's to see."""
    people = create_records(object_types["customers.person"], [{"name": "Cleo A"}, {"name": "Cleo B"}], by=cast.ada)
    firm = create_records(object_types["customers.company"], [{"name": "Cleo & Co"}], by=cast.ada)
    return [result.id or 0 for run in (people, firm) for result in run.results]


def sent(**more: Any) -> dict[str, Any]:
    return {"field-0": "city", "how-0": "set", "value-0-city": "Leeds", "field-1": "country", "how-1": "clear", **more}


def cities() -> list[str | None]:
    return [city for (city,) in fetch("SELECT city FROM customers_customer WHERE deleted_at IS NULL ORDER BY id")]


def test_the_list_offers_it_to_those_who_may(cast: Cast) -> None:
    made(cast)
    page = unescape(signed_in("ada").get("/o/customers.customer/").content.decode())
    assert f'formaction="{EDIT}"' in page
    assert f'formaction="{DELETE}"' in page
    assert "all that match" in page
    ben = signed_in("ben")
    create_records(object_types["customers.person"], [{"name": "Ben's"}], by=cast.ben)
    page = ben.get("/o/customers.customer/").content.decode()
    assert f'formaction="{EDIT}"' in page
    assert f'formaction="{DELETE}"' not in page
    assert ben.post(DELETE, {"id": "1"}).status_code == 404
    assert signed_in("dov").post(EDIT, {"id": "1"}).status_code == 404
    assert signed_in("ada").get(EDIT).status_code == 405


def test_fields_are_chosen_looked_at_and_changed_in_both_parts_of_a_union(cast: Cast) -> None:
    ids, ada = made(cast), signed_in("ada")
    first = ada.post(EDIT, {"id": ids}).content.decode()
    assert first.count('name="id"') == 3
    assert '<option value="city">City</option>' in first
    assert 'value="worth"' not in first, "what Perennial keeps cannot be set"
    again = ada.post(EDIT, {"id": ids, "field-0": "city", "_step": "form"}).content.decode()
    assert 'name="value-0-city"' in again
    assert "Another field" in again
    looked = unescape(ada.post(EDIT, sent(id=ids, _step="preview")).content.decode())
    assert "Change 3 records?" in looked
    assert "Leeds" in looked
    assert "Cleo & Co" in looked
    assert cities() == [None] * 3
    answer = ada.post(EDIT, sent(id=ids, _step="run"))
    bulk = Bulk.objects.get()
    assert f'hx-post="/undo/{bulk.run_id}/"' in answer.content.decode()
    assert cities() == ["Leeds"] * 3
    ada.post(f"/undo/{bulk.run_id}/")
    assert cities() == [None] * 3


def test_what_is_wrong_is_said_at_its_field(cast: Cast) -> None:
    ids, ada = made(cast), signed_in("ada")
    answer = ada.post(EDIT, {"id": ids, "field-0": "email", "value-0-email": "nobody", "_step": "preview"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert ada.post(EDIT, {"id": ids, "_step": "run"}).status_code == 422
    assert ada.post(EDIT, {"_step": "run"}).status_code == 422
    hostile = {"id": ["-1", "9" * 30, "x"], "field-0": "no such", "how-0": "<b>", "_step": "preview"}
    assert ada.post(EDIT, hostile).status_code == 422
    assert not Bulk.objects.exists()


def test_all_that_match_goes_on_in_the_background(cast: Cast) -> None:
    made(cast)
    ada = signed_in("ada")
    answer = ada.post(EDIT, sent(bulk_all="1", bulk_where='kind = "person"', bulk_q="cleo", _step="run"))
    bulk = Bulk.objects.get()
    assert f"/bulk/{bulk.pk}/" in answer.content.decode()
    assert "/bulk/" in ada.get("/running/").content.decode()
    page = ada.get(f"/bulk/{bulk.pk}/").content.decode()
    assert f"/bulk/{bulk.pk}/stop/" in page
    work(bulk.pk)
    assert cities() == ["Leeds", "Leeds", None]
    page = ada.get(f"/bulk/{bulk.pk}/").content.decode()
    assert "2 records changed." in page
    for name in ("ben", "dov"):
        for rest in ("", "progress/", "refused.csv"):
            assert signed_in(name).get(f"/bulk/{bulk.pk}/{rest}").status_code == 404
        assert signed_in(name).post(f"/bulk/{bulk.pk}/undo/").status_code == 404
    ada.post(f"/bulk/{bulk.pk}/undo/")
    assert cities() == [None] * 3


def test_deleting_shows_whom_and_can_be_taken_back(cast: Cast) -> None:
    ids, ada = made(cast), signed_in("ada")
    looked = unescape(ada.post(DELETE, {"id": ids[:2]}).content.decode())
    assert "Delete 2 records?" in looked
    assert "Cleo A" in looked
    ada.post(DELETE, {"id": [*ids[:2], 999_999], "_step": "run"})
    bulk = Bulk.objects.get()
    assert (bulk.changed, bulk.refused, len(cities())) == (2, 1, 1)
    assert "#999999" in ada.get(f"/bulk/{bulk.pk}/").content.decode()
    assert ada.get(f"/bulk/{bulk.pk}/refused.csv").getvalue().count(b"999999") == 1
    ada.post(f"/bulk/{bulk.pk}/undo/")
    assert len(cities()) == 3
