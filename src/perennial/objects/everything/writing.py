"""Writing the archive: one snapshot, a table after the other, each straight from the database into Parquet."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction

from perennial.foundation.libraries import on_demand
from perennial.foundation.sql import execute, fetch
from perennial.objects.everything.layout import (
    FORMAT,
    LOGS,
    WAITING,
    Column,
    Table,
    archived_tables,
    fitting,
    left_out_tables,
    rows_and_digest,
    settle_output,
)
from perennial.objects.everything.manifest import Manifest, Part, kinds_here, migrations_here, own_version
from perennial.objects.everything.readme import README
from perennial.objects.exporting.progress import Progress
from perennial.objects.files.keeping import FOLDER as KEPT
from perennial.objects.files.models import KeptFile

if TYPE_CHECKING:
    import pyarrow as pa
else:
    pa = on_demand("pyarrow", "pyarrow.csv", "pyarrow.parquet")

_CHUNK = 16 * 1024 * 1024  # bytes of CSV that Arrow reads at a time
_BLOCK = 1024 * 1024


def write_everything(path: Path, progress: Progress) -> Manifest:
    """Fill the file. Perennial may go on working meanwhile."""
    with (
        tempfile.TemporaryDirectory(dir=path.parent, prefix=".everything-") as folder,
        zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive,  # Parquet is compressed already
        _snapshot(),
    ):
        settle_output()
        parts = {}
        for table in map(fitting, archived_tables()):
            draft = Path(folder) / f"{table.name}.parquet"
            write_table(table, draft, progress)
            rows, digest = rows_and_digest(table)
            file = f"tables/{table.name}.parquet"
            parts[table.name] = Part(file, rows, digest, sha256_of(draft), table.columns, table.secrets)
            archive.write(draft, file)
            draft.unlink()
        manifest = Manifest(
            FORMAT, own_version(), datetime.now(UTC).isoformat(timespec="seconds"), _server(), migrations_here(), parts,
            left_out_tables(), _sequences(parts), _consumers(), _files(archive), kinds_here(),
        )  # fmt: skip
        for name, text in (("manifest.json", json.dumps(manifest.to_json(), indent=1, ensure_ascii=False)),
                           ("README.md", README)):  # fmt: skip
            archive.writestr(name, text, zipfile.ZIP_DEFLATED)
    return manifest


def rows_expected() -> int:
    """How many rows there are, by the statistics."""
    names = [table.name for table in archived_tables()]
    found = fetch(
        "SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint FROM pg_class c WHERE c.relnamespace ="
        " current_schema()::regnamespace AND c.relname = ANY(%s)", [names],
    )  # fmt: skip
    return int(found[0][0])


def write_table(table: Table, path: Path, progress: Progress) -> None:
    types = [(each.name, arrow_type(each)) for each in table.columns]
    if table.name in LOGS:
        types.append((WAITING, pa.bool_()))
    schema = pa.schema(types)
    reading = pa.csv.ReadOptions(column_names=[name for name, _type in types], block_size=4 * 1024 * 1024)
    parsing = pa.csv.ParseOptions(newlines_in_values=True)
    converting = pa.csv.ConvertOptions(
        column_types=schema, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False,
        true_values=["t"], false_values=["f"], timestamp_parsers=[pa.csv.ISO8601],
    )  # fmt: skip
    with pa.parquet.ParquetWriter(path, schema, compression="zstd") as file:
        for chunk, rows in _chunks(f"COPY ({table.select()}) TO STDOUT (FORMAT csv)"):
            file.write_table(pa.csv.read_csv(pa.py_buffer(chunk), reading, parsing, converting))
            progress.add(rows)


def arrow_type(column: Column) -> pa.DataType:
    if column.type == "timestamp":
        return pa.timestamp("us", "UTC")
    if column.type == "text":
        return pa.string()
    if column.type.startswith("decimal("):
        digits, places = column.type.removeprefix("decimal(").removesuffix(")").split(",")
        return pa.decimal128(int(digits), int(places))
    return getattr(pa, {"bool": "bool_"}.get(column.type, column.type))()


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _snapshot() -> Iterator[None]:
    """One state of the database, from beginning to end."""
    is_alone = not connection.in_atomic_block
    with transaction.atomic():
        if is_alone:
            execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _chunks(statement: str) -> Iterator[tuple[bytes, int]]:
    """The server sends one row a message, so a chunk made of whole messages ends where a row does."""
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        rows: list[bytes] = []
        size = 0
        for row in copy:
            rows.append(bytes(row))
            size += len(row)
            if size >= _CHUNK:
                yield b"".join(rows), len(rows)
                rows, size = [], 0
        if rows:
            yield b"".join(rows), len(rows)


def _files(archive: zipfile.ZipFile) -> dict[str, str]:
    """The files that records hold; one that is gone from the disk is gone from the archive too."""
    found = {}
    for id in KeptFile.objects.order_by("pk").values_list("pk", flat=True):
        relative = f"{KEPT}/{id[:2]}/{id}"
        path: Path = settings.PERENNIAL_FILES / relative
        if path.is_file():
            archive.write(path, f"files/{relative}")
            found[relative] = sha256_of(path)
    return found


def _sequences(tables: dict[str, Any]) -> dict[str, int]:
    """The next number of each table that counts."""
    return {
        f"{table}.{column}": following
        for table, column, following in fetch(
            "SELECT t.relname, a.attname, coalesce(s.last_value, s.start_value - 1) + 1 FROM pg_depend d"
            " JOIN pg_class q ON q.oid = d.objid AND q.relkind = 'S' JOIN pg_class t ON t.oid = d.refobjid"
            " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid"
            " JOIN pg_sequences s ON s.sequencename = q.relname AND s.schemaname = current_schema()"
            " WHERE d.deptype IN ('a', 'i') AND t.relname = ANY(%s) ORDER BY 1, 2",
            [list(tables)],
        )
    }


def _consumers() -> list[list[str]]:
    return [list(row) for row in fetch("SELECT name, log FROM timeline_consumer ORDER BY 1, 2")]


def _server() -> str:
    ((found,),) = fetch("SHOW server_version")
    return f"PostgreSQL {found}"
