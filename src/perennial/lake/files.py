"""The Parquet files that the Delta log names, as a table of DuckDB."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import duckdb
import pyarrow as pa
from deltalake import DeltaTable

from perennial.lake.made import PREFIX
from perennial.lake.properties import SEEN


def scan(engine: duckdb.DuckDBPyConnection, table: DeltaTable, name: str) -> str:
    """What to write after FROM. Files of a local folder are read by DuckDB itself, others through Arrow."""
    files = table.file_uris()
    if not files:
        engine.register(f"{name}_files", pa.schema(table.schema().to_arrow()).empty_table())
        return f'"{name}_files"'
    if urlsplit(table.table_uri).scheme not in ("", "file"):
        engine.register(f"{name}_files", table.to_pyarrow_dataset())
        return f'"{name}_files"'
    listed = ", ".join("'{}'".format(local_path(file).replace("'", "''")) for file in files)
    schema = pa.schema(table.schema().to_arrow())
    if not any(name.startswith((PREFIX, SEEN)) for name in schema.names):
        return f"read_parquet([{listed}])"
    # Files from before a field was made do not have its column.
    engine.register(f"{name}_shape", schema.empty_table())
    return f'(SELECT * FROM read_parquet([{listed}], union_by_name = true) UNION ALL BY NAME FROM "{name}_shape")'


def may_have_grown(table: DeltaTable) -> bool:
    """Whether it is worth reading the log: in a local folder the next commit would be a file of this name."""
    if urlsplit(table.table_uri).scheme not in ("", "file"):
        return True
    return (Path(local_path(table.table_uri)) / "_delta_log" / f"{table.version() + 1:020}.json").exists()


def current_rows(files: str, id_column: str) -> str:
    """The query for the latest version of each row that is not gone: the settled ones but for those written since."""
    return f"""
        WITH fresh AS (
            SELECT * FROM {files} WHERE NOT _settled
            QUALIFY row_number() OVER (PARTITION BY "{id_column}" ORDER BY _xid DESC) = 1
        )
        SELECT * FROM {files} WHERE _settled AND "{id_column}" NOT IN (SELECT "{id_column}" FROM fresh)
        UNION ALL SELECT * FROM fresh WHERE NOT _removed"""


def local_path(uri: str) -> str:
    """The file of a local folder as programs other than Delta name it."""
    return unquote(uri.removeprefix("file://"))
