"""What websites and apps call by names of their own can be asked in PostgreSQL and in the lake, and found the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from perennial.conditions.check import check
from perennial.conditions.errors import ConditionError
from perennial.conditions.text import parse
from perennial.foundation import clock
from perennial.foundation.errors import Forbidden
from perennial.lake.exporting import export_all
from perennial.lake.reader import open_lake
from perennial.lake.records import records_of
from perennial.lake.tests.reading import rows
from perennial.lake.tests.world import ORCHARD, Orchard
from perennial.objects import query
from perennial.objects.made.catalogue import follow, follow_now, forget
from perennial.objects.observed.hiding import hide, observed, show
from perennial.objects.observed.models import ObservedEvent
from perennial.objects.observed.noting import MOST_PROPERTIES, MOST_TYPES, UNSEEN_FOR
from perennial.objects.observed.types import OBSERVED, event_type, every_event_type
from perennial.objects.schema import schema_of
from perennial.timeline.record import NewEvent, record
from perennial.workspace.actor import SYSTEM
from perennial.workspace.tests.cast import make_cast

TASTED = "custom.fruit_tasted"


def taste(orchard: int, **properties: Any) -> NewEvent:
    return NewEvent(TASTED, None, properties, subject_kind="tests.orchard", subject_id=orchard)


def found(text: str) -> tuple[list[int], list[int]]:
    """Whom PostgreSQL finds, and whom the lake."""
    condition = check(parse(text), schema_of(ORCHARD))
    in_database = [row.id for row in query.select(ORCHARD, by=SYSTEM, where=condition, columns=["name"]).rows]
    with open_lake() as lake:
        there = lake.answer(records_of(lake, ORCHARD, by=SYSTEM, where=condition).select("id"))
    return sorted(in_database), sorted(row["id"] for row in there)


def test_kinds_are_told_from_the_values(lake: Path) -> None:
    record([
        taste(1, Fruit="pear", sweetness=3, ripe=True, **{"picked on": "2026-05-01"}, at="2026-05-01T10:00:00Z",
              paid={"amount": "2.50", "currency": "GBP"}, tags=["a"], nested={"a": 1}, **{"$name": "Fruit Tasted"}),
        taste(2, Fruit="plum", sweetness=3.5, ripe=None),
    ])  # fmt: skip
    export_all()
    tasted = event_type(TASTED)
    assert tasted is not None
    assert tasted.label == "Fruit tasted"
    assert {each.key: each.kind for each in tasted.properties} == {
        "Fruit": "text", "sweetness": "number", "ripe": "flag", "picked on": "day", "at": "moment", "paid": "money",
    }  # fmt: skip
    assert tasted in every_event_type()


def test_they_are_asked_like_any_other_event(lake: Path) -> None:
    first, second = (int(Orchard.objects.create(name=name).pk) for name in ("Ada's", "Ben's"))
    record([taste(first, Fruit="pear", sweetness=3), taste(first, Fruit="plum", sweetness=4.5)])
    export_all()
    record([taste(second, Fruit="pear", sweetness="very")])
    export_all()
    for text, expected in (
        (f"did {TASTED} at least 2 times", [first]),
        (f'did {TASTED} where (Fruit = "pear")', [first, second]),
        (f"sum(sweetness of {TASTED}) > 7", [first]),
        (f"did {TASTED} where (sweetness >= 3)", [first]),  # "very" is no number
        (f"did not {TASTED} where (sweetness is filled)", [second]),
    ):
        assert found(text) == (expected, expected), text


def test_a_property_that_comes_later_gets_its_column_before_its_first_event_lands(lake: Path) -> None:
    orchard = int(Orchard.objects.create(name="Ada's").pk)
    record([taste(orchard, Fruit="pear")])
    export_all()
    record([taste(orchard, colour="green")])
    export_all()
    assert found(f'did {TASTED} where (colour = "green")') == ([orchard], [orchard])
    assert rows("SELECT count(*) FROM events") == [(2,)]


def test_two_spellings_are_two_properties(lake: Path) -> None:
    orchard = int(Orchard.objects.create(name="Ada's").pk)
    record([taste(orchard, Size="a"), taste(orchard, size="b")])
    export_all()
    assert found(f'did {TASTED} where (Size = "a")') == ([orchard], [orchard])
    assert found(f'did {TASTED} where (Size = "b")') == ([], [])


def test_names_without_end_fill_a_bounded_list(lake: Path) -> None:
    record([taste(1, **{f"key {number}": number}) for number in range(MOST_PROPERTIES * 2)])
    record([taste(1, **{"x" * 500: 1, "'; DROP TABLE objects_observed_event; --": 1, "": 2, '"]) x': 3})])
    record([NewEvent("", None), NewEvent("custom.empty", None)])
    export_all()
    export_all()
    tasted = event_type(TASTED)
    assert tasted is not None
    assert len(tasted.properties) == MOST_PROPERTIES
    assert ObservedEvent.objects.count() == 2
    assert rows("SELECT count(*) FROM events") == [(MOST_PROPERTIES * 2 + 3,)]


def test_another_process_learns_of_them(lake: Path) -> None:
    record([taste(1, Fruit="pear")])
    export_all()
    forget()
    assert event_type(TASTED) is None
    follow()
    assert event_type(TASTED) is not None


def test_what_was_never_seen_is_unknown(lake: Path) -> None:
    with pytest.raises(ConditionError, match="There is no event"):
        check(parse("did custom.never_seen"), schema_of(ORCHARD))


def told(source: str, *names: str) -> list[NewEvent]:
    return [NewEvent(f"custom.{name}", None, {"a": 1}, source=source) for name in names]


def offered() -> set[str]:
    return {each.key for each in every_event_type() if each.team == OBSERVED}


def test_one_key_fills_its_own_list_and_nobody_elses(lake: Path) -> None:
    """One batch of names without end is no way around, and what is known already stays."""
    record(told("Shop", "viewed"))
    export_all()
    record(told("Public", *(f"junk_{number:04}" for number in range(MOST_TYPES + 40))))
    export_all()
    assert ObservedEvent.objects.filter(source="Public").count() == MOST_TYPES
    record(told("Shop", "added"))
    record(told("Public", "more"))
    export_all()
    assert {"custom.viewed", "custom.added"} <= offered()
    assert event_type("custom.more") is None


def test_what_nobody_sends_any_more_makes_room_and_comes_back(lake: Path) -> None:
    record(told("Public", *(f"junk_{number:04}" for number in range(MOST_TYPES))))
    export_all()
    old = ObservedEvent.objects.filter(type__in=["custom.junk_0007", "custom.junk_0008"])
    old.update(seen_at=clock.real_now() - UNSEEN_FOR * 2)
    forget()
    follow_now()
    record(told("Public", "new"))
    export_all()
    assert "custom.new" in offered()
    assert "custom.junk_0007" not in offered()
    assert event_type("custom.junk_0007") is not None  # whatever names it goes on
    check(parse("did custom.junk_0007"), schema_of(ORCHARD))
    ObservedEvent.objects.filter(type="custom.new").update(seen_at=clock.real_now() - UNSEEN_FOR * 2)
    forget()
    follow_now()
    record(told("Public", "junk_0007"))
    export_all()
    assert "custom.junk_0007" in offered()


def test_what_somebody_hid_stays_hidden(lake: Path) -> None:
    cast = make_cast()
    record(told("Shop", "viewed", "added"))
    export_all()
    (viewed,) = ObservedEvent.objects.filter(type="custom.viewed")
    for by in (cast.ben, cast.dov):
        with pytest.raises(Forbidden):
            hide([viewed.pk], by=by)
        with pytest.raises(Forbidden):
            observed(by)
    client = Client()
    client.force_login(cast.ada_user)
    assert "custom.viewed" in client.get("/settings/events/").content.decode()
    assert client.post("/settings/events/", {"id": [viewed.pk, "x", 2**70], "does": "hide"}).status_code == 302
    ObservedEvent.objects.update(seen_at=clock.real_now() - UNSEEN_FOR * 2)
    forget()
    follow_now()
    record(told("Shop", "viewed", "added"))
    export_all()
    assert offered() == {"custom.added"}
    client.force_login(cast.ben_user)
    assert client.get("/settings/events/").status_code == 404
    assert show([viewed.pk], by=cast.ada) == 1
    assert offered() == {"custom.added", "custom.viewed"}
