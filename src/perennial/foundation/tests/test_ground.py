"""The small modules that everything stands on."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from perennial.foundation.ids import uuid7
from perennial.foundation.money import format_money, round_money
from perennial.foundation.text import digits, fold, gram_array, grams, sort_key, whole_number


def test_ids_rise_and_are_version_7() -> None:
    ids = [uuid7() for _ in range(5000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 5000
    assert {(each.version, each.variant) for each in ids} == {(7, "specified in RFC 4122")}


def test_names_fold_alike_in_every_script() -> None:
    assert fold("Алматы") == fold("ALMATY") == "almaty"
    assert sort_key("Čengić") < sort_key("Đurić") < sort_key("Šabić")
    assert digits("+44 (0)20 7946-0958") == "4402079460958"


def test_a_whole_number_is_a_few_plain_digits() -> None:
    assert whole_number("007") == 7
    assert whole_number("9" * 18) == 10**18 - 1
    wrong = ("", " 7", "-7", "+7", "1_0", "7.0", "²", "٣", "9" * 19)
    assert [whole_number(text) for text in wrong] == [None] * len(wrong)


@given(st.text(max_size=80), st.integers(0, 20), st.integers(3, 20))
def test_any_part_of_three_letters_shares_its_trigrams(text: str, start: int, length: int) -> None:
    folded = fold(text)
    part = folded[start : start + length]
    if len(part) >= 3:
        assert set(grams(part)) <= set(grams(folded))


@given(st.text())
def test_folding_is_stable_ascii(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(text).isascii()
    assert "\x00" not in fold(text)


def test_money_is_rounded_by_its_currency_and_written_by_its_reader() -> None:
    assert round_money(Decimal("2.345"), "GBP") == Decimal("2.35")
    assert round_money(Decimal("2.5"), "JPY") == Decimal("3")
    assert format_money(Decimal("18240.6"), "GBP", locale="en", whole=True) == "£18,241"
    assert format_money(Decimal("-1234.5"), "BAM", locale="bs") == "-1.234,50\xa0KM"


def test_trigrams_are_the_same_as_text() -> None:
    for text in ("", "ab", "abc", "cleo ferhad cleo@example.com +447911123456"):
        assert sorted(int(each) for each in gram_array(text).strip("{}").split(",") if each) == grams(text)
