from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from perennial.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from perennial.foundation.money import Money
from perennial.foundation.sql import fetch
from perennial.objects import query
from perennial.objects.tests.world import GARDEN, VISIT, Garden
from perennial.objects.writing import (
    create_record,
    create_records,
    delete_record,
    delete_records,
    restore_record,
    update_record,
    update_records,
    upsert_records,
)  # fmt: skip
from perennial.workspace.tests.cast import Cast


def changes(record_id: int) -> list[tuple[object, ...]]:
    rows = fetch(
        'SELECT kind, "values", actor, action FROM timeline_change WHERE record_id = %s AND object_key = %s'
        " ORDER BY id",
        [record_id, GARDEN.key],
    )
    return [(kind, json.loads(values), actor, action) for kind, values, actor, action in rows]


def test_creating_stores_logs_and_answers_for_each_row(cast: Cast) -> None:
    run = create_records(
        GARDEN,
        [
            {"name": " Kew ", "email": "Info@KEW.org", "worth": "1,000.5", "country": "UK", "is_open": "yes"},
            {"email": "no name"},
            {"name": "Bad", "size": 0},
            {"name": "X", "colour": "red", "created_at": "2020-01-01"},
            "not a row",  # type: ignore[list-item]
            {"name": "Y", "parent": 999_999},
        ],
        by=cast.ada,
    )
    assert [result.code for result in run.results] == ["done", *["invalid"] * 5]
    assert run.sentence == "Created 1 × Garden"
    assert set(run.results[1].data["fields"]) == {"name", "email"}
    assert set(run.results[2].data["fields"]) == {"size"}
    assert set(run.results[3].data["fields"]) == {"colour", "created_at"}
    assert set(run.results[5].data["fields"]) == {"parent"}
    row = query.get(GARDEN, run.results[0].id or 0, by=cast.ada)
    assert (row.title, row.version, row.values["email"], row.values["country"]) == ("Kew", 1, "info@kew.org", "GB")
    assert row.values["worth"] == Money(Decimal("1000.5000"), "GBP")
    assert row.values["soil"] == "loam"
    ((kind, values, actor, action),) = changes(row.id)
    assert (kind, actor, action) == ("create", cast.ada.log_name, "create")
    assert values == {
        "name": "Kew",
        "email": "info@kew.org",
        "worth": "1000.50",
        "country": "GB",
        "is_open": True,
        "soil": "loam",
    }
    assert fetch("SELECT action, object_key, done, refused FROM objects_run WHERE id = %s", [run.id]) == [
        ("create", GARDEN.key, 1, 5)
    ]


@pytest.mark.parametrize("count", [3, 300])
def test_what_is_taken_is_a_conflict_and_stops_nobody_else(cast: Cast, count: int) -> None:
    create_record(GARDEN, {"name": "First", "external_id": "7"}, by=cast.ada)
    run = create_records(
        GARDEN, [{"name": f"Garden {n}", "external_id": str(n % 200)} for n in range(count)], by=cast.ada
    )
    codes = [result.code for result in run.results]
    assert codes.count("done") == (3 if count == 3 else 199)
    if count == 300:
        assert codes[7] == codes[207] == codes[210] == "conflict"


def test_statements_do_not_grow_with_the_rows(cast: Cast) -> None:
    parent = create_record(GARDEN, {"name": "Kew"}, by=cast.ada)
    counts = []
    for number in (1, 20, 200):
        with CaptureQueriesContext(connection) as asked:
            create_records(GARDEN, [{"name": "A", "parent": parent}] * number, by=cast.ada)
        counts.append(len(asked))
    assert max(counts) <= 10, asked.captured_queries
    ids = list(Garden.objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as asked:
        update_records(GARDEN, {id: {"name": f"B {id}", "worth": id} for id in ids}, by=cast.ada)
    assert len(asked) <= 8


def test_updating_writes_and_logs_only_what_is_different(cast: Cast) -> None:
    one = create_record(GARDEN, {"name": "One", "size": 5}, by=cast.ada)
    two = create_record(GARDEN, {"name": "Two", "email": "two@example.com"}, by=cast.ada)
    run = update_records(
        GARDEN,
        {one: {"name": "One", "size": "5"}, two: {"name": "Zwei", "email": None}, 999_999: {"name": "?"}},
        by=cast.ada,
    )
    assert [result.code for result in run.results] == ["done", "done", "not_found"]
    assert [result.data.get("changed") for result in run.results] == [[], ["email", "name"], None]
    assert [query.get(GARDEN, id, by=cast.ada).version for id in (one, two)] == [1, 2]
    assert changes(two)[-1][:2] == ("update", {"name": ["Two", "Zwei"], "email": ["two@example.com", ""]})
    assert [row.id for row in query.select(GARDEN, by=cast.ada, search="zwei").rows] == [two]
    assert [row.id for row in query.select(GARDEN, by=cast.ada, sort="name").rows] == [one, two]


def test_a_rule_over_several_fields_sees_the_whole_record(cast: Cast) -> None:
    one = create_record(GARDEN, {"name": "One"}, by=cast.ada)
    with pytest.raises(Invalid) as refused:
        update_record(GARDEN, one, {"size": 0}, by=cast.ada)
    assert set(refused.value.fields) == {"size"}
    with pytest.raises(Invalid):
        update_record(GARDEN, one, {"name": ""}, by=cast.ada)


def test_a_stale_version_and_a_taken_value_are_told(cast: Cast) -> None:
    one = create_record(GARDEN, {"name": "One", "external_id": "1"}, by=cast.ada)
    two = create_record(GARDEN, {"name": "Two", "external_id": "2"}, by=cast.ada)
    update_record(GARDEN, one, {"size": 2}, by=cast.ada, version=1)
    with pytest.raises(Stale):
        update_record(GARDEN, one, {"size": 3}, by=cast.ada, version=1)
    with pytest.raises(Conflict):
        update_record(GARDEN, two, {"external_id": "1"}, by=cast.ada)
    run = update_records(GARDEN, {one: {"size": 9}, two: {"external_id": "1"}}, by=cast.ada)
    assert [result.code for result in run.results] == ["done", "conflict"]
    assert query.get(GARDEN, one, by=cast.ada).values["size"] == 9


def test_upserting_creates_what_is_new_and_changes_what_is_there(cast: Cast) -> None:
    create_record(GARDEN, {"name": "One", "external_id": "1"}, by=cast.ada)
    run = upsert_records(
        GARDEN,
        [
            {"external_id": "1", "size": 4},
            {"external_id": "2", "name": "Two"},
            {"name": "none"},
            {"external_id": "2", "size": 8},
            {"external_id": "3"},
            {"external_id": "1", "size": "many"},
        ],
        by=cast.ada,
    )
    assert [result.code for result in run.results] == ["invalid", "done", "invalid", "done", "invalid", "invalid"]
    run = upsert_records(GARDEN, [{"external_id": "1", "size": 4}, {"external_id": "2", "size": 8}], by=cast.ada)
    assert [result.data["made"] for result in run.results] == ["updated", "unchanged"]


def test_deleting_hides_and_restoring_brings_back(cast: Cast) -> None:
    one = create_record(GARDEN, {"name": "One", "external_id": "1"}, by=cast.ada)
    delete_record(GARDEN, one, by=cast.ada)
    with pytest.raises(NotFound):
        delete_record(GARDEN, one, by=cast.ada)
    restore_record(GARDEN, one, by=cast.ada)
    assert query.get(GARDEN, one, by=cast.ada).version == 3
    with pytest.raises(NotFound):
        restore_record(GARDEN, one, by=cast.ada)
    delete_record(GARDEN, one, by=cast.ada)
    create_record(GARDEN, {"name": "Other", "external_id": "1"}, by=cast.ada)
    with pytest.raises(Conflict):
        restore_record(GARDEN, one, by=cast.ada)
    assert [each[0] for each in changes(one)] == ["create", "delete", "restore", "delete"]


def test_rights_are_asked_for_every_verb(cast: Cast) -> None:
    mine = create_record(GARDEN, {"name": "Mine"}, by=cast.ada)
    his = create_record(GARDEN, {"name": "His"}, by=cast.ben)
    assert query.get(GARDEN, his, by=cast.ben).values["owner"].id == cast.ben_user.pk
    with pytest.raises(Invalid):
        create_record(GARDEN, {"name": "For Ada", "owner": cast.ada_user.pk}, by=cast.ben)
    with pytest.raises(Invalid):
        update_record(GARDEN, his, {"owner": cast.ada_user.pk}, by=cast.ben)
    with pytest.raises(NotFound):
        update_record(GARDEN, mine, {"name": "Taken"}, by=cast.ben)
    with pytest.raises(Forbidden):
        delete_records(GARDEN, [his], by=cast.ben)
    with pytest.raises(Forbidden):
        create_records(GARDEN, [{"name": "No"}], by=cast.dov)
    for write in (delete_records, restore_record):
        with pytest.raises(NotFound):
            write(GARDEN, [mine] if write is delete_records else mine, by=cast.dov)
    with pytest.raises(NotFound):
        update_records(GARDEN, {mine: {"name": "No"}}, by=cast.dov)


def test_only_what_one_sees_can_be_linked_to(cast: Cast) -> None:
    secret = create_record(GARDEN, {"name": "Secret"}, by=cast.ada)
    his = create_record(GARDEN, {"name": "His"}, by=cast.ben)
    create_record(VISIT, {"garden": his, "note": "Nice"}, by=cast.ben)
    with pytest.raises(Invalid):
        create_record(VISIT, {"garden": secret, "note": "Nosy"}, by=cast.ben)


def test_imported_history_keeps_its_day(cast: Cast) -> None:
    run = create_records(
        GARDEN,
        [{"name": "Old", "created_at": "2011-12-09T12:50:00Z"}],
        by=cast.ada,
        is_history=True,
        fixed={"is_sample": True},
    )
    row = query.get(GARDEN, run.results[0].id or 0, by=cast.ada, columns=["created_at", "is_sample"])
    assert row.values == {"created_at": datetime(2011, 12, 9, 12, 50, tzinfo=UTC), "is_sample": True}
