"""A lake that is kept open sees what came since, and is another one where another is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from perennial.lake import kept
from perennial.lake.exporting import export_all
from perennial.lake.kept import TooLong, close_kept, kept_lake
from perennial.lake.tests.world import Orchard


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    close_kept()
    yield
    close_kept()


def orchards() -> list[str]:
    with kept_lake() as open_one:
        if "record_lake_tests_orchard" not in open_one.tables:
            return []
        names = open_one.table("record_lake_tests_orchard").name
        return sorted(open_one.answer(names))


def test_what_was_exported_since_is_there(lake: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(kept, "LOOKED_EVERY", 0.0)
    assert orchards() == []
    Orchard.objects.create(name="Ada's")
    export_all()
    assert orchards() == ["Ada's"]
    Orchard.objects.filter(name="Ada's").update(name="Ben's")
    export_all()
    assert orchards() == ["Ben's"]


def test_it_stays_open_until_nobody_asks(lake: Path) -> None:
    orchards()
    first = kept._State.kept
    orchards()
    assert kept._State.kept is first
    close_kept(idle_for=60)
    assert kept._State.kept is first
    close_kept()
    assert kept._State.kept is None


def test_after_an_error_the_next_question_begins_anew(lake: Path) -> None:
    with pytest.raises(RuntimeError), kept_lake():
        raise RuntimeError
    assert kept._State.kept is None
    assert orchards() == []


def test_another_lake_is_another(lake: Path, settings: Any, tmp_path: Path) -> None:
    Orchard.objects.create(name="Ada's")
    export_all()
    assert orchards() == ["Ada's"]
    settings.LAKE_URL = str(tmp_path / "other")
    assert orchards() == []


def test_a_question_without_end_is_broken_off(lake: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(kept, "LONGEST", 0.3)
    with pytest.raises(TooLong), kept_lake() as open_one:
        open_one.sql("SELECT sum(a.range * b.range) FROM range(100000000) a, range(100000000) b")
    monkeypatch.setattr(kept, "LONGEST", 60.0)
    assert orchards() == []
