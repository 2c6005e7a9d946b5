"""Rows find the records that they mean, and the records that they name, by any key."""

from __future__ import annotations

import pytest

from perennial.foundation.sql import fetch
from perennial.objects import query
from perennial.objects.importing.skipped import reasons
from perennial.objects.importing.uploads import get_import
from perennial.objects.tests.test_importing import bring, counts
from perennial.objects.tests.test_query import make, names
from perennial.objects.tests.world import GARDEN
from perennial.workspace.tests.cast import Cast


def codes(importing: object) -> dict[str, int]:
    return {each.code: each.rows for each in reasons(importing)}  # type: ignore[arg-type]


@pytest.mark.parametrize("match", ["email", "phone", "name", "record_number"])
def test_a_record_is_found_by_any_key(cast: Cast, match: str) -> None:
    (id,) = make(cast, "Rose Garden", email="rose@example.com", phone="+447911123456")
    text = f"name,e-mail,phone,number here,size\nROSE GARDEN,Rose@example.com,07911 123456,{id},7\n"
    importing = bring(cast, text, match=match, mode="update")
    assert counts(importing) == (0, 1, 0, 0)
    assert query.get(GARDEN, id, by=cast.ada).values["size"] == 7


def test_a_key_that_several_have_is_told(cast: Cast) -> None:
    make(cast, "Twin", "Twin")
    importing = bring(cast, "name,size\ntwin,7\nOther,8\n", match="name")
    assert (counts(importing), codes(importing)) == ((1, 0, 0, 1), {"several_here": 1})


def test_a_number_that_nobody_has_makes_no_record(cast: Cast) -> None:
    importing = bring(cast, "number here,name\n999999,Ghost\n,New\n", match="record_number")
    assert (counts(importing), codes(importing)) == ((1, 0, 0, 1), {"not_here": 1})


def test_a_row_twice_is_told_however_far_apart(cast: Cast) -> None:
    many = "".join(f"Garden {number},g{number}@example.com\n" for number in range(6_000))
    importing = bring(cast, f"name,email\n{many}Again,G7@example.com\n", match="email")
    assert (counts(importing), codes(importing)) == ((6_000, 0, 0, 1), {"duplicate": 1})


@pytest.mark.parametrize(("links_by", "named"), [
    ("", "kew@example.com"), ("", "K-1"), ("", "kew"), ("email", "KEW@example.com"), ("external", "K-1"),
    ("name", "KEW"),
])  # fmt: skip
def test_others_are_named_by_any_key(cast: Cast, links_by: str, named: str) -> None:
    (kew,) = make(cast, "Kew", email="kew@example.com", external_id="K-1")
    importing = bring(cast, f"name,part of\nPart,{named}\n", links="skip", links_by=links_by)
    assert counts(importing) == (1, 0, 0, 0)
    found = query.select(GARDEN, by=cast.ada, columns=["parent"], search="part").rows[0]
    assert found.values["parent"].id == kew


def test_others_are_named_by_their_number_here(cast: Cast) -> None:
    (kew,) = make(cast, "Kew")
    importing = bring(cast, f"name,part of\nPart,#{kew}\nLost,999999\n", links_by="record_number")
    assert (counts(importing), codes(importing)) == ((1, 0, 0, 1), {"unknown_name": 1})


def test_what_somebody_may_not_see_is_no_key(cast: Cast) -> None:
    make(cast, "Secret", email="secret@example.com")
    importing = bring(cast, "name,email\nMine,secret@example.com\n", match="email", mode="update")
    assert counts(importing) == (0, 1, 0, 0)
    assert get_import(importing.pk, by=cast.ada).pk
    assert names(query.select(GARDEN, by=cast.dov)) == []
    assert fetch("SELECT count(*) FROM objects_tests_garden") == [(1,)]
