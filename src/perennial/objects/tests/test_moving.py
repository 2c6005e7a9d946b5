"""Moving a record to another lane or day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from perennial.foundation.errors import Forbidden, Invalid, NotFound
from perennial.objects import query
from perennial.objects.fields import Link
from perennial.objects.running import undo_run
from perennial.objects.tests.world import GARDEN, VISIT
from perennial.objects.views.moving import can_move, move, move_to_day
from perennial.objects.writing import create_record
from perennial.workspace.tests.cast import Cast


def value(kind, id: int, key: str, by) -> object:
    return query.get(kind, id, by=by, columns=(key,)).values[key]


def test_a_card_moves_to_another_lane_and_back(cast: Cast) -> None:
    id = create_record(GARDEN, {"name": "Kew", "soil": "loam"}, by=cast.ada)
    run = move(GARDEN, id, "soil", "clay", by=cast.ada)
    assert value(GARDEN, id, "soil", cast.ada) == "clay"
    undo_run(run.id, by=cast.ada)
    assert value(GARDEN, id, "soil", cast.ada) == "loam"
    move(GARDEN, id, "owner", cast.ben_user.pk, by=cast.ada)
    assert value(GARDEN, id, "owner", cast.ada) == Link("workspace.user", cast.ben_user.pk, "Ben")
    move(GARDEN, id, "owner", None, by=cast.ada)
    assert value(GARDEN, id, "owner", cast.ada) is None


def test_only_who_may_change_a_record_moves_it(cast: Cast) -> None:
    mine = create_record(GARDEN, {"name": "Mine"}, by=cast.ada)
    his = create_record(GARDEN, {"name": "His", "owner": cast.ben_user.pk}, by=cast.ada)
    assert can_move(GARDEN, "soil", by=cast.ben)
    assert not can_move(GARDEN, "soil", by=cast.dov)
    assert not can_move(GARDEN, "created_at", by=cast.ada)
    move(GARDEN, his, "soil", "clay", by=cast.ben)
    for actor in (cast.ben, cast.dov):
        with pytest.raises(NotFound):
            move(GARDEN, mine, "soil", "clay", by=actor)
    with pytest.raises(Forbidden):
        move(GARDEN, mine, "created_at", "2026-01-01", by=cast.ada)
    with pytest.raises(Invalid):
        move(GARDEN, mine, "soil", "granite", by=cast.ada)
    assert value(GARDEN, mine, "soil", cast.ada) == "loam"


def test_a_day_moves_and_a_moment_keeps_its_time(cast: Cast) -> None:
    garden = create_record(GARDEN, {"name": "Kew", "planted": "2026-03-01"}, by=cast.ada)
    move_to_day(GARDEN, garden, "planted", date(2026, 4, 2), by=cast.ada)
    assert value(GARDEN, garden, "planted", cast.ada) == date(2026, 4, 2)
    at = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
    visit = create_record(VISIT, {"garden": garden, "note": "x", "at": at.isoformat()}, by=cast.ada)
    move_to_day(VISIT, visit, "at", date(2026, 4, 2), by=cast.ada)
    # The clock in London went forward meanwhile: half past nine there stays half past nine.
    assert value(VISIT, visit, "at", cast.ada) == datetime(2026, 4, 2, 8, 30, tzinfo=UTC)
    empty = create_record(VISIT, {"garden": garden, "note": "x"}, by=cast.ada)
    move_to_day(VISIT, empty, "at", date(2026, 1, 2), by=cast.ada)
    assert value(VISIT, empty, "at", cast.ada) == datetime(2026, 1, 2, 9, 0, tzinfo=UTC)
