"""The exporter: takes what is new in every source and appends it to the lake.

A turn reads all sources in one snapshot and commits to one Delta table after the other, each with its position. Killed
anywhere, the next turn goes on from the position that the Delta table itself holds.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

import duckdb
import pyarrow as pa

from perennial.foundation.sql import fetch, fetch_one
from perennial.lake.copying import read
from perennial.lake.engine import new_engine
from perennial.lake.erasing import rows_to_forget
from perennial.lake.layout import CHANGES, EVENTS, Column, Source, source_of
from perennial.lake.made import made_columns
from perennial.lake.models import Erasure
from perennial.lake.place import root_url
from perennial.lake.progress import Exported, mirror_positions, note_erased, note_progress
from perennial.lake.properties import typed_schema, with_properties
from perennial.lake.registry import watched_tables
from perennial.lake.store import Position, Store
from perennial.lake.writer import one_snapshot, sole_writer
from perennial.objects.made.catalogue import definitions_version

BATCH = 200_000  # rows of a source in one turn
PAUSE = 2.0  # seconds between two appends to one table: files are not worth having by the second
_XID = "_xid"
VERSION_COLUMNS = (("_xid", pa.int64()), ("_removed", pa.bool_()), ("_settled", pa.bool_()))


@dataclass
class Exporter:
    """Keeps the Delta tables open between turns. Make a new one when a turn has failed."""

    stores: dict[str, Store] = field(default_factory=dict)
    engine: duckdb.DuckDBPyConnection = field(default_factory=new_engine)
    appended_at: dict[str, float] = field(default_factory=dict)
    definitions: int = 0  # the version of what users made, by which the columns are

    def __post_init__(self) -> None:
        self._open()

    def _open(self) -> None:
        root = root_url()
        self.definitions = definitions_version()
        next_xid = _snapshot("xmax")
        for source in all_sources():
            store = self.stores[source.name] = Store(root, source, schema_of(source))
            if store.position.xid >= next_xid:  # an older copy of the database's files was put back
                store.start_over()
        mirror_positions({name: store.position for name, store in self.stores.items()})

    def turn(self, *, limit: int = BATCH, pause: float = PAUSE) -> int:
        """One batch of every source that has something new; the number of rows. Only as the sole writer."""
        done: list[Exported] = []
        with one_snapshot():
            # Whoever sees a row here sees the definitions that it was written by.
            is_current = definitions_version() == self.definitions
            if is_current:
                erased = self._erase()
                below = _snapshot("xmin")  # the oldest transaction that still runs
                waiting = self._waiting(below)
                for name in waiting:
                    if time.monotonic() - self.appended_at.get(name, -pause) >= pause:
                        exported = self._export(self.stores[name], below, limit)
                        done.append(exported)
                        if exported.rows < limit:
                            self.appended_at[name] = time.monotonic()
        if not is_current:
            self._open()
            return self.turn(limit=limit, pause=pause)
        note_erased(erased)
        note_progress(done, abreast=[name for name in self.stores if name not in waiting])
        return sum(exported.rows for exported in done)

    def _waiting(self, below: int) -> list[str]:
        """The sources with rows that are not in the lake yet, by one statement."""
        questions = []
        for name, store in self.stores.items():
            source = store.source
            asked = f"EXISTS (SELECT FROM {_table(source)} WHERE {_after(source, store.position, below)})"
            if source.is_watched:
                asked += f" OR EXISTS (SELECT FROM lake_removal WHERE {_removed_after(store, below)})"
            questions.append(f"SELECT '{name}', {asked}")
        return [name for name, is_waiting in fetch(" UNION ALL ".join(questions)) if is_waiting]

    def _export(self, store: Store, below: int, limit: int) -> Exported:
        store.refresh()
        source = store.source
        removed = self._removed(store, below, limit) if source.is_watched else _NONE
        if removed.is_all:
            store.start_over()
        position = store.position
        # With the table's name: a bare "id" would be the text that is selected, which no index has in order.
        order = f"{_table(source)}.{source.xid}, {_table(source)}.{_id(source)}"
        rows = self._read(source, f"{_after(source, position, below)} ORDER BY {order} LIMIT {limit}")
        if rows.num_rows:
            last = rows.slice(rows.num_rows - 1).to_pylist()[0]
            position = Position(last[_XID], str(last[source.id]))
        if rows.num_rows or removed.position:
            data = self._shaped(source, rows, removed)
            store.append(data, rows=position, removals=removed.position)
        count = rows.num_rows + len(removed.ids)
        return Exported(source.name, source.table, position.xid, position.id, count, removed.position)

    def _erase(self) -> list[int]:
        """Carry out the erasures that are open; their numbers. Repeating one does no harm.

        An erasure is seen as soon as it is committed, what its transaction wrote only later: so that comes in after it.
        """
        numbers = []
        for erasure in Erasure.objects.filter(done_at=None).order_by("id"):
            for name, condition in rows_to_forget(erasure.what):
                if name in self.stores:
                    self._read_again(self.stores[name], condition)
            numbers.append(int(erasure.pk))
        return numbers

    def _read_again(self, store: Store, condition: str) -> None:
        store.refresh()
        source, position = store.source, store.position
        store.erase(condition)
        rows = self._read(source, f"({condition}) AND {_up_to(source, position)}")
        if rows.num_rows:
            store.append(self._shaped(source, rows, _NONE), rows=position)

    def _read(self, source: Source, condition: str) -> pa.Table:
        columns = [Column(_XID, f"{source.xid}::text::bigint", pa.int64()), *source.columns]
        selected = ", ".join(column.sql for column in columns)
        return read(f"SELECT {selected} FROM {_table(source)} WHERE {condition}", columns)

    def _shaped(self, source: Source, rows: pa.Table, removed: Removed) -> pa.Table:
        """As they stand in the lake."""
        if source.is_watched:
            return _versions(rows, removed, source)
        rows = rows.drop_columns([_XID])
        return with_properties(rows, self.engine) if source is EVENTS else rows

    def _removed(self, store: Store, below: int, limit: int) -> Removed:
        """Rows that are gone. One that was made again meanwhile is not: it comes with its own new transaction."""
        source = store.source
        found = fetch(
            f"SELECT r.xid::text::bigint, r.id, r.row_id,"
            f" EXISTS (SELECT FROM {_table(source)} t WHERE t.{_id(source)} = r.row_id)"
            f" FROM lake_removal r WHERE {_removed_after(store, below)} ORDER BY r.xid, r.id LIMIT {limit}"
        )
        if not found:
            return _NONE
        gone = [(xid, row_id) for xid, _, row_id, is_there in found if row_id is not None and not is_there]
        return Removed(
            [row_id for _, row_id in gone], [xid for xid, _ in gone], any(row[2] is None for row in found),
            Position(found[-1][0], str(found[-1][1])),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Removed:
    """Rows that were deleted, and up to where that is known. `is_all`: the table was emptied."""

    ids: list[int] = field(default_factory=list)
    xids: list[int] = field(default_factory=list)
    is_all: bool = False
    position: Position | None = None


_NONE = Removed()


def export_all() -> int:
    """Everything that is committed now, also while the loop runs in another process; the number of rows."""
    with sole_writer(patient=True):
        exporter = Exporter()
        total = 0
        while done := exporter.turn(pause=0.0):
            total += done
        return total


def all_sources() -> list[Source]:
    watched = [source_of(each) for each in watched_tables().values()]
    return [
        EVENTS,
        CHANGES,
        *(replace(each, columns=(*each.columns, *made_columns(each.table))) for each in watched if each is not None),
    ]


def schema_of(source: Source) -> pa.Schema:
    fields = [(column.name, column.type) for column in source.columns]
    if source.is_watched:
        fields += VERSION_COLUMNS
    if source is EVENTS:
        fields += typed_schema()
    return pa.schema(fields)


def _versions(rows: pa.Table, removed: Removed, source: Source) -> pa.Table:
    """As they stand in the lake: when a row was written, and the rows that are gone."""
    schema = schema_of(source)
    count = rows.num_rows
    rows = rows.append_column("_removed", pa.repeat(pa.scalar(False), count))
    rows = rows.append_column("_settled", pa.repeat(pa.scalar(False), count)).select(schema.names)
    gone = {name: pa.nulls(len(removed.ids), schema.field(name).type) for name in schema.names}
    gone |= {
        source.id: pa.array(removed.ids, pa.int64()), _XID: pa.array(removed.xids, pa.int64()),
        "_removed": pa.repeat(pa.scalar(True), len(removed.ids)),
        "_settled": pa.repeat(pa.scalar(False), len(removed.ids)),
    }  # fmt: skip
    return pa.concat_tables([rows.cast(schema), pa.table(gone, schema=schema)])


def _snapshot(bound: str) -> int:
    row = fetch_one(f"SELECT pg_snapshot_{bound}(pg_current_snapshot())::text")
    return int(row[0]) if row else 0


def _up_to(source: Source, position: Position) -> str:
    return f"({source.xid}, {_id(source)}) <= ('{position.xid}'::xid8, '{position.id}'::{source.id_type})"


def _after(source: Source, position: Position, below: int) -> str:
    return (
        f"({source.xid}, {_id(source)}) > ('{position.xid}'::xid8, '{position.id}'::{source.id_type})"
        f" AND {source.xid} < '{below}'::xid8"
    )


def _removed_after(store: Store, below: int) -> str:
    position = store.removals_position
    return (
        f"table_name = '{store.source.table}' AND (xid, id) > ('{position.xid}'::xid8, '{position.id}'::bigint)"
        f" AND xid < '{below}'::xid8"
    )


def _table(source: Source) -> str:
    return f'"{source.table}"'


def _id(source: Source) -> str:
    return f'"{source.id}"'
