"""The records as they are compared: a table of DuckDB with standard values, and words that carry their weights."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa
from anyascii import anyascii

from perennial.lake.duplicates.columns import Column, guess
from perennial.lake.duplicates.standard import folded, plain, standard

WORDED = ("text", "name")  # kinds whose words count towards the words of the whole record
_JOINED = re.compile(r"[0-9a-z]+(?:[-/.][0-9a-z]+)+")
_WEIGHTS = 1024  # a word is number * _WEIGHTS + weight, so that SQL can weigh what two records share
_LARGEST = 14.0  # the natural logarithm of a million and a bit: nothing is rarer


@dataclass(frozen=True, slots=True)
class Prepared:
    """`records`: unique_id (counted through all files), source_dataset, and a column for each of `columns`."""

    columns: tuple[Column, ...]
    sizes: tuple[int, ...]

    @property
    def is_linking(self) -> bool:
        return len(self.sizes) > 1

    @property
    def compared(self) -> tuple[Column, ...]:
        return tuple(each for each in self.columns if each.kind not in ("id", "empty"))


def prepare(engine: duckdb.DuckDBPyConnection, tables: Sequence[pa.Table], *, ignored: Sequence[str] = ()) -> Prepared:
    """Tables of text, whose columns have the names that both files share."""
    names = [name for name in tables[0].column_names if all(name in each.column_names for each in tables)]
    columns, data, texts = [], {}, []
    for number, name in enumerate(names):
        values = [each.column(name).cast(pa.string()) for each in tables]
        column = guess(name, [each.to_pylist() for each in values], f"c{number}")
        if name in ignored:
            column = Column(name, column.key, "id")
        columns.append(column)
        if column.kind in ("id", "empty"):
            continue
        encoded = pa.chunked_array([chunk for each in values for chunk in each.chunks], pa.string()).combine_chunks()
        encoded = encoded.dictionary_encode()
        distinct = encoded.dictionary.to_pylist()
        data[column.key] = pa.array(standard(column.kind, distinct), pa.string()).take(encoded.indices)
        if column.kind in WORDED:
            words = pa.array([words_of(value) for value in distinct], pa.list_(pa.string()))
            data[f"{column.key}_words"] = words.take(encoded.indices)
            texts.append(column)
    sizes = tuple(each.num_rows for each in tables)
    data["unique_id"] = pa.array(range(sum(sizes)), pa.int64())
    sources = [f"s{number}" for number, size in enumerate(sizes) for _ in range(size)]
    data["source_dataset"] = pa.array(sources, pa.string())
    engine.register("incoming_records", pa.table(data))
    engine.execute("CREATE TABLE plain_records AS SELECT * FROM incoming_records")
    engine.unregister("incoming_records")
    prepared = Prepared(tuple(columns), sizes)
    _weigh(engine, texts)
    return prepared


def words_of(value: str) -> list[str]:
    """The words of a text; a model or a number that is written in parts is one word as well."""
    words = dict.fromkeys(folded(value).split())
    for found in _JOINED.findall(anyascii(plain(value)).lower()):
        whole = re.sub("[^0-9a-z]", "", found)
        if any(map(str.isdigit, whole)):
            words[whole] = None
    return list(words)


def _weigh(engine: duckdb.DuckDBPyConnection, texts: Sequence[Column]) -> None:
    """The words of each text column and of the whole record (`all`), as numbers that carry their weights: the square
    of the logarithm of how rare they are."""
    if not texts:
        engine.execute("CREATE TABLE records AS SELECT * FROM plain_records")
        return
    total = engine.sql("SELECT count(*) FROM plain_records").fetchall()[0][0]
    parts = " UNION ALL ".join(
        f"SELECT unique_id, '{each.key}' AS place, unnest({each.key}_words) AS word FROM plain_records"
        for each in texts
    )
    engine.execute(f"CREATE TABLE spoken AS SELECT DISTINCT * FROM ({parts})")
    engine.execute(
        f"CREATE TABLE vocabulary AS SELECT word, records, number * {_WEIGHTS} + round((ln({total + 1} / records)"
        f" ** 2) * {(_WEIGHTS - 1) / _LARGEST**2})::BIGINT AS code FROM (SELECT word, records,"
        " row_number() OVER (ORDER BY records, word) AS number FROM"
        " (SELECT word, count(DISTINCT unique_id) AS records FROM spoken GROUP BY word))"
    )
    engine.execute(
        "CREATE TABLE coded AS SELECT s.unique_id, s.place, v.code, v.records,"
        " regexp_matches(s.word, '[0-9]') AS is_number FROM spoken s JOIN vocabulary v USING (word)"
    )
    places = [each.key for each in texts]
    pieces = ", ".join(
        f"list(DISTINCT code ORDER BY code) FILTER (place = '{place}') AS {place}_w,"
        f" list(DISTINCT code ORDER BY code) FILTER (place = '{place}' AND is_number) AS {place}_n"
        for place in places
    )
    sums = ", ".join(f"weight_of({place}_w) AS {place}_s" for place in (*places, "all"))
    engine.execute(f"CREATE MACRO weight_of(codes) AS list_sum(list_transform(codes, lambda code: code % {_WEIGHTS}))")
    engine.execute("CREATE MACRO shared_weight(one, other) AS coalesce(weight_of(list_intersect(one, other)), 0)")
    engine.execute(
        "CREATE TABLE worded AS SELECT *, " + sums + " FROM (SELECT unique_id, "
        "list(DISTINCT code ORDER BY code) AS all_w, " + pieces + " FROM coded GROUP BY unique_id)"
    )
    dropped = ", ".join(f"{place}_words" for place in places)
    engine.execute(
        f"CREATE TABLE records AS SELECT p.* EXCLUDE ({dropped}), w.* EXCLUDE (unique_id)"
        " FROM plain_records p LEFT JOIN worded w USING (unique_id) ORDER BY unique_id"
    )
    engine.execute("DROP TABLE plain_records; DROP TABLE spoken; DROP TABLE worded")
