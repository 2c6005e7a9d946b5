from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perennial.web.kit.axis import lay_ticks
from perennial.web.kit.labels import text_width
from perennial.web.kit.lifeline import WIDTH, Lifeline, Mark, Spell, lay_out
from perennial.web.kit.lifeline_svg import draw
from perennial.web.kit.reader import Reader
from perennial.web.kit.specimens import lifeline
from perennial.web.kit.stages import STAGES

pytestmark = pytest.mark.django_db  # the business clock is asked for the year

TODAY = datetime(2011, 12, 9, 12, tzinfo=UTC)
HOSTILE = '"><script>alert(1)</script>'

days = st.integers(min_value=0, max_value=4000)
marks = st.lists(
    st.builds(
        Mark,
        at=days.map(lambda day: TODAY - timedelta(days=day)),
        label=st.just("Order 7"),
        name=st.sampled_from(("", "first order", "late again, unanswered", "бірінші тапсырыс", "W" * 30)),
        amount=st.none() | st.decimals(min_value=-9999, max_value=9999, places=2),
        kind=st.sampled_from(("order", "return", "touch", "moment", "trouble", "grave")),
    ),
    max_size=60,
)


@given(marks)
@settings(max_examples=150, deadline=None)
def test_names_never_cover_each_other_and_all_stay_inside(some: list[Mark]) -> None:
    layout = lay_out(Lifeline([Spell("reach", TODAY - timedelta(days=400))], some, TODAY), locale="en")
    for index, label in enumerate(layout.labels):
        assert label.left >= -0.01
        assert label.right <= WIDTH + 0.01
        assert layout.top <= label.y - 9
        assert label.y <= layout.axis_y
        for other in layout.labels[index + 1 :]:
            assert label.y != other.y or label.right <= other.left or other.right <= label.left
    for spot in layout.spots:
        assert spot.x - spot.radius >= 0
        assert spot.x + spot.radius <= WIDTH
        assert layout.top <= spot.y - spot.radius


@given(marks)
@settings(max_examples=60, deadline=None)
def test_nothing_that_happened_is_lost_when_marks_are_merged(some: list[Mark]) -> None:
    layout = lay_out(Lifeline([], some, TODAY), locale="en")
    assert sum(spot.mark.count for spot in layout.spots) == len(some)
    assert sum((spot.mark.amount or Decimal(0) for spot in layout.spots), Decimal(0)) == sum(
        (mark.amount or Decimal(0) for mark in some), Decimal(0)
    )
    assert {mark.name for mark in some if mark.name} == {spot.mark.name for spot in layout.spots if spot.mark.name}


@pytest.mark.parametrize("locale", ["en", "bs", "kk", "de"])
@given(first=st.integers(min_value=42, max_value=9000))
@settings(max_examples=60, deadline=None)
def test_months_on_the_axis_do_not_touch(locale: str, first: int) -> None:
    ticks = lay_ticks(TODAY - timedelta(days=first), TODAY, width=WIDTH, locale=locale)
    assert 1 <= len(ticks) <= 20
    for tick, following in itertools.pairwise(ticks):
        assert tick.x + text_width(tick.text) <= following.x
    assert ticks[-1].x + text_width(ticks[-1].text) <= WIDTH


def test_bands_fill_the_time_without_gap_from_the_first_spell_to_today() -> None:
    layout = lay_out(lifeline(), locale="en")
    assert layout.bands[0].x == 0
    for band, following in zip(layout.bands, layout.bands[1:], strict=False):
        assert band.x + band.width == pytest.approx(following.x)
    assert layout.bands[-1].x + layout.bands[-1].width == pytest.approx(WIDTH)


def test_twice_the_amount_is_twice_the_area_above_the_smallest() -> None:
    layout = lay_out(
        Lifeline(
            [],
            [
                Mark(TODAY - timedelta(days=day), "Order", amount=Decimal(amount))
                for day, amount in ((30, 50), (20, 100), (10, 200))
            ],
            TODAY,
        ),
        locale="en",
    )
    small, middle, large = (spot.radius - 3.2 for spot in layout.spots)
    assert (middle / small) ** 2 == pytest.approx(2)
    assert (large / middle) ** 2 == pytest.approx(2)


def test_a_customer_of_yesterday_and_one_without_history_are_drawn() -> None:
    for life in (
        Lifeline([Spell("reach", TODAY)], [], TODAY),
        Lifeline([], [], TODAY),
        Lifeline([Spell("reach", TODAY - timedelta(days=1))], [], TODAY),
    ):
        assert "<svg" in draw(life, Reader())


def test_every_mark_says_what_it_is_and_one_of_them_can_be_reached_by_tab() -> None:
    html = draw(lifeline(), Reader("en_GB", currency="GBP"))
    found = re.findall(r'<(?:a|g) class="[^"]*mark[^>]*>', html)
    assert len(found) == 6 + 18 + 5
    assert all('aria-label="' in each and "tabindex=" in each for each in found)
    assert sum('tabindex="0"' in each for each in found) == 1
    assert "Order 536400, £310.00" in html
    assert all(str(STAGES[stage]) in html for stage in STAGES)


def test_hostile_text_stays_text() -> None:
    life = Lifeline(
        [Spell(HOSTILE, TODAY - timedelta(days=90), reason=HOSTILE)],
        [Mark(TODAY, HOSTILE, HOSTILE, name=HOSTILE, url=HOSTILE)],
        TODAY,
        summary=HOSTILE,
        key="life",
    )
    html = draw(life, Reader())
    assert "<script" not in html
    assert " style=" not in html
