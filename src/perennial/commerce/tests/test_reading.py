"""Rows of text, friendly and hostile, become lines or reasons."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perennial.commerce.models import LineKind
from perennial.commerce.order_lines.drafts import drafts_of
from perennial.commerce.order_lines.reading import Line, Reader, Rules, slashed
from perennial.commerce.order_lines.reasons import SENTENCES, Remark, Skip

READER = Reader(Rules("Europe/London", latest=datetime(2026, 11, 21, tzinfo=UTC)))
GOOD = ("536365", "85123A", "WHITE HANGING HEART", "6", "2010-12-01 08:26", "2.55", "17850", "United Kingdom")


def row(**changes: str | None) -> tuple[str | None, ...]:
    names = ("number", "code", "description", "quantity", "date", "price", "customer", "country")
    return tuple(changes.get(name, value) for name, value in zip(names, GOOD, strict=True))


def test_a_plain_row_is_a_line():
    line = READER.read(3, row())
    assert isinstance(line, Line)
    assert (line.row, line.number, line.code, line.customer, line.country) == (3, "536365", "85123A", "17850", "GB")
    assert (line.quantity, line.price, line.amount) == (Decimal(6), Decimal("2.55"), Decimal("15.30"))
    assert line.placed_at == datetime(2010, 12, 1, 8, 26, tzinfo=UTC)
    assert line.kind is LineKind.GOODS
    assert not line.is_return


def test_local_time_is_london_time():
    summer = READER.read(0, row(date="2011-07-01 08:26:00"))
    assert isinstance(summer, Line)
    assert summer.placed_at == datetime(2011, 7, 1, 7, 26, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"number": ""}, Skip.NO_NUMBER),
        ({"number": "   "}, Skip.NO_NUMBER),
        ({"number": None}, Skip.NO_NUMBER),
        ({"number": "5" * 81}, Skip.BAD_TEXT),
        ({"number": "5363\x0065"}, Skip.BAD_TEXT),
        ({"number": "A563185"}, Skip.BOOKKEEPING),
        ({"code": ""}, Skip.NO_CODE),
        ({"code": "9" * 81}, Skip.BAD_TEXT),
        ({"description": "x" * 401}, Skip.BAD_TEXT),
        ({"date": ""}, Skip.BAD_DATE),
        ({"date": None}, Skip.BAD_DATE),
        ({"date": "yesterday"}, Skip.BAD_DATE),
        ({"date": "2010-02-30 08:26"}, Skip.BAD_DATE),
        ({"date": "0001-01-01"}, Skip.BAD_DATE),
        ({"date": "9999-12-31T23:59:59-12:00"}, Skip.BAD_DATE),
        ({"date": "2999-01-01"}, Skip.FUTURE_DATE),
        ({"quantity": ""}, Skip.BAD_QUANTITY),
        ({"quantity": "six"}, Skip.BAD_QUANTITY),
        ({"quantity": "NaN"}, Skip.BAD_QUANTITY),
        ({"quantity": "1e9"}, Skip.BAD_QUANTITY),
        ({"quantity": "99999999999"}, Skip.BAD_QUANTITY),
        ({"quantity": "0"}, Skip.NO_QUANTITY),
        ({"price": "Infinity"}, Skip.BAD_PRICE),
        ({"price": ""}, Skip.BAD_PRICE),
        ({"quantity": "999999999", "price": "9999999"}, Skip.BAD_PRICE),
        ({"price": "-1"}, Skip.NEGATIVE_PRICE),
        ({"quantity": "-6"}, Skip.NEGATIVE_QUANTITY),
        ({"quantity": "-6", "price": "0"}, Skip.STOCK_ADJUSTMENT),
        ({"price": "0", "customer": ""}, Skip.STOCK_MOVEMENT),
        ({"number": "C536365"}, Skip.POSITIVE_IN_RETURN),
    ],
)
def test_a_row_that_is_no_line_says_why(changes, reason):
    assert READER.read(0, row(**changes)) is reason
    assert str(SENTENCES[reason])


def test_every_reason_has_its_sentence():
    assert set(SENTENCES) == {*Skip, *Remark}


def test_cancellations_guests_free_lines_and_charges_are_lines():
    returned = READER.read(0, row(number="C536365", quantity="-6"))
    guest = READER.read(0, row(customer=""))
    free = READER.read(0, row(price="0"))
    postage = READER.read(0, row(code="post"))
    assert isinstance(returned, Line)
    assert returned.is_return
    assert returned.amount == Decimal("-15.30")
    assert isinstance(guest, Line)
    assert guest.customer is None
    assert isinstance(free, Line)
    assert free.amount == 0
    assert isinstance(postage, Line)
    assert postage.kind is LineKind.SHIPPING


def test_a_number_that_only_begins_like_a_return_is_an_order():
    for number in ("CARD-77", "CUP", "ABC1"):
        line = READER.read(0, row(number=number))
        assert isinstance(line, Line)
        assert not line.is_return


def test_numbers_as_other_programs_write_them():
    line = READER.read(0, row(quantity="1,200", price="£ 1".replace("£ ", "") + ",50", customer="17850.0"))
    assert isinstance(line, Line)
    assert (line.quantity, line.price, line.customer) == (Decimal(1200), Decimal("1.5"), "17850")


@pytest.mark.parametrize(
    ("text", "order", "moment"),
    [
        ("12/1/2010 8:26", "mdy", datetime(2010, 12, 1, 8, 26)),  # noqa: DTZ001
        ("12/1/2010 8:26", "dmy", datetime(2010, 1, 12, 8, 26)),  # noqa: DTZ001
        ("1.12.2010", "dmy", datetime(2010, 12, 1)),  # noqa: DTZ001
        ("12/1/10 12:05 am", "mdy", datetime(2010, 12, 1, 0, 5)),  # noqa: DTZ001
        ("12/1/10 12:05:30 PM", "mdy", datetime(2010, 12, 1, 12, 5, 30)),  # noqa: DTZ001
        ("2010-12-01 08:26", "dmy", None),
        ("nonsense", "dmy", None),
    ],
)
def test_dates_with_slashes_are_read_in_the_order_that_is_said(text, order, moment):
    assert slashed(text, order) == moment


def test_a_country_that_is_none_is_told_and_left_empty():
    line = READER.read(0, row(country="European Community"))
    assert isinstance(line, Line)
    assert line.country is None
    assert line.has_strange_country


@given(st.tuples(*[st.one_of(st.none(), st.text(max_size=60), st.sampled_from(GOOD)) for _ in range(8)]))
def test_whatever_stands_in_a_row_it_is_a_line_or_a_reason(cells):
    read = READER.read(0, cells)
    assert isinstance(read, Skip | Line)
    if isinstance(read, Line):
        assert "\x00" not in read.number + read.sku + read.description
        assert read.amount == (read.quantity * read.price).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


NUMBERS = st.sampled_from(("1", "2", "C1", "C2"))
QUANTITIES = st.decimals(min_value="0.001", max_value=10_000, places=3)
PRICES = st.decimals(min_value=0, max_value=10_000, places=4)


@given(st.lists(st.tuples(NUMBERS, st.sampled_from(("A", "B", "POST")), QUANTITIES, PRICES), max_size=40))
def test_the_lines_of_an_order_sum_to_its_total_and_every_row_is_accounted_for(rows):
    lines = []
    for place, (number, code, quantity, price) in enumerate(rows):
        signed = -quantity if number.startswith("C") else quantity
        line = READER.read(place, row(number=number, code=code, quantity=str(signed), price=str(price)))
        assert isinstance(line, Line), line
        lines.append(line)
    drafts, skipped = drafts_of(lines)
    kept = [line for draft in drafts.values() for line in draft.lines]
    assert len(kept) + len(skipped) == len(rows)
    assert {reason for _, reason in skipped} <= {Skip.DUPLICATE}
    assert sum((draft.total for draft in drafts.values()), Decimal(0)) == sum(
        (line.amount for line in kept), Decimal(0)
    )
    assert all((draft.total <= 0) == draft.is_return or draft.total == 0 for draft in drafts.values())


def test_the_same_line_twice_is_a_duplicate_and_another_quantity_is_not():
    lines = [READER.read(place, row(quantity=quantity)) for place, quantity in enumerate(("1", "1", "2", "1.0"))]
    drafts, skipped = drafts_of(line for line in lines if isinstance(line, Line))
    assert [line.row for line in drafts["536365"].lines] == [0, 2]
    assert skipped == [(1, Skip.DUPLICATE), (3, Skip.DUPLICATE)]


def test_an_order_belongs_to_the_customer_of_its_first_line():
    lines = [READER.read(place, row(customer=customer, quantity=str(place + 1)))
             for place, customer in enumerate(("1", "1", "2", ""))]  # fmt: skip
    drafts, skipped = drafts_of(line for line in lines if isinstance(line, Line))
    assert drafts["536365"].customer == "1"
    assert skipped == [(2, Skip.OTHER_CUSTOMER), (3, Skip.OTHER_CUSTOMER)]
