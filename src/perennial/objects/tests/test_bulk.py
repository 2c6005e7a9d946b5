from __future__ import annotations

import json

import pytest

from perennial.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from perennial.foundation.sql import execute, fetch
from perennial.objects import query
from perennial.objects.bulk import starting, undoing, working
from perennial.objects.bulk.changes import FieldChange
from perennial.objects.bulk.chosen import Chosen
from perennial.objects.bulk.models import Bulk
from perennial.objects.bulk.preview import preview
from perennial.objects.bulk.refusals import reasons, refusals, refusals_csv
from perennial.objects.bulk.starting import get_bulk, start_delete, start_edit, stop
from perennial.objects.bulk.undoing import start_undo, take_back
from perennial.objects.bulk.working import work
from perennial.objects.models import ActionRun
from perennial.objects.tests.world import GARDEN
from perennial.objects.undoing import Undone, undo_run
from perennial.objects.writing import create_records, update_record
from perennial.workspace.tests.cast import Cast

pytestmark = pytest.mark.django_db
ALL = Chosen(is_all=True)


def gardens(cast: Cast, count: int, **values: object) -> list[int]:
    rows = [{"name": f"Garden {number:03}", "size": number + 1, **values} for number in range(count)]
    return [result.id or 0 for result in create_records(GARDEN, rows, by=cast.ada).results]


def soils() -> dict[str, int]:
    return dict(fetch("SELECT soil, count(*) FROM objects_tests_garden WHERE deleted_at IS NULL GROUP BY 1"))


def test_those_chosen_are_changed_at_once_and_in_one_run(cast: Cast) -> None:
    ids = gardens(cast, 5)
    bulk = start_edit(GARDEN, Chosen(tuple(ids[:3])), [FieldChange("soil", value="clay")], by=cast.ada)
    assert (bulk.status, bulk.total, bulk.changed, bulk.refused) == ("done", 3, 3, 0)
    assert soils() == {"loam": 2, "clay": 3}
    logged = fetch('SELECT record_id, "values" FROM timeline_change WHERE run_id = %s ORDER BY 1', [bulk.run_id])
    assert [(id, json.loads(values)) for id, values in logged] == [(id, {"soil": ["loam", "clay"]}) for id in ids[:3]]
    run = ActionRun.objects.get(pk=bulk.run_id)
    assert (run.action, run.done, run.refused) == ("bulk_edit", 3, 0)
    assert query.get(GARDEN, ids[0], by=cast.ada).version == 2


def test_all_that_match_are_asked_for_again_when_it_runs(cast: Cast) -> None:
    gardens(cast, 4)
    bulk = start_edit(GARDEN, Chosen(is_all=True, where='soil = "loam" and size > 2'),
                      [FieldChange("soil", value="clay"), FieldChange("size", "clear")], by=cast.ada)  # fmt: skip
    assert bulk.status == Bulk.Status.READY, "all that match is never done while somebody waits"
    gardens(cast, 4)  # come in before it runs
    work(bulk.pk)
    bulk.refresh_from_db()
    assert (bulk.status, bulk.total, bulk.changed) == ("done", 4, 4)
    assert soils() == {"loam": 4, "clay": 4}
    assert not fetch("SELECT FROM objects_bulk_record"), "only refused ones are kept"


def test_batches_go_on_where_one_was_killed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "BATCH", 3)
    gardens(cast, 8)
    bulk = start_edit(GARDEN, ALL, [FieldChange("soil", value="clay")], by=cast.ada)
    whole = working.edit_batch
    calls = []

    def killed(*args: object, **named: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("killed")
        return whole(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(working, "edit_batch", killed)
    with pytest.raises(RuntimeError):
        work(bulk.pk)
    bulk.refresh_from_db()
    assert (bulk.done_with, bulk.changed, bulk.attempts, bulk.status) == (3, 3, 1, "running")
    work(bulk.pk)
    bulk.refresh_from_db()
    assert (bulk.done_with, bulk.changed, bulk.status) == (8, 8, "done")
    work(bulk.pk)  # a job that comes twice
    assert fetch("SELECT count(*) FROM timeline_change WHERE run_id = %s", [bulk.run_id]) == [(8,)]


def test_what_is_not_ones_own_is_refused_and_told(cast: Cast) -> None:
    hers = gardens(cast, 2)
    his = [create_records(GARDEN, [{"name": "Ben's"}], by=cast.ben).results[0].id or 0]
    bulk = start_edit(GARDEN, Chosen((*hers, *his)), [FieldChange("soil", value="clay")], by=cast.ben)
    assert (bulk.changed, bulk.refused) == (1, 2)
    assert [each.record_id for each in refusals(bulk, by=cast.ben)] == hers
    assert [each.title for each in refusals(bulk, by=cast.ben)] == ["", ""], "what he may not see is not named to him"
    assert [each.records for each in reasons(bulk)] == [2]
    assert b"".join(refusals_csv(bulk, by=cast.ada)).count(b"Garden 00") == 2
    everything = start_edit(GARDEN, ALL, [FieldChange("size", value="7")], by=cast.ben)
    work(everything.pk)
    everything.refresh_from_db()
    assert (everything.total, everything.changed) == (1, 1), "all that match are all that he sees"
    with pytest.raises(Forbidden):
        start_delete(GARDEN, Chosen((*his,)), by=cast.ben)
    for verb in (lambda: start_delete(GARDEN, ALL, by=cast.dov),
                 lambda: start_edit(GARDEN, ALL, [FieldChange("size")], by=cast.dov),
                 lambda: get_bulk(bulk.pk, by=cast.dov)):  # fmt: skip
        with pytest.raises(NotFound):
            verb()


def test_a_right_that_is_lost_meanwhile_stops_it(cast: Cast) -> None:
    gardens(cast, 2)
    bulk = start_edit(GARDEN, ALL, [FieldChange("soil", value="clay")], by=cast.ada)
    execute("UPDATE workspace_user SET role_id = (SELECT id FROM workspace_role WHERE key = 'none') WHERE id = %s",
            [cast.ada.id])  # fmt: skip
    work(bulk.pk)
    bulk.refresh_from_db()
    assert (bulk.changed, bulk.status) == (0, "failed")
    assert "lost the right" in bulk.error
    assert soils() == {"loam": 2}


@pytest.mark.parametrize("change", [
    FieldChange("colour", value="red"), FieldChange("created_at", value="2020-01-01"), FieldChange("soil", value="mud"),
    FieldChange("name", "clear"), FieldChange("name", value=" "), FieldChange("soil", "add", "clay"),
    FieldChange("parent", value=999_999), FieldChange("owner", value="x" * 1000), FieldChange("\x00" * 300),
])  # fmt: skip
def test_a_change_that_makes_no_sense_is_refused_before_anything(cast: Cast, change: FieldChange) -> None:
    ids = gardens(cast, 1)
    with pytest.raises(Invalid):
        start_edit(GARDEN, Chosen((*ids,)), [change], by=cast.ada)
    assert not Bulk.objects.exists()


def test_nothing_chosen_and_filters_that_are_none_are_refused(cast: Cast) -> None:
    with pytest.raises(Invalid):
        start_edit(GARDEN, Chosen(), [FieldChange("soil", value="clay")], by=cast.ada)
    with pytest.raises(Invalid):
        start_edit(GARDEN, Chosen((1,)), [], by=cast.ada)
    with pytest.raises(Exception, match="nonsense"):
        start_edit(GARDEN, Chosen(is_all=True, where="nonsense = 5"), [FieldChange("soil", value="clay")], by=cast.ada)


def test_deleted_together_and_brought_back_together(cast: Cast) -> None:
    ids = gardens(cast, 6)
    bulk = start_delete(GARDEN, Chosen((*ids[:4], 999_999)), by=cast.ada)
    assert (bulk.changed, bulk.refused) == (4, 1)
    assert soils() == {"loam": 2}
    assert undo_run(bulk.run_id, by=cast.ada).restored == 4
    assert soils() == {"loam": 6}


def test_undoing_leaves_what_somebody_changed_since(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undoing, "AT_ONCE", 3)
    monkeypatch.setattr("perennial.objects.undoing._BATCH", 2)
    ids = gardens(cast, 5)
    bulk = start_edit(GARDEN, Chosen((*ids,)), [FieldChange("soil", value="clay")], by=cast.ada)
    update_record(GARDEN, ids[1], {"soil": "loam"}, by=cast.ada)
    update_record(GARDEN, ids[2], {"size": 99}, by=cast.ada)
    undo = take_back(bulk.run_id, by=cast.ada)
    assert isinstance(undo, Bulk)
    work(undo.pk)
    undo.refresh_from_db()
    assert (undo.status, undo.changed, undo.refused, undo.done_with) == ("done", 4, 1, 5)
    assert soils() == {"loam": 5}
    assert [each.record_id for each in refusals(undo, by=cast.ada)] == [ids[1]]
    for again in (take_back, start_undo):
        with pytest.raises(Conflict):
            again(bulk.run_id, by=cast.ada)
    with pytest.raises(NotFound):
        take_back(bulk.run_id, by=cast.dov)
    work_of_undo = take_back(undo.run_id, by=cast.ada)  # and undone again
    assert isinstance(work_of_undo, Bulk)


def test_a_small_run_is_taken_back_while_one_waits(cast: Cast) -> None:
    bulk = start_edit(GARDEN, Chosen((*gardens(cast, 2),)), [FieldChange("soil", value="clay")], by=cast.ada)
    undone = take_back(bulk.run_id, by=cast.ada)
    assert isinstance(undone, Undone)
    assert undone.restored == 2


def test_the_preview_counts_what_there_is_and_changes_nothing(cast: Cast) -> None:
    gardens(cast, 3)
    gardens(cast, 2, soil="clay", owner=cast.ben.id)
    changes = [FieldChange("soil", value="Clay"), FieldChange("owner", value=cast.ada.id)]
    seen = preview(GARDEN, ALL, changes, by=cast.ada, verb="edit")
    assert (seen.count, seen.left_out) == (5, 0)
    soil, owner = seen.fields
    assert soil.new == "clay"
    assert [(now.value, now.count) for now in soil.now] == [("loam", 3), ("clay", 2)]
    assert [(now.value.title if now.value else None, now.count) for now in owner.now] == [(None, 3), ("Ben", 2)]
    assert owner.new.title == "Ada"
    assert [sample.title for sample in seen.samples][:3] == ["Garden 000", "Garden 001", "Garden 002"]
    assert soils() == {"loam": 3, "clay": 2}
    his = preview(GARDEN, ALL, changes[:1], by=cast.ben, verb="edit")
    assert (his.count, his.left_out) == (2, 0)


def test_stopped_after_the_batch_at_hand(cast: Cast) -> None:
    gardens(cast, 2)
    bulk = start_edit(GARDEN, ALL, [FieldChange("soil", value="clay")], by=cast.ada)
    stop(bulk)
    work(bulk.pk)
    assert soils() == {"loam": 2}
    assert starting.get_bulk(bulk.pk, by=cast.ada).status == Bulk.Status.CANCELLED
