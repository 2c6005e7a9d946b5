"""The exporter: takes what is new in every source and appends it to the lake.

A turn reads all sources in one snapshot and commits to one Delta table after the other, each with its position. Killed
anywhere, the next turn goes on from the position that the Delta table itself holds.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
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
from perennial.lake.observing import unseen
from perennial.lake.place import root_url
from perennial.lake.progress import Exported, forget_touched, mirror_positions, note_erased, note_progress
from perennial.lake.properties import typed_schema, with_properties
from perennial.lake.registry import watched_tables
from perennial.lake.store import Position, Store
from perennial.lake.writer import one_snapshot, sole_writer
from perennial.objects.made.catalogue import definitions_version
from perennial.objects.observed.noting import Found, note

BATCH = 200_000  # rows of a source in one turn
PAUSE = 2.0  # seconds between two appends to one table: files are not worth having by the second
_XID = "_xid"
VERSION_COLUMNS = (("_xid", pa.int64()), ("_removed", pa.bool_()), ("_settled", pa.bool_()))


class Unseen(Exception):
    """Events with properties that have no column yet: they come in once it is made."""

    def __init__(self, found: Found) -> None:
        super().__init__(f"{len(found)} types")
        self.found = found


@dataclass
class Exporter:
    """Keeps the Delta tables open between turns. Make a new one when a turn has failed."""

    stores: dict[str, Store] = field(default_factory=dict)
    engine: duckdb.DuckDBPyConnection = field(default_factory=new_engine)
    appended_at: dict[str, float] = field(default_factory=dict)
    definitions: int = 0  # the version of what users made, by which the columns are
    asked: dict[str, tuple[Source, pa.Schema]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._open()

    def _open(self) -> None:
        root = root_url()
        self.definitions = definitions_version()
        asked = {source.name: (source, schema_of(source)) for source in all_sources()}
        if asked == self.asked:  # what changed is no column: to open all tables takes seconds
            return
        self.asked = asked
        next_xid = _snapshot("xmax")
        for source, schema in asked.values():
            store = self.stores[source.name] = Store(root, source, schema)
            if max(store.position.xid, store.touched_position.xid) >= next_xid:
                store.start_over()  # an older copy of the database's files was put back
        mirror_positions({name: store.position for name, store in self.stores.items()})
        for store in self.stores.values():  # what a turn that was killed could not
            forget_touched(store.source.table, store.touched_position)

    def turn(self, *, limit: int = BATCH, pause: float = PAUSE) -> int:
        """One batch of every source that has something new; the number of rows. Only as the sole writer."""
        try:
            return self._turn(limit, pause)
        except Unseen as met:
            note(met.found)
            return self.turn(limit=limit, pause=pause)

    def _turn(self, limit: int, pause: float) -> int:
        done: list[Exported] = []
        with one_snapshot():
            # Whoever sees a row here sees the definitions that it was written by.
            is_current = definitions_version() == self.definitions
            if is_current:
                below = _snapshot("xmin")  # the oldest transaction that still runs
                erased = self._erase(below)
                waiting = self._waiting(below)
                for name in waiting:
                    if time.monotonic() - self.appended_at.get(name, -pause) >= pause:
                        exported = self._export(self.stores[name], below, limit)
                        done.append(exported)
                        if exported.rows < limit:
                            self.appended_at[name] = time.monotonic()
        if not is_current:
            self._open()
            return self._turn(limit, pause)
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
                asked += f" OR EXISTS (SELECT FROM lake_touched WHERE {_touched_after(store, below)})"
            questions.append(f"SELECT '{name}', {asked}")
        return [name for name, is_waiting in fetch(" UNION ALL ".join(questions)) if is_waiting]

    def _export(self, store: Store, below: int, limit: int) -> Exported:
        store.refresh()
        source = store.source
        touched = self._touched(store, below, limit) if source.is_watched else _NONE
        if touched.is_all:
            store.start_over()
        position = store.position
        # With the table's name: a bare "id" would be the text that is selected, which no index has in order.
        order = f"{_table(source)}.{source.xid}, {_table(source)}.{_id(source)}"
        rows = self._read(source, f"{_after(source, position, below)} ORDER BY {order} LIMIT {limit}")
        count = rows.num_rows + touched.count
        if touched.count:
            changed = self._read(source, f"{_id(source)} IN ({touched.ids}) AND {_up_to(source, position)}")
            data = self._shaped(source, pa.concat_tables([rows, changed]), below, self._gone(source, touched))
        else:
            data = self._shaped(source, rows, below)
        if rows.num_rows:
            last = rows.slice(rows.num_rows - 1).to_pylist()[0]
            position = Position(last[_XID], str(last[source.id]))
        if rows.num_rows or touched.position:
            store.append(data, rows=position, touched=touched.position)
        return Exported(source.name, source.table, position.xid, position.id, count, touched.position)

    def _erase(self, below: int) -> list[int]:
        """Carry out the erasures that are open; their numbers. Repeating one does no harm.

        An erasure is seen as soon as it is committed, what its transaction wrote only later: so that comes in after it.
        """
        numbers = []
        for erasure in Erasure.objects.filter(done_at=None).order_by("id"):
            for name, condition in rows_to_forget(erasure.what):
                if name in self.stores:
                    self._read_again(self.stores[name], condition, below)
            numbers.append(int(erasure.pk))
        return numbers

    def _read_again(self, store: Store, condition: str, below: int) -> None:
        store.refresh()
        source, position = store.source, store.position
        store.erase(condition)
        rows = self._read(source, f"({condition}) AND {_up_to(source, position)}")
        if rows.num_rows:
            store.append(self._shaped(source, rows, below), rows=position)

    def _read(self, source: Source, condition: str) -> pa.Table:
        columns = [Column(_XID, f"{source.xid}::text::bigint", pa.int64()), *source.columns]
        selected = ", ".join(column.sql for column in columns)
        return read(f"SELECT {selected} FROM {_table(source)} WHERE {condition}", columns)

    def _shaped(self, source: Source, rows: pa.Table, below: int, gone: Sequence[int] = ()) -> pa.Table:
        """As they stand in the lake."""
        if source.is_watched:
            return _versions(rows.drop_columns([_XID]), gone, source, below)
        rows = rows.drop_columns([_XID])
        if source is EVENTS:
            if found := unseen(rows, self.engine):
                raise Unseen(found)
            return with_properties(rows, self.engine)
        return rows

    def _touched(self, store: Store, below: int, limit: int) -> Touched:
        """Notes of what was changed or deleted, from the oldest on, as many as name about `limit` rows."""
        found = fetch(
            "SELECT xid, id, total, emptied FROM (SELECT xid::text::bigint, id, sum(coalesce(cardinality(row_ids), 1))"
            " OVER (ORDER BY xid, id) AS total, coalesce(cardinality(row_ids), 1) AS own, row_ids IS NULL AS emptied"
            f" FROM (SELECT * FROM lake_touched WHERE {_touched_after(store, below)} ORDER BY xid, id LIMIT {limit})"
            f" first) summed WHERE total - own < {limit} ORDER BY xid, id"
        )
        if not found:
            return _NONE
        xid, id, total, _emptied = found[-1]
        ids = (
            f"SELECT unnest(row_ids) FROM lake_touched WHERE {_touched_after(store, below)}"
            f" AND (xid, id) <= ('{xid}'::xid8, '{id}'::bigint)"
        )
        return Touched(ids, int(total), any(row[3] for row in found), Position(xid, str(id)))

    def _gone(self, source: Source, touched: Touched) -> list[int]:
        """Rows that are not there any more. One that was made again meanwhile comes by its own new transaction."""
        return [
            id
            for (id,) in fetch(
                f"SELECT DISTINCT u FROM ({touched.ids}) named(u)"
                f" WHERE NOT EXISTS (SELECT FROM {_table(source)} t WHERE t.{_id(source)} = u)"
            )
        ]


@dataclass(frozen=True, slots=True)
class Touched:
    """Rows that were changed or deleted: the statement that says their ids, how many it says, and up to where that is
    known. `is_all`: the table was emptied."""

    ids: str = ""
    count: int = 0
    is_all: bool = False
    position: Position | None = None


_NONE = Touched()


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


def _versions(rows: pa.Table, gone: Sequence[int], source: Source, below: int) -> pa.Table:
    """As they stand in the lake: when a row was read, and the rows that are gone. What is read later is newer, and
    whoever changes a row that is read here is not below this bound: that version comes under a higher one."""
    schema = schema_of(source)
    count = rows.num_rows
    for name, value in ((_XID, below), ("_removed", False), ("_settled", False)):
        rows = rows.append_column(name, pa.repeat(pa.scalar(value, schema.field(name).type), count))
    removed = {name: pa.nulls(len(gone), schema.field(name).type) for name in schema.names}
    removed |= {
        source.id: pa.array(gone, pa.int64()), _XID: pa.repeat(pa.scalar(below), len(gone)),
        "_removed": pa.repeat(pa.scalar(True), len(gone)), "_settled": pa.repeat(pa.scalar(False), len(gone)),
    }  # fmt: skip
    return pa.concat_tables([rows.select(schema.names).cast(schema), pa.table(removed, schema=schema)])


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


def _touched_after(store: Store, below: int) -> str:
    position = store.touched_position
    return (
        f"table_name = '{store.source.table}' AND (xid, id) > ('{position.xid}'::xid8, '{position.id}'::bigint)"
        f" AND xid < '{below}'::xid8"
    )


def _table(source: Source) -> str:
    return f'"{source.table}"'


def _id(source: Source) -> str:
    return f'"{source.id}"'
