"""A segment tells nobody what their role hides: not by its rule, its members, or how many they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from perennial.automation.defining import make
from perennial.conditions import ConditionError
from perennial.conditions.tree import Compare, Did, Op
from perennial.customers.api import list_events
from perennial.customers.timeline import timeline
from perennial.foundation.errors import Conflict, NotFound
from perennial.objects.query import select
from perennial.objects.schema import condition_of
from perennial.objects.types import object_types
from perennial.rules.changing import retire
from perennial.rules.segments import memberships_of, sees_all, segment_by_key, segments_of
from perennial.rules.using import uses_of_segment
from perennial.workspace.rights import EVERYTHING, FieldRight, Reach, Rights, same_for_all
from perennial.workspace.tests.cast import Cast, make_cast
from tests.segments.world import PERSON, it_is, person, segment, settled, update


@pytest.fixture
def cast() -> Cast:
    found = make_cast()
    it_is(100)
    return found


def test_a_segment_is_not_there_for_whoever_may_not_ask_what_its_rule_asks(cast: Cast) -> None:
    cleo = person("Cleo", country="KZ", city="Almaty")
    made = segment('country = "KZ"', "Kazakh", by=cast.ada)
    outer = segment(f"in segment {made.key}", "Outer", by=cast.ada)
    plain = segment('city = "Almaty"', "City", by=cast.ada)
    kind = object_types[PERSON]
    blind = Rights(EVERYTHING.reaches, EVERYTHING.permissions, {PERSON: {"country": FieldRight.NONE}})
    ben = replace(cast.ben, rights=blind)
    assert {each.key for each in segments_of(by=cast.ada)} == {made.key, outer.key, plain.key}
    assert segments_of(by=ben) == [plain]
    for hidden in (made, outer):
        with pytest.raises(NotFound):
            segment_by_key(hidden.key, by=ben)
        with pytest.raises(ConditionError):
            condition_of(kind, f"in segment {hidden.key}", by=ben)
    assert [each.segment for each in memberships_of(kind, cleo.pk, by=ben)] == [plain]
    condition_of(kind, f"in segment {plain.key}", by=ben)


def test_a_kind_that_may_not_be_seen_hides_the_segments_that_ask_for_its_records(cast: Cast) -> None:
    made = segment("has commerce.order.customer", "Buyers", by=cast.ada)
    reaches = {**EVERYTHING.reaches, "commerce.order": same_for_all(view=Reach.NONE)["*"]}
    ben = replace(cast.ben, rights=Rights(reaches, EVERYTHING.permissions))
    assert segments_of(by=ben) == []
    assert segments_of(by=cast.ada) == [made]


def test_how_many_there_are_is_told_to_whoever_sees_them_all(cast: Cast) -> None:
    person("Cleo", country="KZ", owner_id=cast.ben_user.pk)
    made = segment('country = "KZ"', by=cast.ada)
    ben = replace(cast.ben, rights=Rights(cast.ben.rights.reaches, frozenset({"rules.shape"})))
    assert sees_all(made, by=cast.ada)
    assert not sees_all(made, by=ben)
    half = Rights({**EVERYTHING.reaches, "customers.company": same_for_all(view=Reach.OWN)["*"]})
    both = segment('country = "KZ"', "Both", kind="customers.customer", by=cast.ada)
    assert not sees_all(both, by=replace(ben, rights=half))


def test_what_happened_does_not_name_a_segment_that_is_hidden(cast: Cast) -> None:
    """Not on the timeline, not by the API, and not by asking for it."""
    plain = segment('city = "Almaty"', "City", by=cast.ada)
    made = segment('country = "KZ"', "Kazakh", by=cast.ada)
    cleo = person("Cleo")
    update(cleo, country="KZ", city="Almaty")
    settled()
    kind = object_types[PERSON]
    blind = replace(cast.ada, rights=Rights(
        EVERYTHING.reaches, EVERYTHING.permissions, {PERSON: {"country": FieldRight.NONE}}))  # fmt: skip
    asked = 'did rules.segment_entered where (`segment` = "{}")'
    for by, seen in ((cast.ada, {"City", "Kazakh"}), (blind, {"City"})):
        told = [each for each in timeline(cleo.pk, by=by).entries if each.type == "rules.segment_entered"]
        assert {each.properties["name"] for each in told} == seen
        for where in ({"customer": str(cleo.pk)}, {}):
            data, _next = list_events(by, {**where, "type": "rules.segment_entered"})
            assert {each["properties"]["name"] for each in data} == seen
    condition_of(kind, asked.format(made.key), by=cast.ada)
    for key in (made.key, plain.key):
        with pytest.raises(ConditionError):
            condition_of(kind, asked.format(key), by=blind)
    # Nor does the answer depend on it, however the question came to be.
    unchecked = Did("rules.segment_entered", where=Compare("segment", Op.EQ, made.key))
    assert [row.id for row in select(kind, by=cast.ada, where=unchecked).rows] == [cleo.pk]
    assert select(kind, by=blind, where=unchecked).rows == []


def test_what_uses_a_segment_is_named_to_whoever_may_know_of_it(cast: Cast) -> None:
    city = segment('city = "Almaty"', "City", by=cast.ada)
    segment(f'in segment {city.key} and country = "KZ"', "Kazakh", by=cast.ada)
    make(name="Win back", object_key=PERSON, by=cast.ada, draft={
        "trigger": {"kind": "segment", "segment": city.key, "on": "entered"}, "steps": []})  # fmt: skip
    blind = replace(cast.ada, rights=Rights(
        EVERYTHING.reaches, frozenset({"rules.shape"}), {PERSON: {"country": FieldRight.NONE}}))  # fmt: skip
    assert {use.name for use in uses_of_segment(city, by=cast.ada)} == {"Kazakh", "Win back"}
    told = uses_of_segment(city, by=blind)
    assert {(str(use.what), use.name, use.url) for use in told} == {
        ("Segment", "one that you may not see", ""), ("Automation", "one that you may not see", "")}  # fmt: skip
    with pytest.raises(Conflict) as refused:
        retire(city, by=blind)
    assert "Kazakh" not in str(refused.value)
