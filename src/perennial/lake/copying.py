"""Rows of PostgreSQL as Arrow tables, by COPY."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.csv as csv
from django.db import connection

from perennial.lake.layout import Column

_CHUNK = 8 * 1024 * 1024  # bytes of CSV that Arrow parses at a time


def read(query: str, columns: Sequence[Column]) -> pa.Table:
    """What the query selects, in memory. Its columns are those given, in their order; `query` is trusted SQL."""
    names = [column.name for column in columns]
    types = {column.name: pa.string() if pa.types.is_list(column.type) else column.type for column in columns}
    schema = pa.schema([(column.name, column.type) for column in columns])
    reading = csv.ReadOptions(column_names=names, block_size=2 * 1024 * 1024)
    # PostgreSQL quotes every value that has a line's end in it, an empty one too: a bare nothing is NULL.
    parsing = csv.ParseOptions(newlines_in_values=True)
    converting = csv.ConvertOptions(
        column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False,
        true_values=["t"], false_values=["f"], timestamp_parsers=[csv.ISO8601],
    )  # fmt: skip
    parts = [
        _lists(csv.read_csv(pa.py_buffer(chunk), reading, parsing, converting), schema)
        for chunk in _chunks(f"COPY ({query}) TO STDOUT (FORMAT csv)")
    ]
    return pa.concat_tables(parts) if parts else schema.empty_table()


def _chunks(statement: str) -> Iterator[bytes]:
    """The server sends one row a message, so a chunk made of whole messages ends where a row does."""
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        rows: list[bytes] = []
        size = 0
        for row in copy:
            rows.append(bytes(row))
            size += len(row)
            if size >= _CHUNK:
                yield b"".join(rows)
                rows, size = [], 0
        if rows:
            yield b"".join(rows)


def _lists(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Lists come as JSON."""
    for index, field in enumerate(schema):
        if pa.types.is_list(field.type):
            texts = table.column(index).to_pylist()
            values = pa.array([None if text is None else json.loads(text) for text in texts], field.type)
            table = table.set_column(index, field, values)
    return table
