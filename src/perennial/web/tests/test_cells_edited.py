"""Cells edited where they stand, and blocks pasted over them: by those who may, and without losing anything."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.test import Client

from perennial.foundation.sql import fetch
from perennial.objects.models import ActionRun
from perennial.objects.types import object_types
from perennial.objects.writing import create_record, update_record
from perennial.workspace.tests.cast import PASSWORD, Cast, make_cast

pytestmark = pytest.mark.django_db
LIST = "/o/customers.customer/"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def signed_in(name: str) -> Client:
    client = Client(headers={"HX-Request": "true"})
    client.post("/sign-in/", {"email": f"{name}@example.com", "password": PASSWORD})
    return client


def person(cast: Cast, **values: object) -> int:
    return create_record(object_types["customers.person"], {"name": "Cleo", **values}, by=cast.ada)


def city(record_id: int) -> str | None:
    return str(fetch("SELECT city FROM customers_customer WHERE id = %s", [record_id])[0][0] or "") or None


def mark_in(html: str) -> str:
    found = re.search(r'data-mark="(\d+)"', html)
    assert found
    return found.group(1)


def test_a_cell_opens_with_its_input_and_is_saved_with_undo(cast: Cast) -> None:
    id, ada = person(cast, city="Leeds"), signed_in("ada")
    page = ada.get(LIST).content.decode()
    assert 'data-column="country"' in page
    assert re.search(r'data-cells="[^"]*\bemail\b', page)
    opened = ada.get(f"{LIST}{id}/cell/city/").content.decode()
    assert 'value="Leeds"' in opened
    assert f'data-action="/o/customers.person/{id}/cell/city/"' in opened
    saved = ada.post(f"/o/customers.person/{id}/cell/city/", {"value": "York", "mark": mark_in(opened)})
    assert saved.content.decode().startswith("York")
    run = ActionRun.objects.latest("pk")
    assert f"/undo/{run.pk}/" in saved.content.decode()
    assert city(id) == "York"
    for field, value in (("country", "GB"), ("owner", str(cast.ada.id)), ("name", "Cleo B")):
        answer = ada.post(f"{LIST}{id}/cell/{field}/", {"value": value, "mark": mark_of(id)})
        assert answer.status_code == 200, field


def mark_of(record_id: int) -> str:
    return str(fetch("SELECT max(id) FROM timeline_change WHERE record_id = %s", [record_id])[0][0])


def test_a_refusal_is_said_at_the_cell_with_what_was_typed(cast: Cast) -> None:
    id, ada = person(cast), signed_in("ada")
    answer = ada.post(f"{LIST}{id}/cell/email/", {"value": "no address", "mark": mark_of(id)})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="no address"' in html
    assert 'class="error"' in html
    assert "cell-editor" in html


def test_others_fields_are_no_conflict_and_the_same_field_is_one(cast: Cast) -> None:
    id, ada = person(cast, city="Leeds"), signed_in("ada")
    kind = object_types["customers.person"]
    mark = mark_of(id)
    update_record(kind, id, {"country": "GB"}, by=cast.ada)
    assert ada.post(f"{LIST}{id}/cell/city/", {"value": "York", "mark": mark}).status_code == 200
    mark = mark_of(id)
    update_record(kind, id, {"city": "Hull"}, by=cast.ada)
    answer = ada.post(f"{LIST}{id}/cell/city/", {"value": "Bath", "mark": mark})
    assert answer.status_code == 422
    assert "Ada changed this meanwhile to “Hull”" in unescape(answer.content.decode())
    assert city(id) == "Hull"
    again = ada.post(f"{LIST}{id}/cell/city/", {"value": "Bath", "mark": mark_in(answer.content.decode())})
    assert again.status_code == 200
    assert city(id) == "Bath"


def test_only_what_may_be_written_is_editable(cast: Cast) -> None:
    id = person(cast)
    for name, status in (("ada", 200), ("ben", 404), ("dov", 404)):
        client = signed_in(name)
        assert client.get(f"{LIST}{id}/cell/city/").status_code == status
        assert client.post(f"{LIST}{id}/cell/city/", {"value": "X"}).status_code == status
        assert client.post("/o/customers.person/paste/", {
            "block": json.dumps({"columns": ["city"], "rows": [[id, ["Y"]]]}), "_sent": "1"}).status_code in (
            (200,) if name != "dov" else (404,))  # fmt: skip
    assert city(id) == "Y", "Ada's; Ben's was refused"
    ada = signed_in("ada")
    for field in ("worth", "created_at", "stage", "no_such", "fact:commerce.orders"):
        assert ada.get(f"{LIST}{id}/cell/{field}/").status_code == 404, field


def block(*rows: tuple[int, list[str]], columns: list[str], **more: object) -> dict[str, str]:
    return {"block": json.dumps({"columns": columns, "rows": [list(row) for row in rows], **more})}


def test_a_block_is_looked_at_written_as_one_run_and_taken_back(cast: Cast) -> None:
    one, two, three = person(cast, city="Leeds"), person(cast), person(cast, city="Hull")
    firm = create_record(object_types["customers.company"], {"name": "Fenwick & Co"}, by=cast.ada)
    ada = signed_in("ada")
    rows = (
        (one, ["York", "ada", "fenwick & co"]),
        (two, ["Bath", "Nobody", ""]),
        (three, ["Hull"]),
        (999_999, ["X"]),
    )
    sent = block(*rows, columns=["city", "owner", "company", "worth"], lost=2)
    looked = unescape(ada.post(f"{LIST}paste/", sent).content.decode())
    assert "Change 1 record?" in looked
    assert "There is no “Nobody” here." in looked
    assert "2 rows cannot be written" in looked
    assert "1 column cannot be changed here" in looked
    assert "2 rows of the block found no record below" in looked
    assert city(one) == "Leeds", "looking writes nothing"
    runs = ActionRun.objects.count()
    answer = ada.post(f"{LIST}paste/", {**sent, "_sent": "1"}).content.decode()
    assert "2 were refused" in answer
    assert ActionRun.objects.count() == runs + 1
    assert (city(one), city(two)) == ("York", None)
    found = fetch("SELECT owner_id, company_id FROM customers_customer WHERE id = %s", [one])
    assert found == [(cast.ada.id, firm)]
    ada.post(f"/undo/{ActionRun.objects.latest('pk').pk}/")
    assert city(one) == "Leeds"


@pytest.mark.parametrize("hostile", [
    "", "[]", "{}", "nonsense", '{"columns": ["city"], "rows": []}', '{"columns": [], "rows": [[1, ["x"]]]}',
    '{"columns": ["city", "city"], "rows": [[1, ["x"]]]}', '{"columns": ["worth"], "rows": [[1, ["x"]]]}',
    '{"columns": ["city"], "rows": [["x", 5]]}', '{"columns": 5, "rows": 5}', "[" * 50_000,
    '{"columns": ["city"], "rows": [[1, ["a"]], [1, ["b"]]]}',
])  # fmt: skip
def test_what_is_no_block_is_refused_in_words(cast: Cast, hostile: str) -> None:
    assert signed_in("ada").post(f"{LIST}paste/", {"block": hostile}).status_code == 422
