"""Makes every write to a watched table leave its mark, whoever writes and however: an action, COPY, plain SQL.

Each row carries the id of the transaction that made it. A statement that changes or deletes rows leaves a `Touched`
with their ids, and nothing in the rows themselves: a mark there, which has to be found again by an index, would make
every update write into all indexes of the table (`docs/decisions/how-the-lake-follows-the-database.md`). So an update
that touches no indexed column stays within its page, where the tables leave room for it. Runs after each migration and
changes only what is missing.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from psycopg import sql

from perennial.foundation.sql import execute, fetch, fetch_one
from perennial.lake.registry import WatchedTable, watched_tables

_LOCK = 7_201_601  # advisory: two processes that migrate at once


def watch_after_migrating(*, using: str, **_: Any) -> None:
    """Receiver of `post_migrate`: rooms may have brought new tables."""
    if using == "default":
        install_watches()


def install_watches() -> int:
    """Watch every table that should be; the number of tables that were not watched before."""
    with transaction.atomic():
        execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        existing = {name for (name,) in fetch("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")}
        return sum(_watch(each) for each in watched_tables().values() if each.table in existing)


def _watch(watched: WatchedTable) -> bool:
    marks_itself = watched.xid_column != "lake_xid"
    wanted = {"lake_removed", "lake_emptied"} | (set() if marks_itself else {"lake_changed"})
    notes = _function(watched)
    functions = dict(fetch("SELECT tgname, tgfoid::regproc::text FROM pg_trigger WHERE tgrelid = %s::regclass",
                           [_quoted(watched)]))  # fmt: skip
    if wanted <= functions.keys() and functions["lake_removed"] == notes:
        return False
    _run(_NOTE, watched)
    if not marks_itself:
        _run(_CHANGED, watched)
    _run(_REMOVED, watched)
    return True


def _function(watched: WatchedTable) -> str:
    """Each name of a key has a function of its own, so that PostgreSQL plans what it does once."""
    return f"lake_note_{watched.id_column}"[:63]


_NOTE = """
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO lake_touched (table_name, row_ids)
        SELECT TG_TABLE_NAME, array_agg(id) FROM (
            SELECT {id} AS id, (row_number() OVER () - 1) / 10000 AS part FROM touched
        ) numbered GROUP BY part;
    RETURN NULL;
END $$
"""
_CHANGED = """
ALTER TABLE {table} ADD COLUMN IF NOT EXISTS lake_xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX IF NOT EXISTS {index} ON {table} (lake_xid, {id});
ALTER TABLE {table} SET (fillfactor = 85);
DROP TRIGGER IF EXISTS lake_stamp ON {table};
CREATE OR REPLACE TRIGGER lake_changed AFTER UPDATE ON {table} REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION {function}()
"""
_REMOVED = """
CREATE OR REPLACE TRIGGER lake_removed AFTER DELETE ON {table} REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION {function}();
CREATE OR REPLACE TRIGGER lake_emptied AFTER TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION lake_note_removal()
"""


def _run(statements: str, watched: WatchedTable) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(statements).format(
                table=sql.Identifier(watched.table), id=sql.Identifier(watched.id_column),
                function=sql.Identifier(_function(watched)), index=sql.Identifier(f"{watched.table[:54]}_lake_xid"),
            )
        )  # fmt: skip


def _quoted(watched: WatchedTable) -> str:
    row = fetch_one("SELECT quote_ident(%s)", [watched.table])
    return str(row[0]) if row else watched.table
