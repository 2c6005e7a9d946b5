"""Columns find their fields by what they are called, by what they hold, and as the last time."""

from __future__ import annotations

import pytest

from perennial.objects.importing.cells import day_written, order_of_days
from perennial.objects.importing.registry import kind_named
from perennial.objects.importing.sniffing import Wishes
from perennial.objects.importing.suggesting import Why, suggest
from perennial.objects.importing.uploads import map_by, read_again, set_up, start, upload
from perennial.objects.tests.world import GARDEN
from perennial.workspace.tests.cast import Cast


def test_a_heading_is_not_believed_over_its_values(cast: Cast) -> None:
    kind = kind_named(GARDEN.key)
    rows = [[f"{name}@example.com", name, "+44 7911 12345" + str(place), "2026-13-01"]
            for place, name in enumerate(("Ada", "Ben", "Cleo"))]  # fmt: skip
    found = suggest(kind, ["Name", "Called", "Reached", "Size"], rows)
    assert found.mapping == {"email": 0, "phone": 2, "size": 3}
    assert found.why == {"email": Why.VALUES, "phone": Why.VALUES, "size": Why.NAME}


def test_the_surest_key_there_is_tells_records(cast: Cast) -> None:
    kind = kind_named(GARDEN.key)
    assert suggest(kind, ["Name", "E-mail"]).options["match"] == "email"
    assert suggest(kind, ["Name", "E-mail", "External id"]).options["match"] == "external_id"


def test_the_order_of_days_is_told_by_days_that_are_no_months(cast: Cast) -> None:
    kind = kind_named(GARDEN.key)
    assert suggest(kind, ["Name", "Planted"], [["a", "3/4/2026"], ["b", "3/28/2026"]]).options["dates"] == "mdy"
    assert order_of_days(["3/4/2026"]) == ""
    assert order_of_days(["28/3/2026", "3/28/2026"]) == ""


@pytest.mark.parametrize(("text", "written"), [
    ("3/4/2026", "2026-04-03"), ("3.4.26", "2026-04-03"), ("3/4/71 8:26", "1971-04-03 08:26:00"),
    ("45000", "2023-03-15"), ("45000.5", "2023-03-15 12:00:00"), ("2026-04-03", "2026-04-03"), ("soon", "soon"),
])  # fmt: skip
def test_days_are_read_however_they_are_written(text: str, written: str) -> None:
    assert day_written(text, is_month_first=False) == written


def test_how_a_file_was_read_is_remembered(cast: Cast) -> None:
    content = [b"Alpha,Beta\nRosewood,7\n"]
    first = upload(GARDEN.key, content, name="x.csv", by=cast.ada)
    assert first.mapping == {}
    set_up(first, mapping={"name": 0, "size": 1}, options=first.options | {"mode": "create", "match": ""})
    start(first, by=cast.ada)
    again = upload(GARDEN.key, content, name="y.csv", by=cast.ada)
    assert (again.mapping, again.options["mode"]) == ({"name": 0, "size": 1}, "create")
    other = upload(GARDEN.key, [b"Beta,Alpha\n7,Rosewood\n"], name="z.csv", by=cast.ada)
    assert other.mapping == {}


def test_a_file_is_read_again_as_somebody_says(cast: Cast) -> None:
    importing = upload(GARDEN.key, ["name,size\nGärten,3\n".encode("cp1252")], name="x.csv", by=cast.ada)
    read_again(importing, Wishes(encoding="cp1250", delimiter=";", top=0), by=cast.ada)
    assert (importing.shape["encoding"], importing.shape["headings"]) == ("cp1250", ["name,size"])
    read_again(importing, Wishes(), by=cast.ada)
    assert importing.mapping == {"name": 0, "size": 1}
    assert map_by(importing, "", by=cast.ada).mapping == {"name": 0, "size": 1}
