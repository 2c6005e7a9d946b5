"""An import that is killed, cancelled, taken back, or not allowed."""

from __future__ import annotations

import pytest

from perennial.foundation.errors import Conflict, Forbidden, NotFound
from perennial.foundation.sql import fetch
from perennial.objects import query
from perennial.objects.importing import working
from perennial.objects.importing.registry import all_kinds
from perennial.objects.importing.uploads import (
    cancel,
    get_import,
    imports,
    revert,
    start,
    upload,
)  # fmt: skip
from perennial.objects.tests.test_importing import bring
from perennial.objects.tests.world import GARDEN
from perennial.objects.writing import update_record
from perennial.workspace.tests.cast import Cast


def test_it_goes_on_where_it_was_killed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "name\n" + "".join(f"Garden {number}\n" for number in range(11_000))
    importing = upload(GARDEN.key, [text.encode()], name="x", by=cast.ada)
    start(importing, by=cast.ada)
    real, calls = working._write, []

    def killed(*args: object) -> bool:
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(working, "_write", killed)
    with pytest.raises(KeyboardInterrupt):
        working.work(importing.pk)
    importing.refresh_from_db()
    assert (importing.status, importing.position, importing.created) == ("running", 5_000, 5_000)
    monkeypatch.setattr(working, "_write", real)
    working.work(importing.pk)
    working.work(importing.pk)
    importing.refresh_from_db()
    assert (importing.status, importing.position, importing.created) == ("done", 11_000, 11_000)
    assert fetch("SELECT count(*), count(DISTINCT name) FROM objects_tests_garden") == [(11_000, 11_000)]


def test_a_cancelled_import_stops_and_can_be_taken_back(cast: Cast) -> None:
    importing = bring(cast, "name,size\nOne,1\nTwo,2\n")
    touched = query.select(GARDEN, by=cast.ada).rows[0].id
    update_record(GARDEN, touched, {"size": 9}, by=cast.ada)
    assert revert(importing, by=cast.ada).restored == 2
    assert query.select(GARDEN, by=cast.ada).rows == []
    with pytest.raises(Conflict):
        revert(importing, by=cast.ada)
    waiting = upload(GARDEN.key, [b"name\nOne\n"], name="x", by=cast.ada)
    start(waiting, by=cast.ada)
    cancel(waiting)
    working.work(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.created) == ("cancelled", 0)
    with pytest.raises(Conflict):
        start(waiting, by=cast.ada)


def test_importing_is_a_right_and_imports_are_ones_own(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        upload(GARDEN.key, [b"name\nx\n"], name="x", by=cast.ben)
    assert all_kinds(cast.ben) == []
    with pytest.raises(NotFound):
        upload("tests.nothing", [b"name\nx\n"], name="x", by=cast.ada)
    importing = bring(cast, "name\nOne\n")
    assert imports(cast.ben) == []
    with pytest.raises(NotFound):
        get_import(importing.pk, by=cast.ben)
    assert get_import(importing.pk, by=cast.ada).pk == importing.pk


def test_a_starter_who_lost_the_right_stops_the_import(cast: Cast) -> None:
    importing = upload(GARDEN.key, [b"name\nOne\n"], name="x", by=cast.ada)
    start(importing, by=cast.ada)
    cast.ada_user.is_active = False
    cast.ada_user.save()
    working.work(importing.pk)
    importing.refresh_from_db()
    assert (importing.status, importing.created) == ("failed", 0)
