"""Makes every write to a watched table leave its mark, whoever writes and however: an action, COPY, plain SQL.

Each row carries the id of the transaction that wrote it last (`docs/decisions/how-the-lake-follows-the-database.md`
tells what that costs). What is deleted leaves a `Removal`. Runs after each migration and changes only what is missing.
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
    wanted = {"lake_removed", "lake_emptied"} | ({"lake_stamp"} if watched.xid_column == "lake_xid" else set())
    triggers = {
        name for (name,) in fetch("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass", [_quoted(watched)])
    }
    if wanted <= triggers:
        return False
    if "lake_stamp" in wanted:
        _run(
            "ALTER TABLE {table} ADD COLUMN IF NOT EXISTS lake_xid xid8 NOT NULL DEFAULT pg_current_xact_id();"
            "CREATE INDEX IF NOT EXISTS {index} ON {table} (lake_xid, {id});"
            "CREATE OR REPLACE TRIGGER lake_stamp BEFORE UPDATE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION lake_stamp()",
            watched,
        )
    _run(
        "CREATE OR REPLACE TRIGGER lake_removed AFTER DELETE ON {table} REFERENCING OLD TABLE AS gone"
        " FOR EACH STATEMENT EXECUTE FUNCTION lake_note_removal({id_name});"
        "CREATE OR REPLACE TRIGGER lake_emptied AFTER TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION lake_note_removal()",
        watched,
    )
    return True


def _run(statements: str, watched: WatchedTable) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(statements).format(
                table=sql.Identifier(watched.table), id=sql.Identifier(watched.id_column),
                id_name=sql.Literal(watched.id_column), index=sql.Identifier(f"{watched.table[:54]}_lake_xid"),
            )
        )  # fmt: skip


def _quoted(watched: WatchedTable) -> str:
    row = fetch_one("SELECT quote_ident(%s)", [watched.table])
    return str(row[0]) if row else watched.table
