from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from perennial.foundation.sql import execute
from perennial.lake.exporting import export_all
from perennial.lake.tests.reading import rows
from perennial.lake.tests.world import Orchard, OrchardFacts
from perennial.lake.upkeep import compact, remove_old_files, sort_events
from perennial.timeline.record import Change, NewEvent, log_changes, record

START = datetime(2026, 5, 1, tzinfo=UTC)
QUESTIONS = (
    "SELECT type, p_plant, count(*) FROM events GROUP BY ALL ORDER BY ALL",
    "SELECT * EXCLUDE (updated_at) FROM record_lake_tests_orchard ORDER BY id",
    "SELECT * FROM fact_lake_tests_orchardfacts ORDER BY orchard_id",
    "SELECT * FROM changes ORDER BY id",
)


def files(lake: Path, table: str) -> list[Path]:
    return list(lake.glob(f"*/{table}/*.parquet"))


def busy_days() -> None:
    """Events out of order, versions on versions, removals; exported in small steps."""
    orchards = [Orchard.objects.create(name=f"Orchard {n}") for n in range(8)]
    for day in range(6):
        at = START + timedelta(days=(day * 7) % 5)
        record([NewEvent("tests.planted", 3, {"plant": f"p{day % 3}"}, occurred_at=at) for _ in range(3)])
        Orchard.objects.filter(pk=orchards[day].pk).update(size=day)
        OrchardFacts.objects.update_or_create(orchard_id=orchards[day % 2].pk, defaults={"visits": day})
        log_changes([Change("tests.orchard", day, "create", {})], actor="user:1", action="tests.plant")
        export_all()
    orchards[0].delete()
    execute("DELETE FROM lake_tests_orchardfacts WHERE orchard_id = %s", [orchards[1].pk])
    export_all()


def test_upkeep_changes_no_answer(lake: Path) -> None:
    busy_days()
    before = [rows(question) for question in QUESTIONS]
    assert len(before[1]) == 7
    assert len(before[2]) == 0 or len(before[2]) == 1
    assert compact(at_once=True) > 0
    assert sort_events(at_once=True)
    assert [rows(question) for question in QUESTIONS] == before
    Orchard.objects.update(size=99)
    OrchardFacts.objects.update(visits=99)
    export_all()
    assert {size for (size,) in rows("SELECT size FROM record_lake_tests_orchard")} == {99}
    compact(at_once=True)
    remove_old_files(grace_hours=0)
    assert {size for (size,) in rows("SELECT size FROM record_lake_tests_orchard")} == {99}
    assert len(files(lake, "record_lake_tests_orchard")) == 1
    assert export_all() == 0, "the position stays through upkeep"


def test_a_table_in_good_order_is_left_alone(lake: Path) -> None:
    busy_days()
    compact(at_once=True)
    sort_events(at_once=True)
    assert compact() == 0
    assert compact(at_once=True) == 0
    assert not sort_events()


def test_events_are_sorted_within_the_file(lake: Path) -> None:
    busy_days()
    sort_events(at_once=True)
    (file,) = [file for file in files(lake, "event") if file.stat().st_mtime == max(
        each.stat().st_mtime for each in files(lake, "event"))]  # fmt: skip
    moments = [at for (at,) in rows(f"SELECT occurred_at FROM read_parquet('{file}')")]
    assert moments == sorted(moments)
    assert len(moments) == 18


def test_old_files_outlive_the_longest_query(lake: Path) -> None:
    busy_days()
    before = set(files(lake, "event"))
    sort_events(at_once=True)
    remove_old_files()
    assert before < set(files(lake, "event"))
