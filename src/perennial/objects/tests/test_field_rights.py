"""A field that a role may not read is not there for its holders, whatever they ask; one it may not write stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from perennial.conditions.errors import ConditionError
from perennial.conditions.tree import Compare, Op
from perennial.foundation.errors import Conflict, Invalid
from perennial.objects import query
from perennial.objects.exporting import csv_rows, exported_columns
from perennial.objects.facts import facts
from perennial.objects.field_rights import hidden, locked, readable, writable
from perennial.objects.history import history
from perennial.objects.schema import column_of, condition_of, schema_of, sort_of
from perennial.objects.searching import find
from perennial.objects.tests.world import GARDEN, SPENT, VISIT, GardenFacts
from perennial.objects.undoing import undo_run
from perennial.objects.writing import create_record, create_records, update_record, update_records
from perennial.workspace.actor import Actor, actor_of_user
from perennial.workspace.models import Role
from perennial.workspace.rights import EVERYTHING, FieldRight, Reach, Rights, same_for_all
from perennial.workspace.tests.cast import Cast

NONE, READ = FieldRight.NONE, FieldRight.READ
SECRET = {"phone": "+447911123456", "worth": "777", "parent": None}


@pytest.fixture(autouse=True)
def spending_rests_on_worth(cast: Cast) -> Iterator[None]:
    facts[SPENT.key] = replace(SPENT, rests_on=(("tests.garden", "worth"),))
    yield
    facts[SPENT.key] = SPENT


@pytest.fixture
def ben(cast: Cast) -> Actor:
    """He sees and changes everything, but no telephone and no worth; countries he only sees, and titles he may not
    be kept from."""
    rights = Rights(
        same_for_all(view=Reach.ALL, create=Reach.ALL, edit=Reach.ALL, export=Reach.ALL),
        fields={"tests.garden": {"phone": NONE, "worth": NONE, "country": READ, "name": NONE, "id": NONE}},
    )
    cast.ben_user.role = Role.objects.create(key="half", name="Half", rights_json=rights.to_json())
    cast.ben_user.save()
    return actor_of_user(cast.ben_user)


def test_what_follows_from_a_role(cast: Cast, ben: Actor) -> None:
    assert hidden(GARDEN, cast.ada) == locked(GARDEN, cast.ada) == frozenset()
    assert hidden(GARDEN, ben) == {"phone", "worth", "fact:tests.spent"}
    assert locked(GARDEN, ben) == {"phone", "worth", "fact:tests.spent", "country", "name", "id"}
    assert readable(GARDEN, cast.ada) - readable(GARDEN, ben) == hidden(GARDEN, ben)
    assert {"email", "owner"} <= writable(GARDEN, ben)
    assert not writable(GARDEN, ben) & {"phone", "country", "created_at"}
    assert hidden(VISIT, ben) == frozenset()


def test_nothing_is_learnt_from_lists_filters_and_sorting(cast: Cast, ben: Actor) -> None:
    ids = [create_record(GARDEN, {"name": name, "worth": worth, "phone": f"+44791112345{worth}", "country": "KZ"},
                         by=cast.ada) for name, worth in (("A", 3), ("B", 1), ("C", 2))]  # fmt: skip
    GardenFacts.objects.create(garden_id=ids[0], visits=4, spent=Decimal(9))
    columns = ["name", "phone", "worth", "fact:tests.spent", "fact:tests.visits"]
    rows = query.select(GARDEN, by=ben, columns=columns, sort="name").rows
    assert [row.values["phone"] for row in rows] == [None] * 3
    assert rows[0].values == {"name": "A", "phone": None, "worth": None, "fact:tests.spent": None,
                              "fact:tests.visits": 4}  # fmt: skip
    for sort in ("worth", "-worth", "fact:tests.spent", "phone"):
        order = [row.id for row in query.select(GARDEN, by=ben, columns=[], sort=sort).rows]
        assert order in (ids, ids[::-1]), "no order but that of the ids"
    for where in (Compare("worth", Op.GT, 2), Compare("worth", Op.FILLED), Compare("phone", Op.STARTS_WITH, "+44"),
                  Compare("fact:tests.spent", Op.GT, 1)):  # fmt: skip
        assert query.select(GARDEN, by=ben, where=where).rows == []
        assert query.estimate(GARDEN, by=ben, where=where).count == 0
        assert len(query.select(GARDEN, by=cast.ada, where=where).rows) > 0
    assert query.by_external(GARDEN, ["+447911123453"], on="phone", by=ben) == {}
    assert query.get(GARDEN, ids[0], by=ben).values["worth"] is None


def test_it_cannot_be_asked_about_also_through_a_relation(cast: Cast, ben: Actor) -> None:
    kew = create_record(GARDEN, {"name": "Kew", **SECRET}, by=cast.ada)
    create_record(GARDEN, {"name": "Rockery", "parent": kew}, by=cast.ada)
    create_record(VISIT, {"note": "One", "garden": kew}, by=cast.ada)
    for key in ("worth", "phone", "parent.worth", "fact:tests.spent"):
        assert schema_of(GARDEN, by=ben).field(key) is None
        assert schema_of(GARDEN, by=cast.ada).field(key) is not None
        assert column_of(GARDEN, key, by=ben) is None
        assert key not in {info.key for info in schema_of(GARDEN, by=ben).fields()}
        with pytest.raises(ConditionError):
            sort_of(GARDEN, f"name,-{key}", by=ben)
    for text in ("worth > 3", "phone is filled", "parent.worth > 3"):
        with pytest.raises(ConditionError):
            condition_of(GARDEN, text, by=ben)
    with pytest.raises(ConditionError):
        condition_of(VISIT, "garden.worth > 3", by=ben)
    seen = query.select(VISIT, by=ben, columns=["garden", "garden.worth", "garden.country"]).rows[0].values
    assert (seen["garden"].title, seen["garden.worth"]) == ("Kew", None)
    assert query.select(VISIT, by=ben, where=Compare("garden.worth", Op.GT, 3)).rows == []
    assert len(query.select(VISIT, by=cast.ada, where=Compare("garden.worth", Op.GT, 3)).rows) == 1


def test_search_does_not_find_by_it(cast: Cast, ben: Actor) -> None:
    create_record(GARDEN, {"name": "Kew", "email": "kew@example.com", **SECRET}, by=cast.ada)
    for text in ("7911123456", "447911", "+44 7911"):
        assert find(text, by=ben, kinds=[GARDEN]) == []
        assert query.select(GARDEN, by=ben, search=text).rows == []
        assert query.estimate(GARDEN, by=ben, search=text).count == 0
        assert len(query.select(GARDEN, by=cast.ada, search=text).rows) == 1
    for text in ("kew", "kew@exam", "example"):
        assert len(query.select(GARDEN, by=ben, search=text).rows) == 1


def test_what_may_not_be_written_is_refused_with_a_sentence(cast: Cast, ben: Actor) -> None:
    id = create_record(GARDEN, {"name": "Kew", "country": "KZ", **SECRET}, by=cast.ada)
    (result,) = update_records(GARDEN, {id: {"phone": "+447911000000", "country": "GB", "size": 3}}, by=ben).results
    assert result.code == "invalid"
    assert result.data["fields"] == {
        "phone": "There is no such field.", "country": "Your role does not let you change this field."}  # fmt: skip
    update_record(GARDEN, id, {"size": 3}, by=ben)
    kept = query.get(GARDEN, id, by=cast.ada).values
    assert (kept["phone"], kept["country"], kept["size"]) == ("+447911123456", "KZ", 3)
    with pytest.raises(Invalid) as refusal:
        create_record(GARDEN, {"email": "a@example.com"}, by=ben)
    assert "your role" in str(refusal.value.fields["name"])
    (unknown,) = create_records(GARDEN, [{"worth": 1, "nonsense": 1}], by=ben).results
    assert unknown.data["fields"]["worth"] == unknown.data["fields"]["nonsense"]


def test_history_and_undo_leave_it_out(cast: Cast, ben: Actor) -> None:
    id = create_record(GARDEN, {"name": "Kew", **SECRET}, by=cast.ada)
    update_record(GARDEN, id, {"worth": 5}, by=cast.ada)
    both = update_record(GARDEN, id, {"worth": 6, "size": 2}, by=cast.ada)
    entries = history(GARDEN, id, by=ben)
    assert [entry.kind for entry in entries] == ["update", "create"], "a change of nothing one may read is no entry"
    assert {change.field for entry in entries for change in entry.changes} == {"name", "size", "soil"}
    undone = undo_run(both.id, by=ben)
    assert [(each.field, each.now, each.was) for each in undone.conflicts] == [("", None, None)]
    assert query.get(GARDEN, id, by=cast.ada).values["worth"].amount == 6
    only = update_record(GARDEN, id, {"worth": 7}, by=cast.ada)
    with pytest.raises(Conflict):
        undo_run(only.id, by=ben)


def test_it_is_in_no_export(cast: Cast, ben: Actor) -> None:
    create_record(GARDEN, {"name": "Kew", **SECRET}, by=cast.ada)
    assert not set(exported_columns(GARDEN, by=ben)) & {"phone", "worth"}
    text = b"".join(csv_rows(GARDEN, by=ben)).decode()
    assert "777" not in text
    assert "7911" not in text
    with pytest.raises(ConditionError):
        csv_rows(GARDEN, by=ben, columns=["name", "worth"])
    with query.stream(GARDEN, by=ben, columns=["worth"]) as rows:
        assert [row.values["worth"] for row in rows] == [None]


def test_rights_on_fields_are_rights_too() -> None:
    all_of_it = same_for_all(view=Reach.ALL)
    half = Rights(all_of_it, fields={"tests.garden": {"worth": NONE}})
    assert EVERYTHING.covers(half)
    assert half.covers(half)
    assert not half.covers(Rights(all_of_it))
    assert not half.covers(Rights(all_of_it, fields={"tests.garden": {"worth": READ}}))
    assert half.covers(Rights({"tests.visit": {"view": Reach.ALL}})), "no right on gardens at all is not more"
    assert Rights.from_json(half.to_json()) == half
    odd = Rights.from_json({"fields": {"tests.garden": {"worth": "sometimes"}}})
    assert odd.field("tests.garden", "worth") is NONE
