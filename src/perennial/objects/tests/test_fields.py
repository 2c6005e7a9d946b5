from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perennial.foundation.money import Money as Sum
from perennial.objects import fields
from perennial.objects.fields import Link
from perennial.workspace.tests.cast import make_cast

TYPES = (
    fields.TextType(), fields.LongTextType(), fields.EmailType(), fields.UrlType(), fields.WholeType(),
    fields.NumberType(), fields.MoneyType(), fields.ChoiceType((("a", "Apple"), ("b", "Bean"))), fields.FlagType(),
    fields.DayType(), fields.CountryType(), fields.RefType("tests.garden"), fields.MemberType(), fields.TeamType(),
    fields.RichTextType(), fields.PercentType(), fields.TimeType(), fields.ChoicesType((("a", "Apple"), ("b", "Bean"))),
    fields.RefsType("tests.garden"), fields.FileType(),
    fields.LinesType((fields.Text("name", "Name"), fields.Number("amount", "Amount")), "t", "p"),
)  # fmt: skip

HOSTILE = (
    "\x00", "a\x00b", "\ud800", "x" * 10_000_000, float("nan"), float("inf"), 1e400, -1e400, 10**500, "1e400", "NaN",
    "2026-02-30", "0000-00-00", "99999-01-01", [], {}, {"id": "x"}, {"amount": []}, {"amount": "NaN"}, b"bytes", True,
    object(), "'; DROP TABLE", "١٢٣", "1" * 5000, [[[]]], {"id": 2**70}, -1, "\u202e", "=1+1",
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("type", [*TYPES, fields.PhoneType(), fields.MomentType()], ids=lambda each: each.look)
def test_hostile_input_is_cleaned_or_refused_with_a_sentence(type: fields.FieldType) -> None:
    for value in HOSTILE:
        said, sentence = repr(value)[:40], ""
        try:
            cleaned = type.clean(value)
        except ValueError as refusal:
            sentence = str(refusal)
            assert sentence, said
        else:
            assert json.dumps(type.json(cleaned), allow_nan=False).encode("utf-8"), said
            assert "\x00" not in str(cleaned), said


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3),
    max_leaves=5,
)


@given(value=json_values)
def test_what_is_cleaned_cleans_to_the_same_again(value: object) -> None:
    for type in TYPES:
        if type.look == "money":
            continue  # asks the firm's currency
        try:
            cleaned = type.clean(value)
        except ValueError:
            continue
        assert type.clean(type.json(cleaned)) == cleaned


@pytest.mark.parametrize(("text", "number"), [
    ("1,234.50", "1234.50"), ("1 234,50", "1234.50"), ("1.234.567", "1234567"), ("0,5", "0.5"), ("1,234", "1234"),
    ("-3", "-3"), ("−3.5", "-3.5"), ("1'000", "1000"), ("12,5", "12.5"), ("1.234,5", "1234.5"),
])  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, number: str) -> None:
    assert fields.NumberType().clean(text) == Decimal(number)


@pytest.mark.django_db
def test_money_is_in_the_currency_of_the_firm() -> None:
    make_cast()
    money = fields.MoneyType()
    assert money.clean("£1,234.50") == Decimal("1234.5000")
    assert money.clean({"amount": "3", "currency": "GBP"}) == 3
    with pytest.raises(ValueError, match="GBP"):
        money.clean({"amount": "3", "currency": "USD"})
    for text in ("€ 3", "3 EUR", "$3", "3,50 KM"):
        with pytest.raises(ValueError, match="GBP"):
            money.clean(text)
    assert money.json(Sum(Decimal("12.5000"), "GBP")) == {"amount": "12.50", "currency": "GBP"}


@pytest.mark.django_db
def test_telephone_numbers_are_the_firms_countrys_unless_they_say_otherwise() -> None:
    make_cast()
    phone = fields.PhoneType()
    assert phone.clean("020 7946 0000") == "+442079460000"
    assert phone.clean("+7 701 123 45 67") == "+77011234567"
    with pytest.raises(ValueError, match="country code"):
        phone.clean("call me")


@pytest.mark.parametrize(("text", "code"), [
    ("United Kingdom", "GB"), ("UK", "GB"), ("EIRE", "IE"), ("Қазақстан", "KZ"), ("kz", "KZ"),
    ("Bosna i Hercegovina", "BA"),
    ("RSA", "ZA"), ("Deutschland", "DE"), ("usa", "US"),
])  # fmt: skip
def test_countries_are_known_by_codes_and_names(text: str, code: str) -> None:
    assert fields.CountryType().clean(text) == code


@pytest.mark.django_db
def test_moments_without_a_zone_are_the_firms() -> None:
    make_cast()
    moment = fields.MomentType()
    assert moment.clean("2026-07-01 12:00") == datetime(2026, 7, 1, 11, tzinfo=UTC)
    assert moment.clean("2026-07-01T12:00:00Z") == datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert moment.json(datetime(2026, 7, 1, 11, tzinfo=UTC)) == "2026-07-01T11:00:00Z"
    assert fields.DayType().clean("24.12.2026") == date(2026, 12, 24)


def test_a_link_is_said_with_its_title_and_read_by_its_id() -> None:
    ref = fields.RefType("tests.garden")
    assert ref.json(Link("tests.garden", 7, "Kew")) == {"id": 7, "title": "Kew"}
    assert ref.clean({"id": 7, "title": "Kew"}) == ref.clean("7") == ref.clean(7) == 7


def test_a_wrong_line_says_which_and_why() -> None:
    lines = TYPES[-1]
    with pytest.raises(ValueError, match="Line 2, Amount: This is not a number"):
        lines.clean([{"amount": 1}, {"amount": "many"}])
    with pytest.raises(ValueError, match="there is no"):
        lines.clean([{"colour": 1}])
