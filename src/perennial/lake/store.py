"""One Delta table, with the position in its source that it holds.

The position is kept as application transactions of the Delta protocol (`txn` actions): they belong to the commit that
brought the rows, and stay in force through compaction, checkpoints and the removal of old log files.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake

from perennial.lake.layout import Source
from perennial.lake.made import PREFIX
from perennial.lake.properties import SEEN

_WRITER = WriterProperties(compression="ZSTD", compression_level=3, max_row_group_size=131_072)
_HALF = 1 << 64
_TOUCHED = "removals"  # as it was called when only what was deleted was noted


class Position(NamedTuple):
    """Up to and with the row `id` of the transaction `xid` everything is in the lake."""

    xid: int
    id: str


class Store:
    """A Delta table that is made, or started over, when its columns are not those asked for."""

    def __init__(self, root: str, source: Source, schema: pa.Schema) -> None:
        self.source = source
        self.schema = schema
        url = f"{root}/{source.name}"
        if DeltaTable.is_deltatable(url):
            self.table = DeltaTable(url)
            there = pa.schema(self.table.schema().to_arrow())
            if not self._widen(there):
                self.start_over()
        else:
            self.table = DeltaTable.create(
                url, schema, mode="ignore", configuration={"delta.checkpointInterval": "100"},
                commit_properties=_positions({"rows": Position(0, source.first_id)}, source),
            )  # fmt: skip
        self._read_positions()

    def _widen(self, there: pa.Schema) -> bool:
        """Take in what users made and what was seen since, empty in every row; False when anything else differs."""
        there_by_name = {field.name: field for field in there}
        new = [field for field in self.schema if field.name not in there_by_name]
        if set(there_by_name) | {field.name for field in new} != set(self.schema.names) or not all(
            field.name.startswith((PREFIX, SEEN)) if field in new else field == there_by_name[field.name]
            for field in self.schema
        ):
            return False
        if new:
            write_deltalake(self.table, self.schema.empty_table(), mode="append", schema_mode="merge")
            self.table.update_incremental()
        self.schema = pa.schema(self.table.schema().to_arrow())  # new columns stand at its end
        return True

    def refresh(self) -> None:
        """See what another process has committed."""
        version = self.table.version()
        self.table.update_incremental()
        if self.table.version() != version:
            self._read_positions()

    @property
    def position(self) -> Position:
        """Up to where the source's rows are here."""
        return self._position

    @property
    def touched_position(self) -> Position:
        """Up to where rows that were changed or deleted are here as they are, or gone."""
        return self._touched_position

    def append(self, data: pa.Table, *, rows: Position, touched: Position | None = None) -> None:
        """Data and positions at once."""
        positions = {"rows": rows} if touched is None else {"rows": rows, _TOUCHED: touched}
        write_deltalake(
            self.table, data.select(self.schema.names).cast(self.schema), mode="append", writer_properties=_WRITER,
            commit_properties=_positions(positions, self.source),
        )  # fmt: skip
        self._read_positions()

    def replace(self, rows: Any, *, sorted_rows: int | None = None) -> None:
        """Put other rows (a table or a stream) in the place of all; the position stays."""
        kept = [] if sorted_rows is None else [Transaction("sorted", sorted_rows)]
        write_deltalake(
            self.table, rows, mode="overwrite", writer_properties=_WRITER,
            commit_properties=CommitProperties(app_transactions=kept) if kept else None,
        )  # fmt: skip

    def row_count(self) -> int:
        counts = pa.chunked_array(self.table.get_add_actions(flatten=True).column("num_records"))
        return sum(int(count) for count in counts.to_pylist())

    def sorted_rows(self) -> int:
        """How many rows there were when they were sorted last."""
        return int(self.table.transaction_version("sorted") or 0)

    def remove_old_files(self, grace_hours: float) -> int:
        removed = self.table.vacuum(
            retention_hours=math.ceil(grace_hours), dry_run=False, enforce_retention_duration=False, full=True
        )
        return len(removed)

    def start_over(self) -> None:
        """Empty, from the first row on, with the columns asked for."""
        write_deltalake(
            self.table, self.schema.empty_table(), mode="overwrite", schema_mode="overwrite",
            commit_properties=_positions({"rows": Position(0, self.source.first_id)}, self.source),
        )  # fmt: skip
        self._read_positions()

    def erase(self, predicate: str) -> int:
        done = self.table.delete(predicate, writer_properties=_WRITER)
        return int(done.get("num_deleted_rows") or 0)

    def _read_positions(self) -> None:
        """Kept, because looking them up is slow beside all else that an idle turn does."""
        self._position = _decoded(self.table, "rows", self.source.id_type) or Position(0, self.source.first_id)
        self._touched_position = _decoded(self.table, _TOUCHED, "bigint") or Position(0, str(-(2**63)))


def _positions(positions: Mapping[str, Position], source: Source) -> CommitProperties:
    transactions = []
    for name, position in positions.items():
        is_uuid = name == "rows" and source.id_type == "uuid"
        high, low = divmod(uuid.UUID(position.id).int, _HALF) if is_uuid else (0, int(position.id))
        for part, number in (("xid", position.xid), ("high", high), ("low", low)):
            transactions.append(Transaction(f"{name}.{part}", number if number < _HALF >> 1 else number - _HALF))
    told = {f"perennial.{name}": f"{position.xid}/{position.id}" for name, position in positions.items()}
    return CommitProperties(app_transactions=transactions, custom_metadata=told)


def _decoded(table: DeltaTable, name: str, id_type: str) -> Position | None:
    xid, high, low = (table.transaction_version(f"{name}.{part}") for part in ("xid", "high", "low"))
    if xid is None or high is None or low is None:
        return None
    if id_type == "uuid":
        return Position(xid, str(uuid.UUID(int=high % _HALF * _HALF + low % _HALF)))
    return Position(xid, str(low))
