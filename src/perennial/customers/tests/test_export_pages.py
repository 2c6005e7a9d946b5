"""Exports by the pages: what the list shows, at once or meanwhile, and a file for whoever asked alone."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from django.test import Client

from perennial.customers.objects import PERSON
from perennial.objects.exporting.models import Export
from perennial.objects.jobs import run_export
from perennial.objects.writing import create_records
from perennial.web.screens import export as export_screen
from perennial.workspace.models import Role, User
from perennial.workspace.tests.cast import PASSWORD, Cast

PEOPLE = "/o/customers.person/"


@pytest.fixture
def ada(cast: Cast, tmp_path: Path, settings: object) -> Client:
    settings.PERENNIAL_FILES = tmp_path  # type: ignore[attr-defined]
    names = ("Cleo", "Ajla", "Dana")
    create_records(PERSON, [{"name": name, "email": f"{name.lower()}@example.com"} for name in names], by=cast.ada)
    return signed_in("ada@example.com")


def signed_in(email: str) -> Client:
    client = Client()
    assert client.login(username=email, password=PASSWORD)
    return client


def test_a_short_list_streams_as_it_is_shown(ada: Client) -> None:
    asked = {"columns": "name,email", "sort": "-name", "which": "shown", "headings": "keys", "format": "csv"}
    answer = ada.post(f"{PEOPLE}export/", asked)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = [line.split(",") for line in text.splitlines()]
    assert rows[0] == ["id", "name", "email"]
    assert [row[1] for row in rows[1:]] == ["Dana", "Cleo", "Ajla"]
    assert "attachment" in answer.headers["Content-Disposition"]
    first = b"".join(ada.post(f"{PEOPLE}export/", {**asked, "columns": ""}).streaming_content).decode("utf-8-sig")
    assert first.splitlines()[0].split(",") == ["id", *PERSON.list.columns]
    filtered = ada.post(f"{PEOPLE}export/", {**asked, "q": "ajl", "format": "jsonl"})
    assert b"".join(filtered.streaming_content).count(b"\n") == 1
    filtered = ada.get(f"{PEOPLE}export.csv", {"filter": 'email = "cleo@example.com"', "columns": "name"})
    assert b"".join(filtered.streaming_content).decode("utf-8-sig").splitlines()[1].endswith("Cleo")


def test_the_dialog_says_how_many_and_keeps_the_filter(ada: Client) -> None:
    html = ada.get(f"{PEOPLE}export/", {"q": "cleo", "columns": "name"}, headers={"HX-Request": "true"}).text
    assert "1 people" in html or "1 person" in html
    assert 'name="q" value="cleo"' in html
    assert "Parquet" in html


def test_a_long_one_is_written_meanwhile(ada: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_screen, "AT_ONCE", 2)
    answer = ada.post(f"{PEOPLE}export/", {"which": "all", "format": "csv"})
    export = Export.objects.get()
    assert answer.url == f"/exports/{export.pk}/"
    assert "every 1s" in ada.get(answer.url).text
    assert export.name in ada.get("/running/").text
    run_export(export.pk)
    page = ada.get(f"{answer.url}progress/").text
    assert "3 rows" in page
    assert f'href="{answer.url}file/"' in page
    file = ada.get(f"{answer.url}file/")
    assert b"".join(file.streaming_content).count(b"\n") == 4
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert export.name in ada.get("/exports/").text
    for email in ("ben@example.com", "dov@example.com"):
        other = signed_in(email)
        assert other.get(f"{answer.url}file/").status_code == 404
        assert other.get(answer.url).status_code == 404
        assert other.post(f"{answer.url}stop/").status_code == 404
        assert export.name not in other.get("/exports/").text


def test_without_the_right_there_is_no_export(ada: Client) -> None:
    for email in ("ben@example.com", "dov@example.com"):
        other = signed_in(email)
        assert other.get(f"{PEOPLE}export/").status_code == 404
        assert other.post(f"{PEOPLE}export/", {"format": "csv"}).status_code == 404
        assert other.get(f"{PEOPLE}export.csv").status_code == 404
    assert not Export.objects.exists()


@pytest.mark.parametrize("asked", [
    {"format": "exe"}, {"columns": "folded", "which": "shown"}, {"columns": "name;DROP TABLE x", "which": "shown"},
    {"sort": "grams"}, {"filter": "name = ("},
])  # fmt: skip
def test_what_cannot_be_is_refused(ada: Client, asked: dict[str, str]) -> None:
    assert ada.post(f"{PEOPLE}export/", {"format": "csv", **asked}).status_code in (400, 422)
    assert not Export.objects.exists()


def test_everything_is_for_whoever_may_do_everything(ada: Client, tmp_path: Path) -> None:
    assert "/exports/everything/" in ada.get("/exports/").text
    answer = ada.post("/exports/everything/")
    export = Export.objects.get()
    assert ada.post("/exports/everything/").status_code == 409
    run_export(export.pk)
    export.refresh_from_db()
    assert (export.status, export.error) == (Export.Status.DONE, "")
    with zipfile.ZipFile(io.BytesIO(b"".join(ada.get(f"{answer.url}file/").streaming_content))) as archive:
        assert "tables/customers_customer.parquet" in archive.namelist()
    assert "Everything" in ada.get("/exports/").text
    for email in ("ben@example.com", "dov@example.com"):
        other = signed_in(email)
        assert "/exports/everything/" not in other.get("/exports/").text
        assert other.post("/exports/everything/").status_code == 404
        assert other.get(f"{answer.url}file/").status_code == 404
    User.objects.filter(email="ada@example.com").update(role=Role.objects.get(key="viewer"))
    assert ada.get(f"{answer.url}file/").status_code == 404
