"""The declared properties of events as typed columns, so that no question has to parse JSON.

A property is the column `p_<key>`, or `p_<key>_<kind>` where event types disagree about its kind. What was observed and
is declared nowhere is the column `seen_<kind>_<key>`, which never changes. Only events of types that have the property
fill it; a value that is not of the kind is NULL.
"""

from __future__ import annotations

import re
from hashlib import blake2b

import duckdb
import pyarrow as pa

from perennial.lake.layout import MOMENT, WIDEST
from perennial.objects.observed.types import every_event_type, observed_types
from perennial.timeline.types import EventType, Property, event_types

SEEN = "seen_"
_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(), "whole": pa.int64(), "number": WIDEST, "money": WIDEST, "flag": pa.bool_(), "moment": MOMENT,
    "day": pa.date32(),
}  # fmt: skip
_CASTS = {
    "text": "{}", "whole": "TRY_CAST({} AS BIGINT)", "number": "TRY_CAST({} AS DECIMAL(38, 10))",
    "money": "TRY_CAST({} AS DECIMAL(38, 10))", "flag": "TRY_CAST({} AS BOOLEAN)",
    "moment": "TRY_CAST({} AS TIMESTAMPTZ)", "day": "TRY_CAST({} AS DATE)",
}  # fmt: skip


def property_columns() -> dict[tuple[str, str], str]:
    """The column of each declared (property, kind)."""
    kinds: dict[str, set[str]] = {}
    for declared in event_types.values():
        for each in declared.properties:
            kinds.setdefault(each.key, set()).add(each.kind)
    columns = {
        (key, kind): f"p_{key}" if len(found) == 1 else f"p_{key}_{kind}"
        for key, found in sorted(kinds.items())
        for kind in sorted(found)
    }
    for observed in list(observed_types.values()):
        for each in observed.properties:
            columns.setdefault((each.key, each.kind), _seen(each))
    return columns


def _seen(property: Property) -> str:
    """A name that Delta and every engine take, whatever a client has called it; "Total" and "total" are two."""
    plain = re.sub(r"[^a-z0-9_]", "_", property.key.lower())[:40]
    if plain != property.key:
        plain += f"_{blake2b(property.key.encode(), digest_size=4).hexdigest()}"
    return f"{SEEN}{property.kind}_{plain}"


def typed_schema() -> list[tuple[str, pa.DataType]]:
    return [(column, _TYPES[kind]) for (_, kind), column in property_columns().items()]


def with_properties(events: pa.Table, connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """The events with a column for each property, in the order in which they happened."""
    columns = property_columns()
    present = set(events.column("type").unique().to_pylist())
    declared = [each for each in every_event_type(with_hidden=True) if each.properties and each.key in present]
    plain = ", ".join(f'"{name}"' for name in events.column_names)
    parts = [f"SELECT {plain} FROM incoming"]
    if declared:
        parts[0] += f" WHERE type NOT IN ({', '.join(_literal(each.key) for each in declared)})"
    parts += [_typed(each, plain, columns) for each in declared]
    empty = ", ".join(f"NULL::{_duck(type)} AS {_quoted(name)}" for name, type in typed_schema())
    head = f"SELECT {plain}{', ' + empty if empty else ''} FROM incoming WHERE FALSE"
    connection.register("incoming", events)
    try:
        return connection.sql(" UNION ALL BY NAME ".join([head, *parts]) + " ORDER BY occurred_at, id").to_arrow_table()
    finally:
        connection.unregister("incoming")


def _typed(declared: EventType, plain: str, columns: dict[tuple[str, str], str]) -> str:
    paths = ", ".join(_literal(_path(each)) for each in declared.properties)
    values = ", ".join(
        f"{_CASTS[each.kind].format(f'found[{index}]')} AS {_quoted(columns[each.key, each.kind])}"
        for index, each in enumerate(declared.properties, 1)
    )
    return (
        f"SELECT {plain}, {values} FROM (SELECT *, json_extract_string(properties, [{paths}]) AS found"
        f" FROM incoming WHERE type = {_literal(declared.key)})"
    )


def _path(declared: Property) -> str:
    escaped = declared.key.replace("\\", "\\\\").replace('"', '\\"')
    return f'$."{escaped}".amount' if declared.kind == "money" else f'$."{escaped}"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _duck(type: pa.DataType) -> str:
    if pa.types.is_decimal(type):
        return f"DECIMAL({type.precision}, {type.scale})"
    return {
        pa.string(): "VARCHAR", pa.int64(): "BIGINT", pa.bool_(): "BOOLEAN", MOMENT: "TIMESTAMPTZ", pa.date32(): "DATE",
    }[type]  # fmt: skip
