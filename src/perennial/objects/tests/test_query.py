from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from perennial.conditions.errors import ConditionError
from perennial.conditions.text import parse
from perennial.foundation.errors import Invalid, NotFound
from perennial.foundation.money import Money
from perennial.objects import query
from perennial.objects.fields import Link
from perennial.objects.schema import schema_of
from perennial.objects.tests.world import GARDEN, VISIT, GardenFacts
from perennial.objects.writing import create_record, create_records, delete_record
from perennial.workspace.actor import actor_of_user
from perennial.workspace.models import Role
from perennial.workspace.rights import Reach, Rights, same_for_all
from perennial.workspace.tests.cast import Cast


def make(cast: Cast, *names: str, **values: object) -> list[int]:
    return [
        result.id or 0
        for result in create_records(GARDEN, [{"name": name, **values} for name in names], by=cast.ada).results
    ]


def names(page: query.Page) -> list[str]:
    return [row.title for row in page.rows]


def test_a_list_shows_columns_facts_and_links_by_one_statement(cast: Cast) -> None:
    parent = make(cast, "Kew")[0]
    (id,) = make(cast, "Rockery", worth="12.5", parent=parent, country="kz", owner=cast.ben_user.pk)
    GardenFacts.objects.create(garden_id=id, visits=3, spent=Decimal(7))
    columns = ["name", "worth", "parent", "parent.name", "owner", "fact:tests.visits", "fact:tests.spent"]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = query.select(GARDEN, by=cast.ada, columns=columns)
    assert len(asked) == 1
    assert names(page) == ["Kew", "Rockery"]
    assert page.rows[1].values == {
        "name": "Rockery", "worth": Money(Decimal("12.5000"), "GBP"), "parent": Link("tests.garden", parent, "Kew"),
        "parent.name": "Kew", "owner": Link("workspace.user", cast.ben_user.pk, "Ben"), "fact:tests.visits": 3,
        "fact:tests.spent": Money(Decimal(7), "GBP")}  # fmt: skip


@pytest.mark.parametrize(
    "sort",
    [
        "name",
        "-name",
        "worth",
        "-worth",
        "fact:tests.visits",
        "-fact:tests.visits",
        "-id",
        "parent",
        "owner",
        "planted",
        "-is_open",
        "soil",
        "soil,-worth",
        "-worth,name",
        "worth,-planted,parent",
        "-is_open,-fact:tests.visits,name",
        "is_open,id",
    ],
)
def test_pages_follow_each_other_without_gap_or_repeat(cast: Cast, sort: str) -> None:
    parent = make(cast, "Zed")[0]
    for number in range(23):
        (id,) = make(
            cast,
            f"Garden {number % 7}",
            worth=number % 4 if number % 3 else None,
            planted="2026-01-01",
            parent=parent if number % 2 else None,
            is_open=[None, True, False][number % 3],
        )
        if number % 2:
            GardenFacts.objects.create(garden_id=id, visits=number % 5 if number % 4 else None)
    whole = [row.id for row in query.select(GARDEN, by=cast.ada, sort=sort, limit=100).rows]
    assert len(whole) == 24
    paged: list[int] = []
    after = None
    while True:
        page = query.select(GARDEN, by=cast.ada, sort=sort, limit=4, after=after)
        paged += [row.id for row in page.rows]
        after = page.next
        if after is None:
            break
    assert paged == whole
    key = sort.split(",")[0].lstrip("-")
    values = [row.values[key] for row in query.select(GARDEN, by=cast.ada, sort=sort, columns=[key], limit=100).rows]
    filled = [value for value in values if value is not None]
    assert values[: len(filled)] == filled, "rows without a value come last"


def test_several_columns_sort_what_is_alike_in_the_first(cast: Cast) -> None:
    for name, worth in (("B", 1), ("A", 1), ("C", None), ("A", None), ("D", 2)):
        make(cast, name, worth=worth)
    assert names(query.select(GARDEN, by=cast.ada, sort="-worth,name")) == ["D", "A", "B", "A", "C"]
    assert names(query.select(GARDEN, by=cast.ada, sort="worth,-name,worth")) == ["B", "A", "D", "C", "A"]
    with query.stream(GARDEN, by=cast.ada, columns=["name"], sort="-worth,name") as rows:
        assert [row.title for row in rows] == ["D", "A", "B", "A", "C"]
    for wrong in (",", "name,worth,size,planted,country"):
        with pytest.raises(Invalid):
            query.select(GARDEN, by=cast.ada, sort=wrong)


@pytest.mark.parametrize("cursor", ["x", "a" * 5000, "AAAA", "é", "eyJhIjoxfQ", "%00", "-_-_"])
def test_a_foreign_cursor_is_refused(cast: Cast, cursor: str) -> None:
    with pytest.raises(Invalid):
        query.select(GARDEN, by=cast.ada, after=cursor)


def test_a_cursor_belongs_to_its_order(cast: Cast) -> None:
    make(cast, "A", "B", "C")
    cursor = query.select(GARDEN, by=cast.ada, limit=1).next
    with pytest.raises(Invalid):
        query.select(GARDEN, by=cast.ada, limit=1, sort="-name", after=cursor)


def test_reach_decides_what_there_is(cast: Cast) -> None:
    mine, his = make(cast, "Mine")[0], make(cast, "His", owner=cast.ben_user.pk)[0]
    assert names(query.select(GARDEN, by=cast.ada)) == ["His", "Mine"]
    assert names(query.select(GARDEN, by=cast.ben)) == ["His"]
    assert names(query.select(GARDEN, by=cast.dov)) == []
    assert query.get(GARDEN, his, by=cast.ben).title == "His"
    for actor in (cast.ben, cast.dov):
        with pytest.raises(NotFound):
            query.get(GARDEN, mine, by=actor)
    assert query.allowed_ids(GARDEN, [mine, his, 999_999], by=cast.ben, verb="edit") == {his}
    assert query.allowed_ids(GARDEN, [his], by=cast.ben, verb="delete") == set()


def test_a_team_sees_what_belongs_to_it_and_to_its_members(cast: Cast) -> None:
    role = Role.objects.create(key="team", name="Team", rights_json=Rights(same_for_all(view=Reach.TEAM)).to_json())
    cast.dov_user.role = role
    cast.dov_user.save()
    cast.dov_user.teams.add(cast.team)
    make(cast, "Nobody's")
    make(cast, "Ben's", owner=cast.ben_user.pk)
    make(cast, "The team's", team=cast.team.pk)
    make(cast, "Dov's", owner=cast.dov_user.pk)
    assert names(query.select(GARDEN, by=actor_of_user(cast.dov_user))) == ["Ben's", "Dov's", "The team's"]


def test_access_passes_through_to_the_record_that_decides(cast: Cast) -> None:
    mine, his = make(cast, "Mine")[0], make(cast, "His", owner=cast.ben_user.pk)[0]
    for garden in (mine, his, None):
        create_record(VISIT, {"garden": garden, "note": f"to {garden}"}, by=cast.ada)
    assert len(query.select(VISIT, by=cast.ada).rows) == 3
    assert names(query.select(VISIT, by=cast.ben)) == [f"to {his}"]


def test_a_link_to_what_one_may_not_see_has_no_title_and_no_fields(cast: Cast) -> None:
    secret = make(cast, "Secret", country="KZ")[0]
    make(cast, "Open", parent=secret, owner=cast.ben_user.pk)
    columns = ["parent", "parent.country"]
    row = query.select(GARDEN, by=cast.ben, columns=columns).rows[0]
    assert row.values == {"parent": Link("tests.garden", secret, ""), "parent.country": None}
    asked = parse('parent.country = "KZ"', schema_of(GARDEN))
    assert query.select(GARDEN, by=cast.ben, where=asked).rows == []
    assert names(query.select(GARDEN, by=cast.ada, where=asked)) == ["Open"]


def test_deleted_records_are_seen_nowhere(cast: Cast) -> None:
    id = make(cast, "Gone", external_id="g1")[0]
    delete_record(GARDEN, id, by=cast.ada)
    assert query.select(GARDEN, by=cast.ada).rows == []
    assert query.select(GARDEN, by=cast.ada, search="gone").rows == []
    assert query.by_external(GARDEN, ["g1"], by=cast.ada) == {}
    with pytest.raises(NotFound):
        query.get(GARDEN, id, by=cast.ada)


@pytest.mark.parametrize("text", [
    'name = "Kew"', "worth > 3", "parent is empty", "owner is me", "planted within 30 days", "fact:tests.visits > 1",
    'not country = "GB"', "created_at within 1 day", "external_id is filled", "is_sample = false",
    "did tests.thing within 3 days",
])  # fmt: skip
def test_every_field_can_be_asked_about(cast: Cast, text: str) -> None:
    make(cast, "Kew")
    query.select(GARDEN, by=cast.ada, where=parse(text))


def test_unknown_columns_and_sorts_are_refused(cast: Cast) -> None:
    for wrong in ("nonsense", "deleted_at", "fact:tests.nonsense", "parent.nonsense", "name; DROP TABLE"):
        with pytest.raises(ConditionError):
            query.select(GARDEN, by=cast.ada, columns=[wrong])
        with pytest.raises(ConditionError):
            query.select(GARDEN, by=cast.ada, sort=wrong)


def test_few_are_counted_and_many_estimated(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "EXACT_UP_TO", 1_000)
    assert query.estimate(GARDEN, by=cast.ada) == query.Estimate(0, is_exact=True)
    create_records(GARDEN, [{"name": f"Garden {number}"} for number in range(1_200)], by=cast.ada)
    assert not query.estimate(GARDEN, by=cast.ada).is_exact
    assert query.estimate(GARDEN, by=cast.ada, search="garden 77") == query.Estimate(21, is_exact=True)
    assert query.estimate(GARDEN, by=cast.dov).count == 0


def test_streams_need_the_right_to_export(cast: Cast) -> None:
    make(cast, "A", "B", owner=cast.ben_user.pk)
    with query.stream(GARDEN, by=cast.ada, columns=["name"]) as rows:
        assert [row.values["name"] for row in rows] == ["A", "B"]
    with query.stream(GARDEN, by=cast.ben) as rows:
        assert list(rows) == []
