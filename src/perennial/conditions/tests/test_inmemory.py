from __future__ import annotations

from hypothesis import given, settings

from perennial.conditions.inmemory import can_answer
from perennial.conditions.inmemory import holds as holds_here
from perennial.conditions.tests.reference import asked_of, holds
from perennial.conditions.tests.strategies import conditions
from perennial.conditions.tests.world import NOW, ZONE, world
from perennial.conditions.text import parse

WORLD = world(11, rows=60, events=5).now()


@settings(max_examples=300, deadline=None)
@given(condition=conditions())
def test_what_can_be_answered_from_the_values_is_answered_as_the_reference_does(condition):
    if not can_answer(condition):
        return
    for row in WORLD.rows:
        assert holds_here(condition, row.values, now=NOW, zone=ZONE) == holds(condition, asked_of(row), WORLD)


def test_what_asks_for_more_is_known_beforehand():
    for text in ("owner is me", 'company.country = "GB"', "did placed", "fact:shop.orders > 1"):
        assert not can_answer(parse(text))
    assert can_answer(parse('stage = "loyalty" and not (spent > 5 or born_on is empty)'))
