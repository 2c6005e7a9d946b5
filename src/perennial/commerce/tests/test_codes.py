"""Which stock codes are charges."""

from __future__ import annotations

import pytest

from perennial.commerce.models import LineKind
from perennial.commerce.order_lines.codes import DEFAULT_CODES, CodeTable, parse_codes


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("POST", "shipping"), ("DOT", "shipping"), ("C2", "shipping"), ("D", "discount"), ("M", "adjustment"),
        ("B", "adjustment"), ("BANK CHARGES", "fee"), ("AMAZONFEE", "fee"), ("CRUK", "fee"), ("S", "other"),
        ("GIFT_0001_20", "voucher"), ("PADS", "goods"), ("DCGS0003", "goods"), ("85123A", "goods"), ("POSTER", "goods"),
    ],
)  # fmt: skip
def test_the_defaults_know_the_charges_of_common_shops(code, kind):
    assert CodeTable().kind(code) == kind


def test_a_firm_names_its_own_codes():
    table = CodeTable("shipping: 23444, ship-*\n\nfee: post")
    assert table.kind("23444") is LineKind.SHIPPING
    assert table.kind("SHIP-EU") is LineKind.SHIPPING
    assert table.kind("POST") is LineKind.FEE
    assert table.kind("D") is LineKind.GOODS


def test_a_star_is_the_only_special_letter():
    table = CodeTable("fee: a.c, [x], (y*")
    assert table.kind("ABC") is LineKind.GOODS
    assert table.kind("A.C") is LineKind.FEE
    assert table.kind("(Y2") is LineKind.FEE


@pytest.mark.parametrize("text", ["postage: POST", "POST", "shipping POST", "fee: " + ",".join(map(str, range(300)))])
def test_a_table_that_cannot_be_read_says_why(text):
    with pytest.raises(ValueError, match=r"\w"):
        parse_codes(text)


def test_the_defaults_name_every_code_once():
    codes = [code for codes in parse_codes(DEFAULT_CODES).values() for code in codes]
    assert len(codes) == len(set(codes))
