"""Segments of kinds with many records: the lake says who is in them, and the database about whom it touched since."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from perennial.lake.exporting import export_all
from perennial.objects.types import object_types
from perennial.rules import behind, everybody, live
from perennial.rules.changing import make_segment
from perennial.rules.models import Segment
from perennial.rules.sweeping import sweep_some
from perennial.workspace.actor import SYSTEM
from tests.segments.test_random import RULES
from tests.segments.world import CALLED, day, did, fresh, inside, it_is, known, ordered, person, rule, settled, told


@pytest.fixture(autouse=True)
def lake(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A lake of everybody there is, and hardly anybody is many already."""
    settings.LAKE_URL = str(tmp_path / "lake")
    monkeypatch.setattr(everybody, "LARGE", -1)
    everybody.forget_round()
    yield tmp_path / "lake"
    everybody.forget_round()


def goes_live(text: str, name: str = "Chosen", kind: str = "customers.person") -> Segment:
    return make_segment(object_types[kind], name, rule(text, kind), by=SYSTEM, is_live=True)


def by_lake(*, is_exported: bool = False) -> int:
    """How many were swept together, once the lake is far enough."""
    for _time in range(500):
        if not is_exported:
            export_all()
        if done := sweep_some():
            return done
        time.sleep(0.02)
    return 0


def test_it_waits_for_the_lake_and_then_answers_for_all_that_wait() -> None:
    firm = known("Peltier", kind="company", country="BA")
    cleo, anne = person("Cleo", country="KZ"), person("Anne", company=firm, country="GB")
    person("Dov", at=3)
    did(cleo, CALLED, 80)
    did(cleo, CALLED, 95)
    did(anne, CALLED, 99)
    ordered(anne, day(70), 70)
    ordered(anne, day(90), 90)
    export_all()
    asked = [RULES[number] for number in (0, 2, 3, 8, 9)]
    made = [goes_live(text, f"Rule {number}", kind) for number, (kind, text) in enumerate(asked)]
    outer = goes_live(f"in segment {made[0].key} or in segment {made[1].key}", "Outer")
    ordered(anne, day(91), 70)
    assert sweep_some() == 0  # the lake has not seen the last order
    assert by_lake() == len(made)
    assert Segment.objects.get(pk=outer.pk).is_sweeping  # it asks for members of the others, and is looked at after
    settled()
    for each in (*made, outer):
        assert inside(each) == fresh(each), each.name
    assert inside(outer) == {"Cleo", "Anne"}


def test_whoever_is_touched_while_the_lake_is_asked_is_asked_about_anew() -> None:
    cleo, dov = person("Cleo"), person("Dov")
    did(dov, CALLED, 72)
    export_all()
    made = goes_live(f"did {CALLED} within 30 days")
    live.turn()
    assert sweep_some() == 0
    export_all()
    did(cleo, CALLED, 99)
    live.turn()  # kept for afterwards
    it_is(103)
    assert by_lake(is_exported=True) == 1
    assert inside(made) == set()
    settled()
    assert inside(made) == {"Cleo"} == fresh(made)
    assert told(made) == [("Cleo", "entered")]


def test_what_the_lake_cannot_say_the_database_does(lake: Path) -> None:
    did(person("Cleo"), CALLED, 95)
    export_all()
    made = goes_live(f"did {CALLED} within 30 days")
    assert sweep_some() == 0
    export_all()
    shutil.rmtree(lake)
    assert sweep_some() == 0
    settled()
    assert inside(made) == {"Cleo"} == fresh(made)


def test_far_behind_it_asks_about_everybody_instead_of_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for owner, name, value in ((behind, "LEAST", 5), (live, "ROWS", 3), (live, "BEHIND_AFTER", 1)):
        monkeypatch.setattr(owner, name, value)
    cleo, dov = person("Cleo"), person("Dov")
    export_all()
    calls = goes_live(f"did {CALLED} at least 2 times")
    lucky = goes_live('country = "KZ"', "Lucky")
    by_lake()
    for number in range(12):
        did(cleo if number % 3 else dov, CALLED, 80 + number)
    for _time in range(100):
        if live.turn() == 0:
            break
    asked = Segment.objects.get(pk=calls.pk)
    assert (asked.is_sweeping, asked.wanted_cause) == (True, "many")
    assert not Segment.objects.get(pk=lucky.pk).is_sweeping  # no call can alter it
    export_all()
    settled()
    assert inside(calls) == {"Cleo", "Dov"} == fresh(calls)
    assert sorted(told(calls)) == [("Cleo", "entered"), ("Dov", "entered")]
