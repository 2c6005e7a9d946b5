from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from perennial.foundation.ids import uuid7
from perennial.foundation.sql import copy_rows, execute, fetch
from perennial.foundation.sql import json as jsonb
from perennial.lake.exporting import Exporter, export_all
from perennial.lake.progress import lag, lags
from perennial.lake.store import Store
from perennial.lake.tests.reading import address, rows
from perennial.lake.tests.world import Orchard, OrchardFacts
from perennial.lake.writer import sole_writer
from perennial.timeline.partitions import prepare_ahead
from perennial.timeline.record import Change, NewEvent, log_changes, record


def types_seen() -> list[str]:
    return [type for (type,) in rows("SELECT type FROM events ORDER BY id")]


def test_events_and_changes_land_once(lake: Path) -> None:
    record([NewEvent(f"tests.happened_{n}", None) for n in range(5)])
    log_changes([Change("tests.orchard", 7, "update", {"name": ["a", "b"]})], actor="user:1", action="tests.edit")
    assert export_all() >= 6
    assert export_all() == 0
    assert types_seen() == [f"tests.happened_{n}" for n in range(5)]
    assert rows("SELECT object_key, record_id, values FROM changes") == [("tests.orchard", 7, '{"name": ["a", "b"]}')]


def test_batches_end_within_a_transaction_and_go_on_there(lake: Path) -> None:
    record([NewEvent(f"tests.happened_{n}", None) for n in range(7)])
    with sole_writer(patient=True):
        exporter = Exporter()
        assert [exporter.turn(limit=3, pause=0) for _ in range(4)] == [3, 3, 1, 0]
    assert types_seen() == [f"tests.happened_{n}" for n in range(7)]


def test_a_slow_transaction_is_waited_for_and_not_skipped(lake: Path) -> None:
    prepare_ahead()
    with psycopg.connect(**address()) as slow:
        slow.execute(
            "INSERT INTO timeline_event (id, occurred_at, known_at, type) VALUES (%s, now(), now(), 'tests.slow')",
            [uuid7()],
        )
        Orchard.objects.create(name="Quick")
        record([NewEvent("tests.quick", None)])
        export_all()
        assert types_seen() == []
        assert rows("SELECT name FROM record_lake_tests_orchard") == []
        assert lag().seconds > 0
        slow.commit()
    export_all()
    assert sorted(types_seen()) == ["tests.quick", "tests.slow"]
    assert rows("SELECT name FROM record_lake_tests_orchard") == [("Quick",)]
    assert lag().seconds == 0


def test_a_kill_after_the_commit_of_a_table_doubles_nothing(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record([NewEvent(f"tests.happened_{n}", None) for n in range(5)])
    Orchard.objects.create(name="Ash")
    append = Store.append

    def killed_after(self: Store, *args: Any, **positions: Any) -> None:
        append(self, *args, **positions)
        raise KeyboardInterrupt

    for _ in range(2):
        monkeypatch.setattr(Store, "append", killed_after)
        with pytest.raises(KeyboardInterrupt):
            export_all()
        monkeypatch.setattr(Store, "append", append)
    export_all()
    assert types_seen() == [f"tests.happened_{n}" for n in range(5)]
    assert rows("SELECT name FROM record_lake_tests_orchard") == [("Ash",)]
    assert lags()["event"] == lags()["record_lake_tests_orchard"] == 0


def test_a_kill_before_the_commit_of_a_table_loses_nothing(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record([NewEvent("tests.happened", None)])
    monkeypatch.setattr(Store, "append", _killed)
    with pytest.raises(KeyboardInterrupt):
        export_all()
    monkeypatch.undo()
    export_all()
    assert types_seen() == ["tests.happened"]


def test_records_follow_every_kind_of_write(lake: Path) -> None:
    ash, elm, fir = (Orchard.objects.create(name=name) for name in ("Ash", "Elm", "Fir"))
    export_all()
    Orchard.objects.filter(pk=ash.pk).update(name="Oak")
    execute("UPDATE lake_tests_orchard SET size = 3 WHERE id = %s", [elm.pk])
    copy_rows("lake_tests_orchardfacts", ["orchard_id", "visits"], [(elm.pk, 4)])
    fir.delete()
    export_all()
    assert rows("SELECT name, size FROM record_lake_tests_orchard ORDER BY name") == [("Elm", 3), ("Oak", None)]
    assert rows("SELECT orchard_id, visits FROM fact_lake_tests_orchardfacts") == [(elm.pk, 4)]
    execute("TRUNCATE lake_tests_orchardfacts")
    OrchardFacts.objects.create(orchard_id=ash.pk, visits=1)
    export_all()
    assert rows("SELECT orchard_id, visits FROM fact_lake_tests_orchardfacts") == [(ash.pk, 1)]


def test_a_row_deleted_and_made_again_is_there(lake: Path) -> None:
    OrchardFacts.objects.create(orchard_id=1, visits=1)
    export_all()
    with transaction.atomic():
        OrchardFacts.objects.all().delete()
        OrchardFacts.objects.create(orchard_id=1, visits=2)
    export_all()
    assert rows("SELECT visits FROM fact_lake_tests_orchardfacts") == [(2,)]
    OrchardFacts.objects.all().delete()
    OrchardFacts.objects.create(orchard_id=1, visits=3)
    export_all()
    assert rows("SELECT visits FROM fact_lake_tests_orchardfacts") == [(3,)]
    assert fetch("SELECT count(*) FROM lake_touched WHERE table_name = 'lake_tests_orchardfacts'") == [(0,)]


MIXED: list[tuple[Any, ...]] = [
    (1, None, None, None, None, None, None, None, None, None, None, None, None, None),
    (2, "", "", Decimal("0.0000"), Decimal(0), Decimal("0E-10"), datetime(1970, 1, 1, tzinfo=UTC), date(1, 1, 1), False,
     0, 0.0, {}, [], "00000000-0000-0000-0000-000000000000"),
    (3, 'a "quote", a comma\r\nand\nlines\\N', "Жанна ң 😀", Decimal("-99999999999999.9999"),
     Decimal("9999999999999999999999999999.0123456789"), Decimal("-9999999999999999999999999999.9999999999"),
     datetime(9999, 12, 29, 11, 59, 59, 999999, tzinfo=UTC), date(9999, 12, 31), True, -(2**31), 1e300,
     {"a": "line\nend \"quoted\" \\ ж", "b": [1, None]}, ["", "a,b", 'c"d', "NULL", "ж\n"],
     "ffffffff-ffff-ffff-ffff-ffffffffffff"),
    (4, "NULL", "\\N", Decimal("0.0001"), Decimal("1e-10"), Decimal(1), datetime(2026, 3, 29, 1, 30, 0, 1, tzinfo=UTC),
     date(2026, 2, 28), None, 2**31 - 1, 0.1, [1, "x"], ["t"], None),
]  # fmt: skip
COLUMNS = "id word short exact wide large at day is_on small ratio data tags ref".split()  # noqa: SIM905


def test_every_type_comes_back_as_it_was(lake: Path) -> None:
    copy_rows("lake_tests_mixed", COLUMNS, [
        tuple(jsonb(value) if column == "data" and value is not None else value
              for column, value in zip(COLUMNS, row, strict=True)) for row in MIXED])  # fmt: skip
    export_all()
    found = rows(f"SELECT {str(COLUMNS)[1:-1].replace(chr(39), chr(34))} FROM mixed ORDER BY id")
    data = COLUMNS.index("data")
    assert [
        tuple(json.loads(value) if index == data and value is not None else value for index, value in enumerate(row))
        for row in found
    ] == MIXED


def test_what_the_lake_cannot_hold_is_missing_there(lake: Path) -> None:
    execute(
        "INSERT INTO lake_tests_mixed (id, exact, wide, at, day) VALUES (1, 'NaN', 'NaN', 'infinity', '0044-03-15 BC'),"
        " (2, NULL, 1e40, '-infinity', 'infinity')"
    )
    export_all()
    assert rows('SELECT exact, wide, "at", day FROM mixed') == [(None,) * 4] * 2


def test_declared_properties_are_typed_and_wrong_ones_missing(lake: Path) -> None:
    good = {"plant": "Rose \"x\"\n", "count": 3, "price": {"amount": "12.50", "currency": "GBP"}, "is_gift": True,
            "due": "2026-05-01T10:00:00.5+02:00", "day": "2026-05-01", "odd'\"key": "yes", "n": "0.1"}  # fmt: skip
    record([
        NewEvent("tests.planted", 5, good),
        NewEvent("tests.planted", 5, {"plant": "", "count": "many", "price": "12", "is_gift": "why", "due": "soon"}),
        NewEvent("tests.other", 5, {"plant": "not declared"}),
    ])  # fmt: skip
    export_all()
    assert rows(
        "SELECT p_plant, p_count, p_price, p_is_gift, p_due, p_day, \"p_odd'\"\"key\", p_n, properties FROM events"
        " ORDER BY id"
    ) == [
        ("Rose \"x\"\n", 3, Decimal("12.5"), True, datetime(2026, 5, 1, 8, 0, 0, 500000, tzinfo=UTC), date(2026, 5, 1),
         "yes", Decimal("0.1"), fetch("SELECT properties::text FROM timeline_event ORDER BY id")[0][0]),
        ("", None, None, None, None, None, None, None,
         fetch("SELECT properties::text FROM timeline_event ORDER BY id")[1][0]),
        ("not declared", *[None] * 7, '{"plant": "not declared"}'),
    ]  # fmt: skip


def test_another_cluster_starts_over_in_a_folder_of_its_own(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record([NewEvent("tests.happened", None)])
    export_all()
    for module in ("exporting", "reader"):
        monkeypatch.setattr(f"perennial.lake.{module}.root_url", lambda: str(lake / "4711-1"))
    assert export_all() >= 1
    assert types_seen() == ["tests.happened"]
    assert len([folder for folder in lake.iterdir() if (folder / "event").exists()]) == 2


def test_a_table_with_other_columns_than_declared_starts_over(lake: Path) -> None:
    Orchard.objects.create(name="Ash")
    export_all()
    execute("ALTER TABLE lake_tests_orchard ADD COLUMN climate text DEFAULT 'mild'")
    try:
        export_all()
        assert rows("SELECT name, climate FROM record_lake_tests_orchard") == [("Ash", "mild")]
    finally:
        execute("ALTER TABLE lake_tests_orchard DROP COLUMN climate")


def test_a_lake_that_knows_more_than_the_database_starts_over(lake: Path) -> None:
    """As after restoring a copy of the database's files from before."""
    record([NewEvent("tests.happened", None)])
    with sole_writer(patient=True):
        exporter = Exporter()
        exporter.turn(pause=0)
        store = exporter.stores["event"]
        store.append(store.schema.empty_table(), rows=store.position._replace(xid=10**9))
    export_all()
    assert types_seen() == ["tests.happened"]


def test_an_idle_turn_is_a_handful_of_statements(lake: Path) -> None:
    with sole_writer(patient=True):
        exporter = Exporter()
        exporter.turn()
        with CaptureQueriesContext(connection) as statements:
            assert exporter.turn() == 0
    assert len(statements) <= 8  # the settings of the firm may be read anew among them


def _killed(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt
