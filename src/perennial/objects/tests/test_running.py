from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from pydantic import BaseModel

from perennial.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from perennial.foundation.sql import fetch
from perennial.objects import query
from perennial.objects.actions import Result, Run, action, actions
from perennial.objects.exporting import csv_rows
from perennial.objects.fields import Link
from perennial.objects.history import history
from perennial.objects.running import run_action, undo_run
from perennial.objects.tests.world import GARDEN, VISIT
from perennial.objects.writing import create_record, create_records, delete_records, update_record, update_records
from perennial.workspace.actor import Actor
from perennial.workspace.tests.cast import Cast


class Water(BaseModel):
    litres: int


@pytest.fixture
def watering() -> Iterator[None]:
    @action("tests.water", on=(GARDEN.key,), verb="edit", label="Water", input=Water, sentence="Watered {count}")
    def water(ids: Sequence[int], data: Water, *, by: Actor, run: Run) -> list[Result]:
        update_records(GARDEN, {id: {"size": data.litres} for id in ids}, by=by, within=run)
        return [Result(id) for id in ids]

    yield
    actions.pop("tests.water")


def test_an_action_answers_for_each_record_and_leaves_a_run(cast: Cast, watering: None) -> None:
    mine = create_record(GARDEN, {"name": "Mine"}, by=cast.ada)
    his = create_record(GARDEN, {"name": "His"}, by=cast.ben)
    run = run_action("tests.water", [mine, his, 999_999], {"litres": 7}, by=cast.ben)
    assert [(result.id, result.code) for result in run.results] == [
        (mine, "not_found"),
        (his, "done"),
        (999_999, "not_found"),
    ]
    assert run.sentence == "Watered 1"
    assert fetch("SELECT action, input->>'litres', done, refused FROM objects_run WHERE id = %s", [run.id]) == [
        ("tests.water", "7", 1, 2)
    ]
    undo_run(run.id, by=cast.ben)
    assert query.get(GARDEN, his, by=cast.ben).values["size"] is None


def test_wrong_input_and_missing_rights_are_refused(cast: Cast, watering: None) -> None:
    with pytest.raises(Invalid) as refused:
        run_action("tests.water", [1], {"litres": "much"}, by=cast.ada)
    assert set(refused.value.fields) == {"litres"}
    with pytest.raises(NotFound):
        run_action("tests.nothing", [1], {}, by=cast.ada)
    with pytest.raises(NotFound):
        run_action("tests.water", [1], {"litres": 1}, by=cast.dov)


def test_undoing_puts_back_what_nobody_has_changed_since(cast: Cast) -> None:
    one, two = (create_record(GARDEN, {"name": name, "size": 1}, by=cast.ada) for name in ("One", "Two"))
    run = update_records(GARDEN, {one: {"size": 2, "name": "Eins"}, two: {"size": 2}}, by=cast.ada)
    update_record(GARDEN, one, {"size": 3}, by=cast.ada)
    undone = undo_run(run.id, by=cast.ada)
    assert undone.restored == 2
    assert [(each.record_id, each.field, each.now, each.was) for each in undone.conflicts] == [(one, "size", 3, 1)]
    row = query.get(GARDEN, one, by=cast.ada)
    assert (row.title, row.values["size"], query.get(GARDEN, two, by=cast.ada).values["size"]) == ("One", 3, 1)
    with pytest.raises(Conflict):
        undo_run(run.id, by=cast.ada)
    undo_run(undone.run_id, by=cast.ada)
    assert query.get(GARDEN, one, by=cast.ada).title == "Eins"


def test_undoing_a_creation_deletes_and_undoing_a_deletion_restores(cast: Cast) -> None:
    created = create_records(GARDEN, [{"name": f"Garden {n}"} for n in range(30)], by=cast.ada)
    ids = [result.id or 0 for result in created.results]
    deleted = delete_records(GARDEN, ids[:10], by=cast.ada)
    assert undo_run(deleted.id, by=cast.ada).restored == 10
    assert undo_run(created.id, by=cast.ada).restored == 30
    assert query.select(GARDEN, by=cast.ada).rows == []


def test_undoing_takes_no_more_rights_than_doing(cast: Cast) -> None:
    run = update_records(GARDEN, {create_record(GARDEN, {"name": "One"}, by=cast.ada): {"size": 2}}, by=cast.ada)
    for actor, refusal in ((cast.dov, NotFound), (cast.ben, Conflict)):
        with pytest.raises(refusal):
            undo_run(run.id, by=actor)
    assert undo_run(run.id, by=cast.ada).restored == 1
    with pytest.raises(NotFound):
        undo_run(999_999_999, by=cast.ada)


def test_history_says_who_changed_what(cast: Cast) -> None:
    parent = create_record(GARDEN, {"name": "Kew"}, by=cast.ada)
    one = create_record(GARDEN, {"name": "One"}, by=cast.ben)
    update_record(GARDEN, one, {"parent": parent, "size": 4}, by=cast.ada)
    update_record(GARDEN, one, {"parent": None}, by=cast.ada)
    latest, middle, first = history(GARDEN, one, by=cast.ada)
    assert (first.kind, first.actor_name, first.can_undo) == ("create", "Ben", True)
    assert (middle.actor_name, set(middle.changes)) == (
        "Ada",
        {("parent", None, Link("tests.garden", parent, "Kew")), ("size", None, 4)},
    )
    assert latest.changes == [("parent", Link("tests.garden", parent, "Kew"), None)]
    assert [entry.id for entry in history(GARDEN, one, by=cast.ada, before=latest.id, limit=1)] == [middle.id]
    with pytest.raises(NotFound):
        history(GARDEN, one, by=cast.dov)


def test_an_export_is_safe_from_formulas_and_leaves_a_trace(cast: Cast) -> None:
    parent = create_record(GARDEN, {"name": "=HYPERLINK(1)", "email": "a@example.com", "worth": "-12.5"}, by=cast.ada)
    create_record(GARDEN, {"name": 'Quoted "x", y', "parent": parent, "owner": cast.ben_user.pk}, by=cast.ada)
    columns = ["name", "worth", "parent", "owner", "parent.name", "is_open"]
    text = b"".join(csv_rows(GARDEN, by=cast.ada, columns=columns)).decode("utf-8-sig")
    assert text.splitlines() == [
        "Name,Worth,Part of,Owner,Name,Open",
        "'=HYPERLINK(1),-12.5,,,,",
        '"Quoted ""x"", y",,\'=HYPERLINK(1),Ben,\'=HYPERLINK(1),',
    ]
    assert fetch("SELECT actor, done, input->'columns'->>0 FROM objects_run WHERE action = 'export'") == [
        (cast.ada.log_name, 2, "name")
    ]
    assert b"id,Name,E-mail" in b"".join(csv_rows(GARDEN, by=cast.ada))
    assert b"garden" not in b"".join(csv_rows(VISIT, by=cast.ada)).lower()[9:20]
    with pytest.raises(Forbidden):
        csv_rows(GARDEN, by=cast.ben)
    with pytest.raises(NotFound):
        csv_rows(GARDEN, by=cast.dov)
