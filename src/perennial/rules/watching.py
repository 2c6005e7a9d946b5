"""Tables behind facts say by themselves what was written in them, whoever writes and however.

The first live rule that names a fact of a table gives the table its triggers, for good; they note nothing while no rule
asks (`rules_mark.watched`). What they note is taken away by reading it: a row of a transaction that still runs is not
there yet, so none is missed.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from psycopg import sql

from perennial.foundation.sql import execute, fetch
from perennial.rules.wakes import Wake, table_of

MOST = 200  # statements' worth of noted rows in one turn, each of 10,000 rows at the most
_EVENTS = {
    "INSERT": "REFERENCING NEW TABLE AS fresh",
    "UPDATE": "REFERENCING NEW TABLE AS fresh OLD TABLE AS stale",
    "DELETE": "REFERENCING OLD TABLE AS stale",
}


def watch(wakes: Iterable[Wake]) -> None:
    """Listen to exactly the tables that these rest on, in the transaction that changes the rules."""
    wanted = {wake.key: table_of(wake) for wake in wakes if wake.source == "table"}
    execute("UPDATE rules_mark SET watched = %s::text[] WHERE watched::text[] <> %s::text[]", [sorted(wanted)] * 2)
    known = {
        table for (table,) in fetch("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'rules_update'")
    }
    for table, id_column, columns in wanted.values():
        if table not in known and fetch("SELECT to_regclass(%s) IS NOT NULL", [f'"{table}"'])[0][0]:
            _install(table, id_column, columns)


def noted() -> list[tuple[str, list[int]]]:
    """What was written, by table, and for segments by "segment:<key>"; it is noted no more."""
    return fetch(
        "DELETE FROM rules_touched WHERE id IN (SELECT id FROM rules_touched WHERE segment_id IS NULL ORDER BY id"
        " LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING table_name, row_ids",
        [MOST],
    )


def note_members(key: str, record_ids: list[int]) -> None:
    """Members of a segment came or went otherwise than by live work: by hand, or in a sweep."""
    if record_ids:
        execute(
            "INSERT INTO rules_touched (table_name, row_ids) VALUES (%s, %s::bigint[])", [f"segment:{key}", record_ids]
        )


def _install(table: str, id_column: str, columns: tuple[str, ...]) -> None:
    given = sql.SQL(", ").join(map(sql.Literal, (id_column, *columns)))
    with connection.cursor() as cursor:
        for event, tables in _EVENTS.items():
            if columns and event != "UPDATE":  # that a record came or went stands in the change log
                continue
            cursor.execute(
                sql.SQL(
                    "CREATE OR REPLACE TRIGGER {name} AFTER {event} ON {table} {tables} FOR EACH STATEMENT"
                    " EXECUTE FUNCTION rules_note_touched({given})"
                ).format(
                    name=sql.Identifier(f"rules_{event.lower()}"),
                    event=sql.SQL(event),
                    table=sql.Identifier(table),
                    tables=sql.SQL(tables),
                    given=given,
                )
            )
