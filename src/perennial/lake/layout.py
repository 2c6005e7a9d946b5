"""The columns of the lake's tables, and how each is read out of PostgreSQL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa
from django.db import connection
from psycopg import sql

from perennial.foundation.sql import fetch
from perennial.lake.registry import WatchedTable

MOMENT = pa.timestamp("us", "UTC")
WIDEST = pa.decimal128(38, 10)
IDS = pa.list_(pa.field("element", pa.int64()))
TEXTS = pa.list_(pa.field("element", pa.string()))
_NOT_FOR_THE_LAKE = {"sort_key", "folded", "grams", "lake_xid"}  # they only serve searching and exporting
_NUMERIC = re.compile(r"numeric\((\d+),(-?\d+)\)")
_FIRST_ID = {"uuid": "00000000-0000-0000-0000-000000000000", "bigint": str(-(2**63))}


class Column(NamedTuple):
    """`sql` says the column as text of a CSV file that Arrow reads as `type`."""

    name: str
    sql: str
    type: pa.DataType


@dataclass(frozen=True, slots=True)
class Source:
    """A table of PostgreSQL as it is exported. `id` and `xid` are the columns that a position is made of."""

    name: str
    table: str
    columns: tuple[Column, ...]
    id: str = "id"
    id_type: str = "bigint"
    xid: str = "xid"
    is_watched: bool = False

    @property
    def first_id(self) -> str:
        return _FIRST_ID[self.id_type]


def _text(name: str) -> Column:
    return Column(name, f'"{name}"::text', pa.string())


def _whole(name: str) -> Column:
    return Column(name, f'"{name}"', pa.int64())


def _moment(name: str) -> Column:
    return Column(name, f'"{name}"', MOMENT)


EVENTS = Source(
    "event", "timeline_event", (
        _text("id"), _moment("occurred_at"), _moment("known_at"), _text("client_timestamp"), _whole("profile_id"),
        _text("type"), _text("source"), _text("channel"), _text("actor"), _text("subject_kind"), _whole("subject_id"),
        _text("properties"), _text("class"), _text("definition"), _text("cause"),
    ), id_type="uuid",
)  # fmt: skip
CHANGES = Source(
    "change", "timeline_change", (
        _whole("id"), _moment("occurred_at"), _moment("known_at"), _text("object_key"), _whole("record_id"),
        _text("kind"), _text("values"), _text("actor"), _text("action"), _text("cause"), _whole("run_id"),
    ),
)  # fmt: skip


def source_of(watched: WatchedTable) -> Source | None:
    """How a watched table is exported, by its columns as they are now; None while it does not exist."""
    rows = fetch(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
        " WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
        [sql.Identifier(watched.table).as_string(connection.connection)],
    )
    types = dict(rows)
    if watched.xid_column not in types:
        return None
    names = watched.columns or tuple(name for name in types if name not in {*_NOT_FOR_THE_LAKE, watched.xid_column})
    columns = (watched.id_column, *(name for name in names if name != watched.id_column))
    return Source(
        watched.name, watched.table, tuple(column_of(name, types[name]) for name in columns),
        id=watched.id_column, xid=watched.xid_column, is_watched=True,
    )  # fmt: skip


def column_of(name: str, db_type: str) -> Column:
    """What the lake cannot hold (NaN, infinity, the time before Christ) is NULL there."""
    quoted = '"{}"'.format(name.replace('"', '""').replace("%", "%%"))
    match db_type:
        case "bigint" | "integer" | "smallint":
            return Column(name, quoted, pa.int64())
        case "boolean":
            return Column(name, quoted, pa.bool_())
        case "date":
            return Column(name, _within(quoted, "0001-01-01", "9999-12-31"), pa.date32())
        case "timestamp with time zone":
            return Column(name, _within(quoted, "0001-01-02", "9999-12-30"), MOMENT)
        case "double precision" | "real":
            return Column(name, quoted, pa.float64())
        case "bigint[]":
            return Column(name, f"array_to_json({quoted})::text", IDS)
        case "text[]" | "character varying[]":
            return Column(name, f"array_to_json({quoted})::text", TEXTS)
    if db_type.startswith("numeric"):
        return _decimal(name, quoted, db_type)
    return Column(name, f"{quoted}::text", pa.string())


def _decimal(name: str, quoted: str, db_type: str) -> Column:
    found = _NUMERIC.fullmatch(db_type)
    if found and int(found[1]) <= 38 and 0 <= int(found[2]) <= int(found[1]):
        return Column(name, f"NULLIF({quoted}, 'NaN')", pa.decimal128(int(found[1]), int(found[2])))
    return Column(name, f"CASE WHEN abs({quoted}) < 1e28 THEN round({quoted}, 10) END", WIDEST)


def _within(quoted: str, first: str, last: str) -> str:
    return f"CASE WHEN {quoted} BETWEEN '{first}' AND '{last}' THEN {quoted} END"
