"""What is in an archive: every table but those left out, each column as a type that other programs have too."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from django.db import connection
from psycopg import sql

from perennial.foundation.sql import execute, fetch

FORMAT = 1
# By the beginning of a table's name: why it stays where it is. A room adds its own with `leave_out`.
LEFT_OUT: dict[str, str] = {
    "procrastinate_": "background work belongs to one installation",
    "django_": "made by migrating, and sessions of people who are signed in",
    "auth_": "made by migrating; roles and rights are in workspace_role",
    "timeline_consumer": "how far the logs were read here",
    "timeline_delivery": "what leaves this installation: another must not send it again",
    "timeline_lane": "how patient this installation is with whom",
    "workspace_mail": "mail that was sent, with links that open doors",
    "objects_idempotency": "answers to programs, kept for a day",
    "objects_export": "exports, whose files are kept for days",
}
# Columns that no archive holds, and what stands there after loading: SQL over the other columns of the row.
SECRETS: dict[tuple[str, str], str] = {
    ("workspace_user", "password"): "'!'",
    ("workspace_apikey", "digest"): "'none:' || id",
}
LOGS = {"timeline_event": "uuid", "timeline_change": "bigint"}  # and the type of their ids
WAITING = "is_waiting"  # a column of the logs in the archive: somebody who follows the log had not read the row yet
_OWN_TYPES = frozenset({"xid8", "xid"})  # numbers of transactions mean nothing elsewhere
_NUMERIC = re.compile(r"numeric\((\d+),(\d+)\)")
_KNOWN = {
    "bigint": "int64", "integer": "int32", "smallint": "int16", "boolean": "bool", "date": "date32",
    "timestamp with time zone": "timestamp", "double precision": "float64", "real": "float32",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """`db_type` is PostgreSQL's; `type` the archive's: one of Arrow's, "decimal(18,4)", or "text" for what has no like
    elsewhere, written as PostgreSQL writes it (of jsonb that is JSON)."""

    name: str
    db_type: str
    type: str


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    columns: tuple[Column, ...]
    secrets: tuple[str, ...] = ()

    def select(self) -> str:
        """The rows as they are written."""
        parts = [
            f'{_quoted(each.name)}::text' if each.type == "text" else _quoted(each.name) for each in self.columns
        ]  # fmt: skip
        if self.name in LOGS:
            parts.append(_is_waiting(self.name))
        return f"SELECT {', '.join(parts)} FROM {_quoted(self.name)} l"


def leave_out(table: str, why: str) -> None:
    """For rooms: a table that belongs to this installation alone."""
    LEFT_OUT[table] = why


def why_left_out(table: str) -> str:
    return next((why for start, why in LEFT_OUT.items() if table.startswith(start)), "")


def archived_tables() -> list[Table]:
    """By name. Partitions are their parent's."""
    found: dict[str, list[tuple[str, str]]] = {}
    for table, column, db_type in fetch(
        "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_class c JOIN pg_attribute a"
        " ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''"
        " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        " ORDER BY c.relname, a.attname"
    ):
        found.setdefault(table, []).append((column, db_type))
    return [_table(name, columns) for name, columns in found.items() if not why_left_out(name)]


def fitting(table: Table) -> Table:
    """The table with those columns as text that hold a day or a moment which only PostgreSQL knows: the end of all
    days, or one before the year 1 or after 9999."""
    calendar = [each for each in table.columns if each.type in ("date32", "timestamp")]
    if not calendar:
        return table
    tests = ", ".join(f"bool_or({_quoted(each.name)} NOT BETWEEN '0001-01-02' AND '9999-12-30')" for each in calendar)
    (found,) = fetch(f"SELECT {tests} FROM {_quoted(table.name)}")
    strange = {each.name for each, is_strange in zip(calendar, found, strict=True) if is_strange}
    columns = tuple(replace(each, type="text") if each.name in strange else each for each in table.columns)
    return replace(table, columns=columns)


def left_out_tables() -> dict[str, str]:
    """Those there are, and why."""
    names = fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')"
        " AND NOT relispartition ORDER BY relname"
    )
    return {name: why for (name,) in names if (why := why_left_out(name))}


def settle_output() -> None:
    """How values are written as text, whatever the server's settings. Within a transaction."""
    for setting in ("TimeZone TO 'UTC'", "DateStyle TO 'ISO, YMD'", "IntervalStyle TO 'iso_8601'",
                    "extra_float_digits TO 1", "bytea_output TO 'hex'"):  # fmt: skip
        execute(f"SET LOCAL {setting}")


def rows_and_digest(table: Table) -> tuple[int, str]:
    """How many rows, and a digest of what stands in them, whatever their order: two sums over the MD5 of each row."""
    row = f"ROW({', '.join(_quoted(each.name) for each in table.columns)})::text"
    halves = ", ".join(f"coalesce(sum(('x' || substr(m, {start}, 15))::bit(60)::bigint), 0)::text" for start in (1, 16))
    ((count, first, second),) = fetch(
        f"SELECT count(*), {halves} FROM (SELECT md5({row}) AS m FROM {_quoted(table.name)}) t"
    )
    return count, f"{first}-{second}"


def _is_waiting(log: str) -> str:
    return (
        f"EXISTS (SELECT FROM timeline_consumer c WHERE c.log = '{log}'"
        f" AND (l.xid, l.id) > (c.xid, c.row_id::{LOGS[log]}))"
    )


def _table(name: str, columns: list[tuple[str, str]]) -> Table:
    secrets = tuple(column for column, _type in columns if (name, column) in SECRETS)
    return Table(
        name,
        tuple(
            Column(column, db_type, _type_of(db_type))
            for column, db_type in columns
            if db_type not in _OWN_TYPES and column not in secrets
        ),
        secrets,
    )


def _type_of(db_type: str) -> str:
    numeric = _NUMERIC.fullmatch(db_type)
    if numeric and int(numeric[1]) <= 38 and int(numeric[2]) <= int(numeric[1]):
        return f"decimal({numeric[1]},{numeric[2]})"
    return _KNOWN.get(db_type, "text")


def _quoted(name: str) -> str:
    return sql.Identifier(name).as_string(connection.connection)
