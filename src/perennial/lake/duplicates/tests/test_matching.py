"""Duplicates among invented people and products, and none where there are none."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from perennial.lake.duplicates.aligning import aligned
from perennial.lake.duplicates.matching import Found, find_pairs
from perennial.lake.engine import new_engine

SYLLABLES = ("ka", "ro", "mi", "la", "ne", "to", "vi", "sha", "be", "du", "gi", "el", "an", "or", "us", "ter", "mov")
HEADINGS = ("id", "given name", "surname", "email", "phone", "born", "street", "city")
Row = list[str | None]


def people(seed: int, count: int) -> list[Row]:
    chance = random.Random(seed)
    given, family, cities = ([word(chance, parts) for _ in range(many)] for parts, many in ((2, 80), (3, 300), (3, 25)))
    rows: list[Row] = []
    for number in range(count):
        name, surname = chance.choice(given), chance.choice(family)
        rows.append([
            f"P{seed}-{number}", name, surname, f"{name}.{surname}{number}@example.com".lower(),
            f"+7 701 {chance.randrange(10**7):07}", f"{chance.randrange(1940, 2005)}-{chance.randrange(1, 13):02}-07",
            f"{word(chance, 3)} street {chance.randrange(1, 200)}", chance.choice(cities),
        ])  # fmt: skip
    return rows


def word(chance: random.Random, parts: int) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(parts)).title()


def misspelt(chance: random.Random, row: Row, name: str) -> Row:
    """Two cells are wrong by a letter, one is missing."""
    copy = [name, *row[1:]]
    wrong = chance.sample(range(1, len(copy)), 3)
    for place in wrong[:2]:
        value = copy[place] or ""
        at = chance.randrange(len(value) - 1)
        copy[place] = value[:at] + chance.choice("abcdef") + value[at + 1 :]
    copy[wrong[2]] = None
    return copy


def table(rows: list[Row], headings: tuple[str, ...] = HEADINGS) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in headings]
    return pa.table({name: pa.array(column, pa.string()) for name, column in zip(headings, columns, strict=True)})


def find(*tables: pa.Table, **options: object) -> Found:
    with new_engine() as engine:
        return find_pairs(engine, tables, **options)  # type: ignore[arg-type]


def test_people_with_errors_are_found_again_and_the_answer_is_always_the_same() -> None:
    chance = random.Random(1)
    originals = people(1, 400)
    doubles = [misspelt(chance, originals[place], f"D{place}") for place in range(0, 400, 5)]
    truth = {(place, 400 + number) for number, place in enumerate(range(0, 400, 5))}
    found = find(table(originals + doubles))
    pairs = {(pair.one, pair.other) for pair in found.pairs}
    assert len(pairs & truth) >= 0.97 * len(truth)
    assert len(pairs - truth) <= 2
    assert next(column.kind for column in found.columns if column.name == "id") == "id"
    assert all(0.5 <= pair.confidence <= 1 and pair.reasons for pair in found.pairs)
    assert find(table(originals + doubles)).pairs == found.pairs
    assert {each.confidence >= 0.99 for each in find(table(originals + doubles), threshold=0.99).pairs} == {True}


def test_nobody_is_found_where_nobody_is_there_twice() -> None:
    assert find(table(people(2, 500))).pairs == ()
    assert find(table(people(3, 300)), table(people(4, 300))).pairs == ()


def test_two_files_with_other_headings_are_linked_and_one_may_name_somebody_twice() -> None:
    chance = random.Random(5)
    originals = people(5, 300)
    theirs = [misspelt(chance, row, f"X{number}") for number, row in enumerate(originals[:200] + originals[:60])]
    headings = ("number", "first", "last", "mail", "tel", "birthday", "line 1", "town")
    one, other = table(originals), table(theirs, headings)
    renamed = aligned(one, other)
    assert set(HEADINGS[1:]) - set(renamed.column_names) <= {"phone", "born"}  # random digits tell nothing
    found = find(one, renamed)
    truth = {(number % 200, number) for number in range(260)}
    pairs = {(pair.one, pair.other) for pair in found.pairs}
    assert len(pairs & truth) >= 0.95 * len(truth)
    assert len(pairs - truth) <= 3


@pytest.mark.parametrize("rows", [0, 1, 2, 3])
def test_hardly_any_rows_are_no_trouble(rows: int) -> None:
    assert len(find(table(people(6, 3)[:rows])).pairs) == 0


def test_whatever_stands_in_a_file_is_compared_as_text() -> None:
    odd = [
        "'; DROP TABLE records; --",
        "\x00\x01",
        "Алматы қаласы",
        "☃" * 5000,
        " ",
        "=1+1",
        "NaN",
        "1e999",
        None,
        "%s {x}",
    ]
    rows = [[value, other] for value in odd for other in odd]
    found = find(table(rows, ('a"b', "c'd; --")))
    assert all(pair.one != pair.other for pair in found.pairs)
    with pytest.raises(IndexError):
        find()


def test_names_of_one_pattern_are_not_taken_for_each_other() -> None:
    """A shop that knows its customers by number: hundreds of them in one country are hundreds of customers."""
    chance = random.Random(8)
    countries = ["GB"] * 900 + ["GR"] * 6 + ["IE"] * 40 + ["KZ"] * 54
    numbers = chance.sample(range(10_000, 99_999), len(countries))
    rows: list[Row] = [[f"Customer {number}", country] for number, country in zip(numbers, countries, strict=True)]
    assert find(table(rows, ("name", "country"))).pairs == ()
