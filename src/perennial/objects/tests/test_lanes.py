"""Records by the values of a field: first rows, the pages behind them, totals."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from perennial.conditions.tree import every
from perennial.foundation.errors import NotFound
from perennial.foundation.money import Money
from perennial.objects import query
from perennial.objects.fact_indexes import want_fact_index
from perennial.objects.facts import facts
from perennial.objects.schema import condition_of
from perennial.objects.tests.world import GARDEN, GardenFacts
from perennial.objects.views import walks
from perennial.objects.views.lanes import (
    Lane,
    LaneValue,
    lane_by_name,
    lane_condition,
    lane_page,
    lane_values,
    lanes,
)
from perennial.objects.views.totals import Total, totals_by
from perennial.objects.views.walks import indexed_pairs
from perennial.objects.writing import create_records
from perennial.workspace.tests.cast import Cast


@pytest.fixture
def gardens(cast: Cast) -> list[int]:
    rows = [{"name": f"Garden {n:02}", "soil": "clay" if n % 3 else "loam", "worth": n if n % 4 else None,
             "country": ["KZ", "BA", None][n % 3], "is_open": [True, False, None][n % 3],
             "owner": cast.ben_user.pk if n % 2 else None} for n in range(20)]  # fmt: skip
    ids = [result.id or 0 for result in create_records(GARDEN, rows, by=cast.ada).results]
    create_records(GARDEN, [{"name": "Part", "parent": ids[3]}], by=cast.ada)
    return ids


def shown(lanes: list[Lane]) -> dict[str, list[str]]:
    return {lane.of.name: [row.title for row in lane.rows] for lane in lanes}


@pytest.mark.parametrize("key", ["soil", "owner", "team", "is_open", "country", "parent"])
@pytest.mark.parametrize("sort", ["name", "-worth", "soil,-worth", "-fact:tests.visits,name"])
def test_lanes_and_their_pages_hold_each_record_once(cast: Cast, gardens: list[int], key: str, sort: str) -> None:
    GardenFacts.objects.create(garden_id=gardens[5], visits=3)
    values = lane_values(GARDEN, key, by=cast.ada, sort=sort)
    indexed_pairs(GARDEN.table)  # asked for once in the life of a process
    want_fact_index(facts["tests.visits"])
    with CaptureQueriesContext(connection) as asked:
        found = lanes(GARDEN, key, values, by=cast.ada, columns=["worth", key], sort=sort, limit=3)
    assert len(asked) == 1
    seen: list[int] = []
    for lane in found:
        where, ids, after = lane_condition(key, lane.of.value), [row.id for row in lane.rows], lane.next
        while after:
            page = lane_page(GARDEN, key, lane.of.value, by=cast.ada, columns=[], sort=sort, limit=3, after=after)
            ids, after = [*ids, *(row.id for row in page.rows)], page.next
        whole = [row.id for row in query.select(GARDEN, by=cast.ada, where=where, sort=sort, limit=100).rows]
        assert ids == whole, lane.of
        seen += ids
    assert len(seen) == len(set(seen)) == 21


@pytest.mark.parametrize("is_indexed", [True, False])
@pytest.mark.parametrize("asked", ["", 'name starts with "Garden"', 'soil = "loam" and worth > 3', "worth is empty"])
@pytest.mark.parametrize("sort", ["worth", "-worth,name"])
def test_a_lane_that_is_not_found_at_once_goes_on_from_where_it_was_left(
    cast: Cast, gardens: list[int], monkeypatch: pytest.MonkeyPatch, sort: str, asked: str, is_indexed: bool
) -> None:
    """As in a table so large that its records are not looked at to the end."""
    monkeypatch.setattr(walks, "OF_A_LANE", 5)
    monkeypatch.setattr(walks, "OF_ALL", 7)
    if is_indexed:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("CREATE INDEX garden_test ON objects_tests_garden (country, worth, id)")
    indexed_pairs.cache_clear()
    for by in (cast.ada, cast.ben):
        where = condition_of(GARDEN, asked, by=by)
        values = lane_values(GARDEN, "country", by=by, where=where, sort=sort)
        for limit in (2, 20):
            found = lanes(GARDEN, "country", values, by=by, columns=[], where=where, sort=sort, limit=limit)
            for lane in found:
                ids, after = [row.id for row in lane.rows], lane.next
                while after:
                    page = lane_page(GARDEN, "country", lane.of.value, by=by, columns=[], where=where, sort=sort,
                                     limit=limit, after=after)  # fmt: skip
                    ids, after = [*ids, *(row.id for row in page.rows)], page.next
                theirs = every(where, lane_condition("country", lane.of.value))
                assert ids == [row.id for row in query.select(GARDEN, by=by, where=theirs, sort=sort).rows]
    assert all(lane.rows == [] and lane.next is None
               for lane in lanes(GARDEN, "country", values, by=cast.dov, columns=[], sort=sort))  # fmt: skip
    indexed_pairs.cache_clear()


def test_a_lane_without_a_value_is_read_from_the_index_that_has_it_together(cast: Cast, gardens: list[int]) -> None:
    for way in ("", "DESC"):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"CREATE INDEX garden_test ON objects_tests_garden (country, worth {way}, id {way})")
        indexed_pairs.cache_clear()
        assert indexed_pairs(GARDEN.table)["country", "worth"] == (not way, True)
        for sort in ("worth", "-worth", "-worth,name"):
            whole = [row.id for row in query.select(GARDEN, by=cast.ada, sort=sort, limit=100).rows]
            page = lane_page(GARDEN, "country", None, by=cast.ada, columns=["country"], sort=sort, after=None)
            assert len(page.rows) == 7
            assert {row.values["country"] for row in page.rows} == {None}
            assert [row.id for row in page.rows] == [id for id in whole if id in {row.id for row in page.rows}]
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX garden_test")
        indexed_pairs.cache_clear()


def test_lanes_keep_filter_search_and_access(cast: Cast, gardens: list[int]) -> None:
    values = lane_values(GARDEN, "soil", by=cast.ben)
    assert [each.name for each in values] == ["loam", "clay"]
    where = condition_of(GARDEN, "worth > 10", by=cast.ben)
    found = shown(lanes(GARDEN, "soil", values, by=cast.ben, columns=[], where=where))
    assert found == {"loam": ["Garden 15"], "clay": ["Garden 11", "Garden 13", "Garden 17", "Garden 19"]}
    assert shown(lanes(GARDEN, "soil", values, by=cast.ada, columns=[], search="garden 1", where=where))["loam"] == [
        "Garden 15", "Garden 18"]  # fmt: skip
    assert shown(lanes(GARDEN, "soil", values, by=cast.dov, columns=[])) == {"loam": [], "clay": []}
    assert totals_by(GARDEN, "soil", by=cast.dov) == {}
    hidden = [each.title for each in lane_values(GARDEN, "parent", by=cast.ben)]
    assert "Garden 00" not in hidden


def test_totals_are_of_everything_that_matches_and_may_be_seen(cast: Cast, gardens: list[int]) -> None:
    asked = ["sum:worth", "average:size", "most:worth"]
    where = condition_of(GARDEN, 'name starts with "Garden"', by=cast.ada)
    found = totals_by(GARDEN, "soil", asked, by=cast.ada, where=where)
    worths = {soil: [n for n in range(20) if n % 4 and bool(n % 3) == (soil == "clay")] for soil in ("loam", "clay")}
    assert found["clay"] == Total(13, (Money(Decimal(sum(worths["clay"])), "GBP"), None, Money(Decimal(19), "GBP")))
    assert found["loam"].count == 7
    assert totals_by(GARDEN, "soil", by=cast.ben)["clay"].count == 7
    assert totals_by(GARDEN, "", ["sum:worth"], by=cast.ada)[None].values == (
        Money(Decimal(sum(n for n in range(20) if n % 4)), "GBP"),)  # fmt: skip
    both = every(where, lane_condition("soil", "clay"))
    assert totals_by(GARDEN, "is_open", by=cast.ada, where=both)[False].count == 7


@pytest.mark.parametrize(("key", "name"), [
    ("soil", "granite"), ("owner", "x"), ("owner", "-1"), ("parent", "1e3"), ("is_open", "maybe"), ("nonsense", "1"),
    ("country", "Narnia"), ("soil", ""),
])  # fmt: skip
def test_a_lane_that_is_none_is_not_there(cast: Cast, key: str, name: str) -> None:
    with pytest.raises(NotFound):
        lane_by_name(GARDEN, key, name)


@pytest.mark.parametrize("value", ["none", "=", "=none", "loam", "==x"])
def test_every_value_has_a_name_of_its_own(value: str) -> None:
    named = LaneValue(value, value).name
    assert named != LaneValue(None, "").name
    assert named.removeprefix("=") == value or named == value
