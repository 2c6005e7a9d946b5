"""Segments that are kept by hand: putting in and taking out, from a selection or a filter, and taking that back."""

from __future__ import annotations

import pytest

from perennial.foundation.errors import Forbidden, Invalid, NotFound
from perennial.objects.query import select
from perennial.objects.running import run_action, undo_run
from perennial.objects.schema import condition_of
from perennial.objects.types import object_types
from perennial.rules.by_hand import ADD, REMOVE, add_matching
from perennial.rules.changing import make_segment, retire
from perennial.rules.merged import follow_merges
from perennial.rules.models import Segment
from perennial.workspace.tests.cast import make_cast
from tests.segments.world import CALLED, PERSON, did, fresh, inside, it_is, person, rule, segment, settled, told


def test_members_are_put_in_taken_out_and_that_is_taken_back() -> None:
    cast, kind = make_cast(), object_types[PERSON]
    it_is(100)
    cleo, dov = person("Cleo"), person("Dov")
    made = make_segment(kind, "Guests of the fair", by=cast.ada)
    run = run_action(ADD, [cleo.pk, dov.pk], {"segment": made.key}, by=cast.ada, on=PERSON)
    assert inside(made) == {"Cleo", "Dov"}
    run_action(REMOVE, [dov.pk], {"segment": made.key}, by=cast.ada, on=PERSON)
    assert told(made) == [("Cleo", "entered"), ("Dov", "entered"), ("Dov", "left")]
    undone = undo_run(run.id, by=cast.ada)
    assert undone.restored == 1
    assert inside(made) == set()
    assert Segment.objects.get(pk=made.pk).members == 0


def test_all_that_match_are_put_in_by_one_act() -> None:
    cast, kind = make_cast(), object_types[PERSON]
    it_is(100)
    person("Cleo", country="KZ")
    person("Dov", country="BA")
    made = make_segment(kind, "Guests of the fair", by=cast.ada)
    assert add_matching(made, rule('country = "KZ"'), by=cast.ada) == 1
    assert add_matching(made, rule('country = "KZ"'), by=cast.ada) == 0
    assert inside(made) == {"Cleo"}
    shown = select(kind, by=cast.ada, where=condition_of(kind, f"in segment {made.key}", by=cast.ada))
    assert [row.title for row in shown.rows] == ["Cleo"]


def test_a_rule_may_ask_for_members_that_are_put_in_by_hand() -> None:
    cast = make_cast()
    it_is(100)
    cleo = person("Cleo", country="KZ")
    made = make_segment(object_types[PERSON], "Guests of the fair", by=cast.ada)
    outer = segment(f'in segment {made.key} and country = "KZ"', "Guests from Kazakhstan")
    run_action(ADD, [cleo.pk], {"segment": made.key}, by=cast.ada, on=PERSON)
    settled()
    assert inside(outer) == {"Cleo"}


def test_only_whoever_may_shape_segments_puts_records_in_and_only_those_they_see() -> None:
    cast = make_cast()
    it_is(100)
    cleo = person("Cleo")
    made = make_segment(object_types[PERSON], "Guests of the fair", by=cast.ada)
    for who in (cast.ben, cast.dov):
        with pytest.raises((Forbidden, NotFound)):
            run_action(ADD, [cleo.pk], {"segment": made.key}, by=who, on=PERSON)
        with pytest.raises(Forbidden):
            add_matching(made, rule("country is empty"), by=who)
    assert inside(made) == set()
    ruled = segment('country = "KZ"', "Of Kazakhstan")
    with pytest.raises(Invalid):
        run_action(ADD, [cleo.pk], {"segment": ruled.key}, by=cast.ada, on=PERSON)
    retire(made, by=cast.ada)
    with pytest.raises((Invalid, NotFound)):
        run_action(ADD, [cleo.pk], {"segment": made.key}, by=cast.ada, on=PERSON)


def test_members_follow_a_merge_and_come_back_with_it() -> None:
    cast = make_cast()
    it_is(100)
    cleo, twin = person("Cleo"), person("Cleo K.")
    made = make_segment(object_types[PERSON], "Guests of the fair", by=cast.ada)
    run_action(ADD, [twin.pk], {"segment": made.key}, by=cast.ada, on=PERSON)
    merged = {"winner": cleo.pk}
    run_action("customers.merge_customers", [cleo.pk, twin.pk], merged, by=cast.ada, on=PERSON)
    follow_merges()
    assert inside(made) == {"Cleo"}
    run_action("customers.unmerge", [cleo.pk], {"loser": twin.pk}, by=cast.ada, on=PERSON)
    follow_merges()
    assert inside(made) == {"Cleo", "Cleo K."}
    assert follow_merges() == 0


def test_merged_people_are_one_member_by_what_both_did() -> None:
    cast = make_cast()
    it_is(100)
    cleo, twin = person("Cleo"), person("Cleo K.")
    made = segment(f"did {CALLED} at least 2 times")
    did(cleo, CALLED, 90)
    did(twin, CALLED, 91)
    settled()
    assert inside(made) == set()
    run_action("customers.merge_customers", [cleo.pk, twin.pk], {"winner": cleo.pk}, by=cast.ada, on=PERSON)
    settled()
    assert inside(made) == {"Cleo"} == fresh(made)
    run_action("customers.unmerge", [cleo.pk], {"loser": twin.pk}, by=cast.ada, on=PERSON)
    settled()
    assert inside(made) == set() == fresh(made)
