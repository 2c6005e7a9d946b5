"""The pages of an import: what was guessed can be changed, all of it tried, and a column become a field."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from perennial.foundation.errors import Forbidden
from perennial.objects.importing import working
from perennial.objects.importing.new_fields import add_fields, can_add_fields, guessed_type
from perennial.objects.models import Import
from perennial.objects.tests.workbook import row, sheet, workbook
from perennial.objects.types import object_types
from perennial.workspace.tests.cast import Cast, make_cast

KIND = "customers.person"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def ada(client: Client, cast: Cast) -> Client:
    client.force_login(cast.ada_user)
    return client


def uploaded(client: Client, content: bytes, name: str = "people.csv") -> Import:
    response = client.post(f"/import/new/{KIND}/", {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 302, response.content.decode()
    return Import.objects.latest("pk")


def test_what_is_guessed_of_the_file_can_be_changed(ada: Client) -> None:
    importing = uploaded(ada, "Title\nName;Town\nJürgen;Köln\n".encode("cp1252"))
    page = ada.get(f"/import/{importing.pk}/columns/").content.decode()
    assert "by its heading" in page
    assert "Western Europe" in page
    told = {"file-encoding": "cp1250", "file-delimiter": ";", "file-top": "-1"}
    assert ada.post(f"/import/{importing.pk}/read/", told).status_code == 302
    importing.refresh_from_db()
    assert (importing.shape["encoding"], importing.shape["headings"][0]) == ("cp1250", "Column 1")
    assert ada.post(f"/import/{importing.pk}/read/", {"file-top": "x" * 50}).status_code == 302


def test_a_sheet_is_chosen(ada: Client, tmp_path) -> None:
    sheets = {"A": sheet(row(1, "Name"), row(2, "Ada")), "B": sheet(row(1, "E-mail"), row(2, "b@x.example"))}
    path = workbook(tmp_path / "x", sheets)
    importing = uploaded(ada, path.read_bytes(), "people.xlsx")
    assert ada.post(f"/import/{importing.pk}/read/", {"file-sheet": "B"}).status_code == 302
    importing.refresh_from_db()
    assert importing.mapping == {"email": 0}


def test_all_of_it_is_tried_then_brought_in(ada: Client) -> None:
    importing = uploaded(ada, b"Name,E-mail,Country\nCleo,CLEO@example.com,UK\nDov,nothing,GB\n")
    url = f"/import/{importing.pk}/"
    page = ada.get(f"{url}check/").content.decode()
    assert "<td>cleo@example.com</td>" in page
    assert "<del>UK</del> <ins>GB</ins>" in page
    assert ada.post(f"{url}check/", {"trial": "1"}).status_code == 302
    assert "Trying all of it" in ada.get(url).content.decode()
    working.work(importing.pk)
    assert ada.get(f"{url}progress/").headers["HX-Redirect"] == f"{url}check/"
    assert ada.get(url).headers["Location"] == f"{url}check/"
    page = ada.get(f"{url}check/").content.decode()
    assert "What would come of all of it" in page
    assert "e-mail address" in page
    assert ada.post(f"{url}check/").status_code == 302
    assert ada.post(f"{url}rest/").status_code == 302
    assert "Go on" in ada.get(url).content.decode()
    ada.post(f"{url}rest/")
    working.work(importing.pk)
    importing.refresh_from_db()
    assert (importing.status, importing.created, importing.skipped) == ("done", 1, 1)


def test_a_column_becomes_a_field_for_whoever_may_shape_objects(ada: Client, cast: Cast) -> None:
    content = b"Name,E-mail,Boats,Since\nCleo,c@example.com,3,2024-05-01\nDov,d@example.com,0,2025-01-31\n"
    importing = uploaded(ada, content)
    page = ada.get(f"/import/{importing.pk}/columns/").content.decode()
    assert 'value="new:whole"' in page
    assert 'value="new:day"' in page
    told = {"column-0": "name", "column-1": "email", "column-2": "new:whole", "column-3": "new:day"}
    assert ada.post(f"/import/{importing.pk}/columns/", told).status_code == 302
    ada.post(f"/import/{importing.pk}/check/")
    working.work(importing.pk)
    importing.refresh_from_db()
    assert (importing.status, importing.created, importing.skipped) == ("done", 2, 0)
    made = {str(field.label): field.type.look for field in object_types[KIND].fields if field.is_custom}
    assert made == {"Boats": "whole", "Since": "day"}

    assert not can_add_fields(KIND, cast.ben)
    with pytest.raises(Forbidden):
        add_fields(KIND, {"Cars": "whole"}, by=cast.ben)
    assert not can_add_fields("commerce.order_lines", cast.ada)


@pytest.mark.parametrize(("values", "type"), [
    (["1", "20"], "whole"), (["0123", "0456"], "text"), (["1.5", "2,5"], "number"), (["yes", "No"], "flag"),
    (["3/4/2026", "2026-01-01"], "day"), (["2026-01-01 10:00"], "moment"), (["a@example.com"], "email"),
    (["https://example.com"], "url"), (["+44 7911 123456"], "phone"), (["a\nb"], "long_text"), ([], "text"),
])  # fmt: skip
def test_the_type_of_a_new_field_is_that_of_its_values(cast: Cast, values: list[str], type: str) -> None:
    assert guessed_type(values) == type
