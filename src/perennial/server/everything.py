"""Loading an archive of everything into an empty deployment: the same rows in every table, or nothing at all."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
import pyarrow.parquet as pq
from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from perennial.foundation.errors import Refused
from perennial.foundation.sql import execute, fetch, fetch_one
from perennial.objects.everything.layout import (
    FORMAT,
    LOGS,
    SECRETS,
    WAITING,
    Column,
    archived_tables,
    rows_and_digest,
    settle_output,
)
from perennial.objects.everything.manifest import Manifest, Part, migrations_here, own_version
from perennial.objects.everything.writing import sha256_of
from perennial.objects.made.catalogue import follow, forget
from perennial.objects.made.indexing import build_index, drop_indexes, make_index, make_unique
from perennial.objects.made.models import MadeField
from perennial.objects.types import object_types
from perennial.server.simulation.loading import bare
from perennial.timeline.partitions import prepare_for
from perennial.workspace.firm import forget_firm

_ROWS = 20_000
_BLOCK = 1024 * 1024
_LARGEST_MANIFEST = 64 * 1024 * 1024
_READ = "3"  # the number of a transaction before all others: rows that everybody who follows the log has read
_LAST = {"uuid": "ffffffff-ffff-ffff-ffff-ffffffffffff", "bigint": str(2**63 - 1)}
Report = Callable[[str, int, int], None]  # (what, done, in all); 0 in all: nobody knows


class CannotLoad(Refused):
    """The archive or the deployment will not do; the sentence says what to do."""

    code = "cannot_load"


@dataclass(frozen=True, slots=True)
class Loaded:
    rows: int
    tables: int
    files: int


def load(path: Path, *, report: Report) -> Loaded:
    """Fill the deployment, in one transaction; each table is compared with what the archive says of it."""
    with _opened(path) as archive:
        manifest = _manifest(archive)
        _check_versions(manifest)
        with transaction.atomic():
            _require_nothing()
            settle_output()
            _fill(archive, manifest, report)
            _compare(manifest, report)
            report("Building indexes", 0, 0)
            _index_made_fields()
        _write_files(archive, manifest)
    with suppress(Exception):  # the statistics come by themselves too
        execute("ANALYZE")
    forget_firm()
    rows = sum(part.rows for part in manifest.tables.values())
    return Loaded(rows, len(manifest.tables), len(manifest.files))


def _fill(archive: zipfile.ZipFile, manifest: Manifest, report: Report) -> None:
    here = {table.name: table for table in archived_tables()}
    strange = [
        name
        for name, part in manifest.tables.items()
        if name not in here or _named(part.columns) != _named(here[name].columns)
    ]
    if strange or set(here) - set(manifest.tables):
        raise CannotLoad(f"The archive has other tables than this version: {', '.join(strange) or 'some are missing'}.")
    _prepare_log(archive, manifest)
    total, done = sum(part.rows for part in manifest.tables.values()), 0
    with bare(list(here), report=lambda what: report(what, 0, 0)):
        for name, part in manifest.tables.items():
            for rows in _load_table(archive, name, part):
                done += rows
                report("Loading", done, total)
        for key, following in manifest.sequences.items():
            table, _dot, column = key.partition(".")
            fetch("SELECT setval(pg_get_serial_sequence(%s, %s), %s, false)", [f'"{table}"', column, following])
        for name, log in manifest.consumers:
            execute(
                "INSERT INTO timeline_consumer (name, log, xid, row_id) VALUES (%s, %s, %s::xid8, %s)"
                " ON CONFLICT (name, log) DO UPDATE SET xid = excluded.xid, row_id = excluded.row_id",
                [name, log, _READ, _LAST[LOGS[log]]],
            )


def _named(columns: Iterable[Column]) -> list[tuple[str, str]]:
    return [(each.name, each.db_type) for each in columns]


def _load_table(archive: zipfile.ZipFile, name: str, part: Part) -> Iterator[int]:
    """How many rows, batch by batch."""
    names = [each.name for each in part.columns]
    if name in LOGS:
        names.append("xid")
        now = str(_one("SELECT pg_current_xact_id()::text"))
    secrets = [(secret, SECRETS[name, secret]) for secret in part.secrets]
    target = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)")
    with _parquet(archive, part) as file:
        if secrets:
            execute(f'CREATE TEMP TABLE loading ON COMMIT DROP AS SELECT * FROM "{name}" WITH NO DATA')
        statement = target.format(
            sql.Identifier("loading" if secrets else name), sql.SQL(", ").join(map(sql.Identifier, names))
        )
        with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
            for batch in file.iter_batches(_ROWS):
                rows = pa.Table.from_batches([batch])
                if name in LOGS:
                    place = rows.column_names.index(WAITING)
                    rows = rows.set_column(place, "xid", pc.if_else(rows.column(place), now, _READ))
                text = io.BytesIO()
                csv.write_csv(rows.select(names), text, csv.WriteOptions(include_header=False))
                copy.write(text.getbuffer())
                yield len(batch)
        if secrets:
            _with_secrets(name, names, secrets)


def _with_secrets(name: str, names: list[str], secrets: list[tuple[str, str]]) -> None:
    quoted = ", ".join(f'"{each}"' for each in names)
    columns = ", ".join(f'"{column}"' for column, _sql in secrets)
    values = ", ".join(value for _column, value in secrets)
    execute(
        f'INSERT INTO "{name}" ({quoted}, {columns}) OVERRIDING SYSTEM VALUE SELECT {quoted}, {values} FROM loading'
    )
    execute("DROP TABLE loading")


def _compare(manifest: Manifest, report: Report) -> None:
    for number, (name, part) in enumerate(manifest.tables.items()):
        report("Comparing", number, len(manifest.tables))
        if rows_and_digest(part.table(name)) != (part.rows, part.digest):
            raise CannotLoad(f"{name} did not come out the same, so nothing was loaded. Please report this.")


def _prepare_log(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """The parts of the log of events that these events go into."""
    part = manifest.tables["timeline_event"]
    months: set[tuple[int, int]] = set()
    with _parquet(archive, part) as file:
        for batch in file.iter_batches(200_000, columns=["occurred_at"]):
            found = pc.unique(pc.floor_temporal(batch.column(0), unit="month")).to_pylist()
            months |= {(each.year, each.month) for each in found if each is not None}
    for year, month in sorted(months):
        at = datetime(year, month, 1, tzinfo=UTC)
        prepare_for(at, at)


def _index_made_fields() -> None:
    """Fields that users made have indexes of their own, of which a fresh deployment knows nothing."""
    forget()
    follow()
    for made in MadeField.objects.filter(retired_at=None):
        kind = object_types.get(made.object_key)
        field = kind.field(made.key) if kind else None
        if kind is None or field is None:
            continue
        drop_indexes(made.pk)  # of a deployment that was emptied by hand
        if made.is_unique:
            make_unique(kind, field, made.pk)
        if made.index_state == "ready":
            make_index(made.pk)
        elif made.index_state == "wanted":
            build_index(made.pk)


def _require_nothing() -> None:
    """A deployment that was never used: no users, nothing that happened, no records, nothing that was made."""
    tables = {"workspace_user", "workspace_apikey", *LOGS, *(kind.table for kind in object_types.values())}
    for table in sorted(tables):
        if fetch(f'SELECT 1 FROM "{table}" LIMIT 1'):
            raise CannotLoad(
                f"There is something here already ({table}). Load into an empty deployment: set PERENNIAL_HOME to a new"
                " folder."
            )


def _check_versions(manifest: Manifest) -> None:
    if manifest.format != FORMAT:
        raise CannotLoad(f"This archive has form {manifest.format}; this version reads form {FORMAT}.")
    if manifest.migrations != migrations_here():
        raise CannotLoad(
            f"This archive was made by Perennial {manifest.perennial}, whose tables are not those of {own_version()}"
            " here. Load it with that version, then update."
        )


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (OSError, zipfile.BadZipFile) as error:
        raise CannotLoad(f"{path} cannot be read as an archive: {error}") from None


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        if archive.getinfo("manifest.json").file_size > _LARGEST_MANIFEST:
            raise ValueError("The manifest is too large.")
        return Manifest.from_json(json.loads(archive.read("manifest.json")))
    except (KeyError, ValueError, TypeError) as error:
        raise CannotLoad(f"This is no archive of everything, or it was changed: {error}") from None


@contextmanager
def _parquet(archive: zipfile.ZipFile, part: Part) -> Iterator[pq.ParquetFile]:
    """The file of a table, once it is what the manifest says. On the disk, because Parquet is read from its end."""
    with tempfile.TemporaryDirectory(prefix="perennial-load-") as folder:
        path = Path(folder) / "table.parquet"
        with archive.open(part.file) as stream, path.open("wb") as file:
            shutil.copyfileobj(stream, file, _BLOCK)
        if sha256_of(path) != part.sha256:
            raise CannotLoad(f"{part.file} is not what the manifest says: the archive is damaged.")
        with pq.ParquetFile(path) as table:
            yield table


def _write_files(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    root: Path = settings.PERENNIAL_FILES
    for relative, digest in manifest.files.items():
        parts = PurePosixPath(relative).parts
        if relative.startswith("/") or ".." in parts:
            raise CannotLoad(f"{relative} is no place for a file.")
        path = root.joinpath(*parts)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        data = archive.read(f"files/{relative}")
        if hashlib.sha256(data).hexdigest() != digest:
            raise CannotLoad(f"files/{relative} is not what the manifest says: the archive is damaged.")
        path.touch(mode=0o600)
        path.write_bytes(data)


def _one(statement: str) -> object:
    row = fetch_one(statement)
    assert row is not None
    return row[0]
