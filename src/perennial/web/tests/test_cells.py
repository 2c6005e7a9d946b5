from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from perennial.foundation.money import Money
from perennial.web.kit.cells import LOOKS, NOTHING, Hints, drawer, is_numeric, join_cells
from perennial.web.kit.marks import band, chip, initials, person, share, stage_chip, standing_chip
from perennial.web.kit.reader import Reader

pytestmark = pytest.mark.django_db  # the business clock is asked for the year

READER = Reader("en_GB", currency="GBP")
HOSTILE = "<script>alert(1)</script>\"' onmouseover=x"


@pytest.mark.parametrize("look", [*LOOKS, "a look nobody declared"])
def test_hostile_text_in_any_cell_stays_text(look: str) -> None:
    if look in ("percent", "days"):
        return  # computed numbers, never text
    value: Any = [HOSTILE] if look in ("choices", "tags") else HOSTILE
    hints = Hints(choices={HOSTILE: HOSTILE}, names={HOSTILE: HOSTILE}, url_prefix="/people/")
    html = drawer(look, READER, hints)(value)
    assert "<script" not in html
    assert '" onmouseover' not in html.replace("&quot;", "")


def test_marks_escape_too() -> None:
    for html in (
        chip(HOSTILE),
        stage_chip(HOSTILE),
        standing_chip(HOSTILE),
        initials(HOSTILE),
        person(HOSTILE, url=HOSTILE),
        band([(HOSTILE, 1)]),
        share(0.5, label=HOSTILE),
    ):
        assert "<script" not in html
        assert " style=" not in html


@pytest.mark.parametrize("value", [None, ""])
@pytest.mark.parametrize("look", LOOKS)
def test_what_is_absent_is_a_dash_everywhere(look: str, value: object) -> None:
    assert drawer(look, READER)(value) == NOTHING


@pytest.mark.parametrize(("look", "value", "shown"), [
    ("money", Decimal("1234.5"), "£1,234.50"),
    ("money", Money(Decimal("12"), "JPY"), "JP¥12"),
    ("money", {"amount": "12.50", "currency": "GBP"}, "£12.50"),
    ("number", 1234567, "1,234,567"),
    ("percent", 0.23, "23%"),
    ("days", 1, "1 day"),
    ("days", 61.4, "61 days"),
    ("day", date(2009, 12, 9), "9 Dec 2009"),
    ("moment", datetime(2009, 12, 9, 12, 31, tzinfo=UTC), "12:31"),
    ("country", "KZ", "Kazakhstan"),
    ("choice", "shop", "A shop"),
    ("ref", 7, 'href="/people/7/">Cleo'),
    ("email", "cleo@example.com", 'href="mailto:cleo@example.com"'),
    ("phone", "+387 33 123-456", 'href="tel:+38733123456"'),
    ("flag", True, 'aria-label="yes"'),
])  # fmt: skip
def test_each_look_draws_its_value(look: str, value: object, shown: str) -> None:
    hints = Hints(choices={"shop": "A shop"}, names={7: "Cleo"}, url_prefix="/people/")
    assert shown in drawer(look, READER, hints)(value)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", " javascript:x", "//evil.example"])
def test_only_web_addresses_become_links(address: str) -> None:
    draw = drawer("url", READER)
    assert "<a" not in draw(address)
    assert 'rel="noopener' in draw("https://example.com/a")


def test_numbers_stand_at_the_end_edge() -> None:
    columns = [(drawer(look, READER), is_numeric(look)) for look in ("text", "money")]
    assert join_cells(columns, ["a", 1]) == '<td>a</td><td class="number"><span class="num">£1.00</span></td>'
