"""Making and changing segments: versions, states, who may, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from perennial.conditions import ConditionError
from perennial.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from perennial.foundation.sql import execute, fetch
from perennial.objects.made.uses import uses_of
from perennial.objects.types import object_types
from perennial.rules.changing import (
    change_rule,
    describe,
    make_segment,
    pause,
    publish,
    restore,
    retire,
    roll_back,
)
from perennial.rules.models import Segment
from perennial.rules.rebuilding import check_stays, rebuild_stays
from perennial.rules.segments import members, memberships_of, segment_by_key, segments_of, versions_of
from perennial.rules.using import uses_of_segment
from perennial.rules.versions import clause_changes
from perennial.workspace.tests.cast import make_cast
from tests.segments.world import PERSON, inside, it_is, person, rule, segment, settled, told, update


@contextmanager
def refused(words: str) -> Iterator[None]:
    with pytest.raises(Invalid) as error:
        yield
    assert words in " ".join(map(str, error.value.fields.values()))


@pytest.fixture
def cast():
    found = make_cast()
    it_is(100)
    return found


def test_a_new_version_moves_people_tells_of_it_and_can_be_rolled_back(cast) -> None:
    person("Cleo", country="KZ")
    person("Dov", country="BA")
    made = segment('country = "KZ"', by=cast.ada)
    number = change_rule(made, rule('country = "BA"'), by=cast.ada, number=1, note="They moved")
    settled()
    assert (number, inside(made)) == (2, {"Dov"})
    assert sorted(told(made)) == [("Cleo", "left"), ("Dov", "entered")]
    with pytest.raises(Stale):
        change_rule(made, rule("country is empty"), by=cast.ada, number=1)
    assert roll_back(made, 1, by=cast.ada) == 3
    settled()
    assert inside(made) == {"Cleo"}
    found = versions_of(made)
    assert [each.number for each in found] == [3, 2, 1]
    assert found[1].note == "They moved"
    assert [(each.what, each.text) for each in clause_changes(found[2].condition, found[1].condition)] == [
        ("removed", 'country = "KZ"'), ("added", 'country = "BA"'),
    ]  # fmt: skip
    logged = fetch(
        "SELECT count(*) FROM timeline_change WHERE object_key = 'rules.segment' AND record_id = %s", [made.pk]
    )
    assert logged == [(3,)]


def test_paused_people_stay_retired_nobody_does(cast) -> None:
    cleo = person("Cleo", country="KZ")
    made = segment('country = "KZ"', by=cast.ada)
    pause(made, by=cast.ada)
    update(cleo, country="BA")
    settled()
    assert inside(made) == {"Cleo"}
    publish(made, by=cast.ada)
    settled()
    assert inside(made) == set()
    update(cleo, country="KZ")
    settled()
    retire(made, by=cast.ada)
    assert inside(made) == set()
    with pytest.raises(ConditionError):
        rule(f"in segment {made.key}")
    restore(made, by=cast.ada)
    settled()
    assert inside(made) == {"Cleo"}
    assert told(made) == [("Cleo", "left"), ("Cleo", "entered")]


def test_a_draft_has_no_members_until_it_is_published(cast) -> None:
    person("Cleo", country="KZ")
    made = segment('country = "KZ"', by=cast.ada, is_live=False)
    assert inside(made) == set()
    publish(made, by=cast.ada)
    settled()
    assert inside(made) == {"Cleo"}


def test_what_makes_no_sense_is_refused_with_a_sentence(cast) -> None:
    kind = object_types[PERSON]
    one = segment('country = "KZ"', "One", by=cast.ada)
    two = segment(f"in segment {one.key}", "Two", by=cast.ada)
    with refused("ask for itself"):
        change_rule(one, rule(f"in segment {two.key}"), by=cast.ada)
    with refused("ask for itself"):
        change_rule(one, rule(f"in segment {one.key} or country is empty"), by=cast.ada)
    with refused("same for everybody"):
        make_segment(kind, "Mine", rule("owner is me"), by=cast.ada)
    with refused("of this name already"):
        make_segment(kind, "one", rule("country is empty"), by=cast.ada)
    with pytest.raises(Conflict, match="Two"):
        retire(one, by=cast.ada)
    describe(one, by=cast.ada, name="First")
    assert [(str(use.what), use.name) for use in uses_of_segment(one, by=cast.ada)] == [("Segment", "Two")]
    assert ("Segment", "First") in [(str(use.what), use.name) for use in uses_of(PERSON, "country")]


def test_whoever_may_not_shape_changes_nothing_and_members_are_shown_to_whoever_may_see_them(cast) -> None:
    cleo = person("Cleo", country="KZ", owner_id=cast.ben_user.pk)
    person("Anne", country="KZ")
    made = segment('country = "KZ"', by=cast.ada)
    for who in (cast.ben, cast.dov):
        with pytest.raises(Forbidden):
            make_segment(object_types[PERSON], "Theirs", rule("country is empty"), by=who)
        with pytest.raises(Forbidden):
            change_rule(made, rule("country is empty"), by=who)
        with pytest.raises(Forbidden):
            retire(made, by=who)
    assert [row.title for row in members(made, by=cast.ada).rows] == ["Cleo", "Anne"]
    assert [row.title for row in members(made, by=cast.ben).rows] == ["Cleo"]
    assert segments_of(by=cast.ben) == [made]
    assert segments_of(by=cast.dov) == []
    with pytest.raises(NotFound):
        segment_by_key(made.key, by=cast.dov)
    with pytest.raises(NotFound):
        memberships_of(object_types[PERSON], cleo.pk, by=cast.dov)
    (stay,) = memberships_of(object_types[PERSON], cleo.pk, by=cast.ben)
    assert stay.segment == made
    assert Segment.objects.get(pk=made.pk).members == 2


def test_a_rebuild_says_what_is_wrong_and_mends_it(cast) -> None:
    person("Cleo", country="KZ")
    dov = person("Dov", country="BA")
    made = segment('country = "KZ"', by=cast.ada)
    assert check_stays().is_same
    execute("UPDATE rules_stay SET record_id = %s WHERE segment_id = %s", [dov.pk, made.pk])
    found = check_stays()
    assert (found.segments, found.different) == (1, 2)
    rebuild_stays()
    assert check_stays().is_same
    assert inside(made) == {"Cleo"}


def test_a_record_page_shows_the_segments_it_is_in(cast, client) -> None:
    cleo = person("Cleo", country="KZ")
    segment('country = "KZ"', "Of the steppe", by=cast.ada)
    client.force_login(cast.ada_user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/o/customers.person/{cleo.pk}/").content.decode()
    assert "Of the steppe" in page
    client.force_login(cast.dov_user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/o/customers.person/{cleo.pk}/").status_code == 404
