"""An import can be tried as a whole, rest, go on, and be taken back as if it had never been."""

from __future__ import annotations

from typing import Any

import pytest

from perennial.foundation.errors import Conflict
from perennial.foundation.sql import fetch
from perennial.objects import query
from perennial.objects.bulk import working as bulk_working
from perennial.objects.bulk.models import Bulk
from perennial.objects.importing import working
from perennial.objects.importing.previewing import preview
from perennial.objects.importing.skipped import reasons
from perennial.objects.importing.uploads import cancel, go_on, pause, revert, start, start_trial, upload
from perennial.objects.models import Import
from perennial.objects.tests.test_importing import bring, counts
from perennial.objects.tests.test_query import make
from perennial.objects.tests.world import GARDEN
from perennial.workspace.tests.cast import Cast

_STATE = (
    "SELECT id, name, email, size, owner_id, deleted_at IS NULL FROM objects_tests_garden"
    " WHERE deleted_at IS NULL ORDER BY id"
)


def test_a_trial_says_what_would_come_of_all_of_it_and_writes_nothing(cast: Cast) -> None:
    make(cast, "Old", email="old@example.com")
    many = "".join(f"Garden {number},g{number}@example.com,{number + 1}\n" for number in range(6_000))
    text = f"name,email,size\nOlder,old@example.com,3\n{many}Again,g3@example.com,1\nBad,bad@example.com,x\n"
    importing = upload(GARDEN.key, [text.encode()], name="x.csv", by=cast.ada)
    before = fetch(_STATE)
    start_trial(importing, by=cast.ada)
    working.work(importing.pk)
    importing.refresh_from_db()
    assert (importing.status, importing.is_trial) == ("uploaded", False)
    expected = {"created": 6_000, "updated": 1, "unchanged": 0, "skipped": 2, "rows": 6_003, "remarks": {}}
    assert importing.trial == expected
    assert {each.code: each.rows for each in reasons(importing)} == {"duplicate": 1, "invalid": 1}
    assert fetch(_STATE) == before
    assert fetch("SELECT count(*) FROM objects_run WHERE action = 'import'") == [(0,)]
    start(importing, by=cast.ada)
    working.work(importing.pk)
    importing.refresh_from_db()
    assert counts(importing) == (6_000, 1, 0, 2)


def test_a_trial_can_be_stopped_and_the_import_still_waits(cast: Cast) -> None:
    importing = upload(GARDEN.key, [b"name\nOne\n"], name="x.csv", by=cast.ada)
    start_trial(importing, by=cast.ada)
    cancel(importing)
    working.work(importing.pk)
    importing.refresh_from_db()
    assert (importing.status, importing.is_trial) == ("uploaded", False)
    start(importing, by=cast.ada)


def test_an_import_rests_and_goes_on(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "name\n" + "".join(f"Garden {number}\n" for number in range(11_000))
    importing = upload(GARDEN.key, [text.encode()], name="x", by=cast.ada)
    start(importing, by=cast.ada)
    real = working._write

    def tiring(*args: Any) -> bool:
        went = real(*args)
        pause(importing)
        return went

    monkeypatch.setattr(working, "_write", tiring)
    working.work(importing.pk)
    importing.refresh_from_db()
    assert (importing.status, importing.created) == ("paused", 5_000)
    with pytest.raises(Conflict):
        revert(importing, by=cast.ada)
    monkeypatch.setattr(working, "_write", real)
    working.work(importing.pk)  # nothing: it rests
    importing.refresh_from_db()
    assert importing.created == 5_000
    go_on(importing)
    working.work(importing.pk)
    importing.refresh_from_db()
    assert (importing.status, importing.created) == ("done", 11_000)


def test_a_large_import_is_taken_back_in_the_background_to_what_was_before(cast: Cast) -> None:
    make(cast, *(f"Old {number}" for number in range(40)))
    ids = [id for (id,) in fetch("SELECT id FROM objects_tests_garden ORDER BY id")]
    before = fetch(_STATE)
    changed = "".join(f"{id},Renamed {id},r{id}@example.com\n" for id in ids)
    new = "".join(f",Garden {number},g{number}@example.com\n" for number in range(7_000))
    importing = bring(cast, f"number here,name,email\n{changed}{new}", match="record_number")
    assert counts(importing) == (7_000, 40, 0, 0)
    logged = fetch("SELECT count(*) FROM timeline_change")[0][0]
    bulk = revert(importing, by=cast.ada)
    assert isinstance(bulk, Bulk)
    with pytest.raises(Conflict):
        revert(importing, by=cast.ada)
    bulk_working.work(bulk.pk)
    bulk.refresh_from_db()
    assert (bulk.status, bulk.changed, bulk.refused) == ("done", 7_040, 0)
    assert fetch(_STATE) == before
    assert fetch("SELECT count(*) FROM timeline_change")[0][0] == logged + 7_040
    assert len(query.select(GARDEN, by=cast.ada, limit=100).rows) == 40


def test_a_preview_says_what_the_cells_became(cast: Cast) -> None:
    text = "name,email,country,planted,part of\n Rose ,ROSE@Example.com,UK,3/4/2026,Kew\n"
    importing = upload(GARDEN.key, [text.encode()], name="x.csv", by=cast.ada)
    (row,) = preview(importing, by=cast.ada)
    assert row.after["email"] == "rose@example.com"
    assert (row.after["name"], row.after["country"], row.after["planted"]) == ("Rose", "GB", "2026-04-03")
    assert row.after["parent"] == "Kew (new)"
    assert Import.objects.get(pk=importing.pk).status == Import.Status.UPLOADED
