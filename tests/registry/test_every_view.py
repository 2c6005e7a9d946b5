"""Every field of every object type that can be lanes or days shows each record once, and only to who may see it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from perennial.foundation import clock
from perennial.objects.testing import make_records
from perennial.objects.types import ObjectType, object_types
from perennial.objects.views.checking import HOWS, day_fields, lane_fields, number_fields
from perennial.objects.views.days import days
from perennial.objects.views.lanes import lane_page, lane_values, lanes
from perennial.objects.views.totals import totals_by
from perennial.workspace.tests.cast import Cast, make_cast

KINDS = [kind for kind in object_types.values() if not kind.key.startswith("tests.")]


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.mark.parametrize("count", [0, 7], ids=["none", "many"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_every_lane_and_day(kind: ObjectType, count: int, cast: Cast) -> None:
    made = set() if kind.parts else set(make_records(kind, count, by=cast.ada))
    numbers = number_fields(kind, [field.key for field in kind.fields])
    totals = [f"{how}:{key}" for key in numbers for how in HOWS]
    for key in lane_fields(kind, by=cast.ada):
        values = lane_values(kind, key, by=cast.ada)
        found = lanes(kind, key, values, by=cast.ada, columns=kind.list.columns, limit=3)
        ids = [row.id for lane in found for row in lane.rows]
        for lane in found:
            while lane.next:
                page = lane_page(kind, key, lane.of.value, by=cast.ada, columns=(), limit=3, after=lane.next)
                ids += [row.id for row in page.rows]
                lane.next = page.next
        assert len(ids) == len(set(ids)), key
        assert made <= set(ids), key
        assert sum(total.count for total in totals_by(kind, key, totals, by=cast.ada).values()) >= len(made)
        assert not any(lane.rows for lane in lanes(kind, key, values, by=cast.dov, columns=()))
        assert totals_by(kind, key, by=cast.dov) == {}
    for key in day_fields(kind, by=cast.ada):
        first = clock.now().date() - timedelta(days=3)
        found = days(kind, key, first, 7, by=cast.ada, columns=kind.list.columns, limit=100)
        assert all(each.day >= first for each in found)
        assert not any(each.rows for each in days(kind, key, first, 7, by=cast.dov, columns=()))
