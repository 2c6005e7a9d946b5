"""Rows that are changed or deleted: noted by the statement, read again by the exporter."""

from __future__ import annotations

from pathlib import Path

import psycopg

from perennial.foundation.sql import execute, fetch
from perennial.lake.exporting import Exporter, export_all
from perennial.lake.progress import lag
from perennial.lake.tests.reading import address, rows
from perennial.lake.tests.world import Orchard
from perennial.lake.watch import install_watches
from perennial.lake.writer import sole_writer


def test_changes_and_deletions_of_a_slow_transaction_are_waited_for(lake: Path) -> None:
    ash, elm, fir = (Orchard.objects.create(name=name) for name in ("Ash", "Elm", "Fir"))
    export_all()
    with psycopg.connect(**address()) as slow:
        slow.execute("UPDATE lake_tests_orchard SET size = 1 WHERE id = %s", [ash.pk])
        slow.execute("DELETE FROM lake_tests_orchard WHERE id = %s", [fir.pk])
        Orchard.objects.filter(pk=elm.pk).update(size=2)
        Orchard.objects.create(name="Oak")
        export_all()
        assert rows("SELECT name, size FROM record_lake_tests_orchard ORDER BY name") == [
            ("Ash", None), ("Elm", None), ("Fir", None)]  # fmt: skip
        assert lag().source == "record_lake_tests_orchard"
        slow.commit()
    export_all()
    assert rows("SELECT name, size FROM record_lake_tests_orchard ORDER BY name") == [
        ("Ash", 1), ("Elm", 2), ("Oak", None)]  # fmt: skip
    assert lag().seconds == 0


def test_what_changes_while_an_older_transaction_is_waited_for_comes_in_at_last(lake: Path) -> None:
    """A row is read as it is, with what is not to be taken yet: that is read again, and stands above."""
    ash = Orchard.objects.create(name="Ash")
    export_all()
    with sole_writer(patient=True):
        exporter = Exporter()
        Orchard.objects.filter(pk=ash.pk).update(size=1)
        with psycopg.connect(**address()) as slow:
            slow.execute("INSERT INTO lake_tests_orchardfacts (orchard_id) VALUES (1)")
            for size in (2, 3):
                Orchard.objects.filter(pk=ash.pk).update(size=size)
                exporter.turn(pause=0)
            slow.commit()
        Orchard.objects.filter(pk=ash.pk).update(size=4)
        exporter.turn(pause=0)
        assert rows("SELECT size FROM record_lake_tests_orchard") == [(4,)]
        ash.delete()
        exporter.turn(pause=0)
        assert rows("SELECT size FROM record_lake_tests_orchard") == []


def test_changes_come_in_batches_each_row_once(lake: Path) -> None:
    orchards = [Orchard.objects.create(name=f"Orchard {n}") for n in range(7)]
    export_all()
    for orchard in orchards:
        Orchard.objects.filter(pk=orchard.pk).update(size=1)
    Orchard.objects.update(size=2)
    Orchard.objects.create(name="New")
    with sole_writer(patient=True):
        exporter = Exporter()
        assert [exporter.turn(limit=3, pause=0) for _ in range(4)] == [4, 3, 8, 0]
    assert rows("SELECT count(*), count(DISTINCT id), sum(size) FROM record_lake_tests_orchard") == [(8, 8, 14)]
    assert fetch("SELECT count(*) FROM lake_touched WHERE table_name = 'lake_tests_orchard'") == [(0,)]


def test_a_table_that_marked_its_changed_rows_before_is_watched_anew(lake: Path) -> None:
    execute("CREATE OR REPLACE FUNCTION lake_stamp() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN NEW.lake_xid := pg_current_xact_id(); RETURN NEW; END $$")  # fmt: skip
    execute("DROP TRIGGER lake_changed ON lake_tests_orchard")
    execute("CREATE TRIGGER lake_stamp BEFORE UPDATE ON lake_tests_orchard FOR EACH ROW EXECUTE FUNCTION lake_stamp()")
    ash = Orchard.objects.create(name="Ash")
    export_all()
    Orchard.objects.filter(pk=ash.pk).update(size=1)
    assert install_watches() == 1
    assert install_watches() == 0
    mark = "SELECT lake_xid FROM lake_tests_orchard"
    (before,) = fetch(mark)
    Orchard.objects.filter(pk=ash.pk).update(size=2)
    assert fetch(mark) == [before], "nothing that has an index was written"
    export_all()
    assert rows("SELECT size FROM record_lake_tests_orchard") == [(2,)]
