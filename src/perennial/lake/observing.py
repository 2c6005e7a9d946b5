"""Which types and properties of events nobody has named yet, looked for in the events on their way into the lake.

Every event is looked at once, for its keys alone; only where there is a new one are values looked at, to tell its kind.
"""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa

from perennial.objects.observed.noting import Found, Room, Seen
from perennial.objects.observed.types import observed_types
from perennial.timeline.types import PropertyKind

_LOOKED_AT = 2_000  # values of a property
_DAY, _MOMENT = r"\d{4}-\d\d-\d\d", r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*"
_NEARLY_ALL = 0.9  # of the values: one "n/a" among a hundred prices does not make them words
_KINDS = f"""
    SELECT type, key, CASE
        WHEN avg((kind IN ('BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE'))::int) >= {_NEARLY_ALL} THEN 'number'
        WHEN avg((kind = 'BOOLEAN')::int) >= {_NEARLY_ALL} THEN 'flag'
        WHEN avg((kind = 'OBJECT' AND said LIKE '%"amount"%' AND said LIKE '%"currency"%')::int) >= {_NEARLY_ALL}
            THEN 'money'
        WHEN avg((kind = 'VARCHAR' AND regexp_full_match(said, '{_DAY}'))::int) >= {_NEARLY_ALL} THEN 'day'
        WHEN avg((kind = 'VARCHAR' AND regexp_full_match(said, '{_MOMENT}'))::int) >= {_NEARLY_ALL} THEN 'moment'
        WHEN avg((kind NOT IN ('OBJECT', 'ARRAY'))::int) >= {_NEARLY_ALL} THEN 'text' END
    FROM (
        SELECT incoming.type, part.key, part.type AS kind, coalesce(part.value ->> '$', '') AS said
        FROM incoming, json_each(incoming.properties) part
        WHERE incoming.type = $type AND part.key IN (SELECT unnest($keys)) AND part.type <> 'NULL'
        QUALIFY row_number() OVER (PARTITION BY part.key) <= {_LOOKED_AT}
    ) GROUP BY ALL
"""


def unseen(events: pa.Table, connection: duckdb.DuckDBPyConnection) -> Found:
    """What is new in a batch of events: by type, the kind of each property. Lists and nested objects are left out."""
    connection.register("incoming", events)
    try:
        keys: dict[str, dict[str, None]] = {}
        sources: dict[str, str] = {}
        asked = "SELECT type, json_keys(properties), min(source) FROM incoming WHERE type IS NOT NULL GROUP BY 1, 2"
        for type, some, source in _rows(connection, f"{asked} ORDER BY 1, 3"):
            keys.setdefault(type, {}).update(dict.fromkeys(some or ()))
            sources.setdefault(type, source or "")
        found: dict[str, Seen] = {}
        room = Room()
        for type, named in keys.items():
            new = room.unknown(type, named, sources[type])
            if new is not None:
                kinds = _rows(connection, _KINDS, {"type": type, "keys": new}) if new else []
                told: dict[str, PropertyKind] = {key: kind for _type, key, kind in kinds if kind}
                if told or not new or type not in observed_types:
                    found[type] = Seen(sources[type], told)
        return found
    finally:
        connection.unregister("incoming")


def _rows(connection: duckdb.DuckDBPyConnection, asked: str, params: object = None) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in connection.sql(asked, params=params).to_arrow_table().to_pylist()]
