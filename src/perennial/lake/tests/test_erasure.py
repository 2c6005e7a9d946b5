from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from perennial.foundation.sql import execute
from perennial.lake.erasure import request_erasure
from perennial.lake.exporting import export_all
from perennial.lake.models import Erasure
from perennial.lake.store import Store
from perennial.lake.tests.reading import rows
from perennial.lake.tests.world import Orchard, OrchardFacts
from perennial.lake.upkeep import remove_old_files
from perennial.timeline.record import Change, NewEvent, log_changes, record


@pytest.fixture
def ann(lake: Path) -> int:
    ann, bob = Orchard.objects.create(name="Ann's"), Orchard.objects.create(name="Bob's")
    OrchardFacts.objects.create(orchard_id=ann.pk, visits=1)
    execute("INSERT INTO lake_tests_mixed (id, word) VALUES (1, 'Ann'), (2, 'Bob')")
    record([NewEvent("tests.planted", profile, {"plant": name}) for profile, name in ((1, "Ann"), (2, "Bob"))])
    record([NewEvent("tests.planted", 2, {"plant": "with Ann"}, subject_kind="tests.orchard", subject_id=ann.pk)])
    log_changes(
        [Change("tests.orchard", each.pk, "create", {"name": each.name}) for each in (ann, bob)],
        actor="user:1", action="tests.plant",
    )  # fmt: skip
    export_all()
    return ann.pk


def forget(ann: int) -> None:
    with transaction.atomic():
        execute("UPDATE timeline_event SET properties = '{}' WHERE profile_id = 1 OR subject_id = %s", [ann])
        execute("UPDATE timeline_change SET values = '{}' WHERE record_id = %s", [ann])
        execute("UPDATE lake_tests_mixed SET word = NULL WHERE id = 1")
        Orchard.objects.filter(pk=ann).update(name="")
        request_erasure(profile_ids=[1], records={"tests.orchard": [ann], "tests.unknown'": [1]}, rows={"mixed": [1]})


def test_erasure_reaches_all_tables_and_what_is_left_stays(lake: Path, ann: int) -> None:
    assert on_disk(lake, "Ann")
    forget(ann)
    export_all()
    assert rows("SELECT p_plant FROM events ORDER BY p_plant") == [("Bob",), (None,), (None,)]
    assert rows("SELECT name FROM record_lake_tests_orchard ORDER BY name") == [("",), ("Bob's",)]
    assert rows("SELECT values FROM changes ORDER BY id") == [("{}",), ('{"name": "Bob\'s"}',)]
    assert rows("SELECT visits FROM fact_lake_tests_orchardfacts") == [(1,)]
    assert rows("SELECT word FROM mixed ORDER BY id") == [(None,), ("Bob",)]
    assert on_disk(lake, "Ann"), "who reads just now goes on reading"
    remove_old_files(grace_hours=0)
    assert not on_disk(lake, "Ann")
    assert on_disk(lake, "Bob")
    assert not Erasure.objects.exists()


def test_what_is_not_exported_yet_is_erased_as_well(lake: Path, ann: int) -> None:
    record([NewEvent("tests.planted", 1, {"plant": "Ann again"})])
    Orchard.objects.filter(pk=ann).update(name="Ann's own")
    forget(ann)
    export_all()
    remove_old_files(grace_hours=0)
    assert not on_disk(lake, "Ann")
    assert rows("SELECT count(*) FROM events WHERE profile_id = 1") == [(2,)]


def test_a_kill_within_an_erasure_leaves_no_trace_and_loses_nothing(
    lake: Path, ann: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget(ann)
    for method in ("append", "erase"):
        done = getattr(Store, method)
        monkeypatch.setattr(Store, method, _then_killed(done))
        with contextlib.suppress(KeyboardInterrupt):
            export_all()
        monkeypatch.undo()
    export_all()
    assert rows("SELECT count(*) FROM events") == [(3,)]
    assert rows("SELECT count(*) FROM changes") == [(2,)]
    assert rows("SELECT name FROM record_lake_tests_orchard ORDER BY name") == [("",), ("Bob's",)]


def test_an_erasure_that_is_rolled_back_erases_nothing(lake: Path, ann: int) -> None:
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        forget(ann)
        raise ZeroDivisionError
    export_all()
    assert rows("SELECT name FROM record_lake_tests_orchard ORDER BY name") == [("Ann's",), ("Bob's",)]


def on_disk(lake: Path, word: str) -> bool:
    found = []
    for file in lake.rglob("*.parquet"):
        question = f"SELECT count(*) FROM read_parquet('{file}') t WHERE contains(to_json(t)::text, ?)"
        found.append(rows(question, [word])[0][0])
    return any(found)


def _then_killed(done: Any) -> Any:
    def killed(self: Store, *args: Any, **kwargs: Any) -> None:
        done(self, *args, **kwargs)
        raise KeyboardInterrupt

    return killed
