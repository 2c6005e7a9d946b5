from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from perennial.objects import query
from perennial.objects.searching import find
from perennial.objects.tests.test_query import make, names
from perennial.objects.tests.world import GARDEN, VISIT
from perennial.workspace.tests.cast import Cast


@pytest.fixture
def gardens(cast: Cast) -> Cast:
    make(cast, "Алматы Гүлзары", email="bau@example.kz", phone="+7 701 123 45 67", country="KZ")
    make(cast, "Kew Gardens", external_id="536365", phone="020 7946 0000")
    make(cast, "Kensington", owner=cast.ben_user.pk)
    return cast


@pytest.mark.parametrize(("text", "found"), [
    ("Almaty", ["Алматы Гүлзары"]), ("алматы", ["Алматы Гүлзары"]), ("example.kz", ["Алматы Гүлзары"]),
    ("gard", ["Kew Gardens"]), ("gardens kew", ["Kew Gardens"]), ("ke", ["Kensington", "Kew Gardens"]),
    ("k", ["Kensington", "Kew Gardens"]), ("5363", ["Kew Gardens"]), ("701 123", ["Алматы Гүлзары"]),
    ("(020) 7946-0000", ["Kew Gardens"]), ("+44 20 7946", ["Kew Gardens"]), ("7011234567", ["Алматы Гүлзары"]),
    ("nothing like it", []), ("%", []), ("___", []), ("\x00", []), ("😀", []), ("x" * 100_000, []),
])  # fmt: skip
def test_any_part_finds_it_in_any_script(gardens: Cast, text: str, found: list[str]) -> None:
    if text.strip():
        assert names(query.select(GARDEN, by=gardens.ada, search=text)) == found
    assert sorted(hit.title for hit in find(text, by=gardens.ada, kinds=[GARDEN, VISIT])) == sorted(found)


def test_only_what_one_may_see_is_found(gardens: Cast) -> None:
    assert [hit.title for hit in find("ken", by=gardens.ben, kinds=[GARDEN])] == ["Kensington"]
    assert find("kew", by=gardens.ben, kinds=[GARDEN]) == []
    assert find("ken", by=gardens.dov, kinds=[GARDEN]) == []
    assert names(query.select(GARDEN, by=gardens.ben, search="ke")) == ["Kensington"]


def test_all_kinds_are_searched_together(gardens: Cast) -> None:
    find("almaty", by=gardens.ada)  # learns which letters are rare, for ten minutes
    with CaptureQueriesContext(connection) as asked:
        hits = find("almaty", by=gardens.ada)
    assert len(asked) == 4  # what was opened lately, what it finds, what is misspelt because that is little, the titles
    assert ("tests.garden", "Алматы Гүлзары", "Kazakhstan") in {(hit.object_key, hit.title, hit.detail) for hit in hits}


def test_names_that_begin_with_it_come_first(gardens: Cast) -> None:
    make(gardens, "The Almaty park", "Almaty")
    assert [hit.title for hit in find("almaty", by=gardens.ada, kinds=[GARDEN])][-1] == "The Almaty park"
