"""Forms and pages of records with the richer types of field."""

from __future__ import annotations

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from perennial.objects import query
from perennial.objects.tests.conftest import cast, garden_tables
from perennial.objects.tests.test_fields_in_records import BEDS, GIVEN, beds
from perennial.objects.writing import create_record, update_records
from perennial.workspace.models import User

__all__ = ["beds", "cast", "garden_tables"]
URL = f"/o/{BEDS.key}/"


def signed_in(actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def upload(name="plan.pdf", content=b"%PDF-1.7"):
    return SimpleUploadedFile(name, content)


def test_a_form_sends_what_every_input_holds(beds) -> None:
    client = signed_in(beds.ada)
    other = create_record(BEDS, {"name": "Bed"}, by=beds.ada)
    page = client.get(f"{URL}new/").content.decode()
    for mark in ('type="time"', 'type="file"', "refspicker", "richtext", 'name="tools" value="hoe"', "multipart"):
        assert mark in page
    sent = {**GIVEN, "tools": ["", "hoe"], "beds": ["", str(other)], "plan": upload()}
    response = client.post(f"{URL}new/", sent)
    id = int(re.search(r"/(\d+)/$", response.headers["Location"])[1])
    values = query.get(BEDS, id, by=beds.ada).values
    assert (values["tools"], values["plan"].name) == (["hoe"], "plan.pdf")
    assert [each.id for each in values["beds"]] == [other]
    page = client.get(f"{URL}{id}/").content.decode()
    for shown in ("<b>Old</b>", "12.5%", "Hoe, long", "plan.pdf", "1.5\u202fm", f"/o/{BEDS.key}/{other}/", "09:30"):
        assert shown in page
    assert "Bed" in client.get(f"{URL}{id}/edit/").content.decode()


def test_a_file_is_fetched_by_whoever_sees_the_record_and_never_shown_as_a_page(beds) -> None:
    client = signed_in(beds.ada)
    client.post(f"{URL}new/", {"name": "Kew", "plan": upload()})
    (row,) = query.select(BEDS, by=beds.ada).rows
    address = f"{URL}{row.id}/file/plan/"
    response = client.get(address)
    assert b"".join(response.streaming_content) == b"%PDF-1.7"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    for actor in (beds.ben, beds.dov):
        assert signed_in(actor).get(address).status_code == 404
    for wrong in ("name", "nothing", "plan.x"):
        assert client.get(f"{URL}{row.id}/file/{wrong}/").status_code == 404


def test_a_file_stays_is_replaced_or_removed(beds) -> None:
    client = signed_in(beds.ada)
    client.post(f"{URL}new/", {"name": "Kew", "plan": upload()})
    (row,) = query.select(BEDS, by=beds.ada).rows
    kept = row.values["plan"].id if "plan" in row.values else query.get(BEDS, row.id, by=beds.ada).values["plan"].id
    client.post(f"{URL}{row.id}/edit/", {"name": "Kew Gardens", "plan": kept})
    assert query.get(BEDS, row.id, by=beds.ada).values["plan"].id == kept
    client.post(f"{URL}{row.id}/edit/", {"name": "Kew", "plan": [kept, upload("new.pdf")]})
    assert query.get(BEDS, row.id, by=beds.ada).values["plan"].name == "new.pdf"
    client.post(f"{URL}{row.id}/edit/", {"name": "Kew", "plan-remove": "true"})
    assert query.get(BEDS, row.id, by=beds.ada).values["plan"] is None


def test_what_is_wrong_is_said_beside_its_input_and_nothing_is_lost(beds) -> None:
    client = signed_in(beds.ada)
    other = create_record(BEDS, {"name": "Bed of roses"}, by=beds.ada)
    response = client.post(f"{URL}new/", {"name": "Kew", "plan": upload("run.exe", b"MZ")})
    assert (response.status_code, b"can run" in response.content) == (422, True)
    response = client.post(f"{URL}new/", {"name": "", "opens": "late", "beds": [str(other)], "plan": upload()})
    page = response.content.decode()
    assert response.status_code == 422
    assert "not a time of day" in page
    assert "Bed of roses" in page
    assert re.search(r'name="plan" value="[0-9a-f]{32}"', page)


def test_hostile_formatted_text_is_harmless_wherever_it_comes_from(beds) -> None:
    hostile = "<img src=x onerror=alert(1)><p>Hello</p>"
    client = signed_in(beds.ada)
    assert "onerror=alert" not in client.get(f"{URL}new/", {"story": hostile}).content.decode()
    assert "onerror=alert" not in client.post(f"{URL}new/", {"story": hostile}).content.decode()
    id = create_record(BEDS, {"name": "Kew"}, by=beds.ada)
    update_records(BEDS, {id: {"story": hostile}}, by=beds.ada)
    assert "onerror=alert" not in client.get(f"{URL}{id}/").content.decode()
