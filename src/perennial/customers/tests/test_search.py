"""Finding customers and the work around them: in every script, with a letter wrong, and only what one may see."""

from __future__ import annotations

from dataclasses import replace

import pytest

from perennial.customers.objects import COMPANY, NOTE, PERSON, TASK
from perennial.objects import query
from perennial.objects.collaboration.at_hand import note_view, set_favourite
from perennial.objects.collaboration.comments import add_comment, delete_comment, edit_comment
from perennial.objects.collaboration.subjects import Subject
from perennial.objects.running import run_action
from perennial.objects.searching import find, find_comments, ways
from perennial.objects.writing import create_record, create_records, update_records
from perennial.workspace.rights import FieldRight
from perennial.workspace.tests.cast import Cast


def titles(text: str, cast: Cast, **more: object) -> list[str]:
    return [hit.title for hit in find(text, by=cast.ada, **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "typed"), [
    # Kazakh: every letter that Russian has not, in Cyrillic and as people type it in Latin.
    ("Әсел Жұмабаева", "asel"), ("Әсел Жұмабаева", "zhumabaeva"),
    ("Қасым Оспанов", "qasym"), ("Ғалым Төлегенов", "tolegenov"),
    ("Дәурен Нұрланұлы", "dauren nurlan"), ("Гүлнар Өтегенова", "gulnar"), ("Іңкәр Һәкімова", "hakimova"),
    ("Жаңыл", "zhanyl"),
    ("Aigerim Serikova", "Айгерим"), ("Almaty Trade", "Алматы"), ("Алматы Сауда", "almaty"), ("АСТАНА", "астана"),
    # Bosnian: all five letters with marks, with and without them, and in Cyrillic.
    ("Đorđe Šarić", "dorde saric"), ("Dženana Hodžić", "dzenana hodzic"), ("Ćosić Čedo", "cosic"),
    ("Željko Žigić", "zeljko zigic"),
    ("Saric Marija", "Šarić"), ("Mostar Promet", "Мостар"), ("Сарајево превоз", "sarajevo"), ("Hodžić", "HODŽIĆ"),
    ("Müller", "muller"), ("Søren", "soren"), ("Łukasz", "lukasz"), ("Straße", "strasse"),
])  # fmt: skip
def test_names_are_found_in_every_script(cast: Cast, name: str, typed: str) -> None:
    create_records(PERSON, [{"name": name}, {"name": "Nobody Else"}], by=cast.ada)
    assert titles(typed, cast) == [name]


@pytest.mark.parametrize("typed", [
    "almatiy trade", "amlaty trade", "allmaty", "olmaty", "almath", "tride", "алмати", "АЛМТЫ",
])  # fmt: skip
def test_one_letter_may_be_wrong_in_words_of_five_and_more(cast: Cast, typed: str) -> None:
    create_records(COMPANY, [{"name": "Алматы Trade"}, {"name": "Astana Motors"}], by=cast.ada)
    (hit,) = find(typed, by=cast.ada)
    assert hit.title == "Алматы Trade"
    assert hit.is_near


@pytest.mark.parametrize("typed", ["klro", "cleu", "almxxy", "+7701123456", "1234"])
def test_short_words_numbers_and_two_mistakes_find_nothing(cast: Cast, typed: str) -> None:
    create_records(PERSON, [{"name": "Cleo Almaty", "phone": "+77011234567", "external_id": "12345"}], by=cast.ada)
    found = find(typed, by=cast.ada)
    assert not [hit for hit in found if hit.is_near]
    assert len(found) == (typed in ("+7701123456", "1234"))


def test_misspelt_words_are_looked_for_only_when_little_is_found(cast: Cast) -> None:
    create_records(
        PERSON, [{"name": f"Martin {each}"} for each in ("Abel", "Beck", "Cole")] + [{"name": "Marten"}], by=cast.ada
    )
    assert "Marten" not in titles("martin", cast)
    assert titles("martin beck", cast) == ["Martin Beck"]
    assert titles("martan", cast)[:1] != []
    assert set(titles("martan", cast)) == {"Martin Abel", "Martin Beck", "Martin Cole", "Marten"}


def test_numbers_find_the_record_that_has_them(cast: Cast) -> None:
    id = create_record(PERSON, {"name": "Cleo"}, by=cast.ada)
    assert [(hit.object_key, hit.id) for hit in find(f"#{id}", by=cast.ada, kinds=[PERSON])] == [
        ("customers.person", id)
    ]
    assert id in {hit.id for hit in find(str(id), by=cast.ada)}
    assert find(f"#{id}", by=cast.ben, kinds=[PERSON]) == []
    assert find("#99999999999999999999", by=cast.ada) == []


def test_what_is_written_about_customers_is_found_where_it_stands(cast: Cast) -> None:
    cleo = create_record(PERSON, {"name": "Cleo"}, by=cast.ada)
    long = "Nothing to see here. " * 200 + "She prefers гречка to rice. " + "And so on. " * 200
    run_action("customers.add_note", [cleo], {"text": long}, by=cast.ada)
    run_action(
        "customers.log_call",
        [cleo],
        {"direction": "in", "outcome": "reached", "summary": "Asked about гречка"},
        by=cast.ada,
    )
    create_record(TASK, {"title": "Ring back", "note": "because of the grechka", "customer": cleo}, by=cast.ada)
    hits = {hit.object_key: hit for hit in find("grechka", by=cast.ada)}
    assert hits.keys() == {"customers.note", "customers.call", "customers.task"}
    assert "гречка" in hits["customers.note"].title
    assert len(hits["customers.note"].title) < 200
    assert hits["customers.note"].detail == "Cleo"
    assert (hits["customers.task"].title, hits["customers.task"].detail) == ("Ring back", "because of the grechka")
    assert {hit.object_key for hit in find("grechka", by=cast.ben)} <= {"customers.task"}
    assert find("grechka", by=cast.dov) == []
    update_records(NOTE, {hits["customers.note"].id: {"text": "Buckwheat"}}, by=cast.ada)
    assert {hit.object_key for hit in find("grechka", by=cast.ada)} == {"customers.call", "customers.task"}


def test_one_kind_does_not_crowd_out_the_others(cast: Cast) -> None:
    create_records(PERSON, [{"name": f"Garden {number}"} for number in range(30)], by=cast.ada)
    create_record(COMPANY, {"name": "The Garden"}, by=cast.ada)
    found = find("garden", by=cast.ada, limit=12, each=5)
    assert sum(hit.object_key == "customers.person" for hit in found) == 5
    assert "customers.company" in {hit.object_key for hit in found}


def test_the_best_come_first(cast: Cast) -> None:
    names = ["Old Anna", "Hanna Anna", "Anna", "Annabel", "Johanna", "Annas own"]
    create_records(
        PERSON, [{"name": name, "owner": cast.ada_user.pk if "own" in name else None} for name in names], by=cast.ada
    )
    assert titles("anna", cast)[0] == "Anna"
    assert set(titles("anna", cast)[1:3]) == {"Annabel", "Annas own"}
    assert titles("anna", cast)[1] == "Annas own"
    assert titles("anna", cast)[-1] == "Johanna"


def test_what_may_not_be_read_finds_nobody(cast: Cast) -> None:
    create_record(PERSON, {"name": "Шолпан", "phone": "+77011234567", "email": "sholpan@example.kz"}, by=cast.ada)
    rights = replace(cast.ada.rights, fields={"customers.person": {"phone": FieldRight.NONE}})
    reader = replace(cast.ada, rights=rights)
    for typed in ("7011234567", "+7 701 123", "4567", "sholpan 4567"):
        assert titles(typed, cast) == ["Шолпан"]
        assert find(typed, by=reader) == []
        assert query.select(PERSON, by=reader, search=typed).rows == []
    for typed in ("sholpan", "Шолп", "example.kz", "sholpan@example", "sh", "sholpam"):
        assert [hit.title for hit in find(typed, by=reader)] == ["Шолпан"]
    assert [row.title for row in query.select(PERSON, by=reader, search="sholpan example").rows] == ["Шолпан"]
    hidden = replace(cast.ada.rights, fields={"customers.person": {"email": FieldRight.NONE}})
    (hit,) = find("sholpan", by=replace(cast.ada, rights=hidden))
    assert "example" not in hit.detail


def test_what_one_opened_lately_comes_first(cast: Cast) -> None:
    made = create_records(PERSON, [{"name": name} for name in ("Anna", "Annabel", "Johanna", "Susanna")], by=cast.ada)
    johanna = made.results[2].id or 0
    note_view(Subject("customers.person", johanna, ""), by=cast.ada)
    assert titles("anna", cast)[0] == "Johanna"
    assert titles("nothing of it", cast) == []
    found = find("anna", by=cast.ben)
    assert found == []
    set_favourite(Subject("customers.person", made.results[3].id or 0, ""), by=cast.ada, is_on=True)
    assert set(titles("anna", cast)[:2]) == {"Johanna", "Susanna"}


def test_comments_lead_to_what_they_are_about(cast: Cast) -> None:
    hers = create_record(PERSON, {"name": "Cleo", "owner": cast.ada_user.pk}, by=cast.ada)
    his = create_record(PERSON, {"name": "Dana", "owner": cast.ben_user.pk}, by=cast.ben)
    add_comment("customers.person", hers, "Любит гречку, очень. " + "x " * 200, by=cast.ada)
    said = add_comment("customers.person", his, "No grechku for him", by=cast.ada)
    assert [hit.title for hit in find_comments("grechku", by=cast.ada)] == ["Dana", "Cleo"]
    assert "гречку" in find_comments("гречку", by=cast.ada)[1].detail
    assert len(find_comments("гречку", by=cast.ada)[1].detail) < 200
    assert [hit.title for hit in find_comments("grechku", by=cast.ben)] == ["Dana"]
    assert find_comments("grechku", by=cast.dov) == []
    assert find_comments("gr", by=cast.ada) == []
    edit_comment(said, "Rice", by=cast.ada)
    assert [hit.title for hit in find_comments("grechku", by=cast.ada)] == ["Cleo"]
    assert [hit.title for hit in find_comments("rice", by=cast.ada)] == ["Dana"]
    delete_comment(said, by=cast.ada)
    assert find_comments("rice", by=cast.ada) == []


def test_a_letter_wrong_finds_ones_own_among_the_many_of_others(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "_GUESSED", 3)
    others = [{"name": f"Almaz {number}", "owner": cast.ada_user.pk} for number in range(20)]
    create_records(PERSON, [*others, {"name": "Almaty Ben", "owner": cast.ben_user.pk}], by=cast.ada)
    assert [hit.title for hit in find("almati", by=cast.ben)] == ["Almaty Ben"]
    assert find("almati", by=cast.dov) == []
