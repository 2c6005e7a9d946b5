"""Which pairs are worth comparing: those that share something rare. However large the files, their number is bounded.

Every record has keys: its words, its whole values, the beginnings of two values together. Keys are taken from the
rarest on, for as long as the pairs that they make stay within what we can afford; then each record keeps the others
with which it shares most.
"""

from __future__ import annotations

from itertools import combinations

import duckdb

from perennial.lake.duplicates.columns import Column
from perennial.lake.duplicates.preparing import WORDED, Prepared

_PAIRS_AT_LEAST = 2_000_000  # that keys may make, and so many a record besides
_PAIRS_A_RECORD = 8
_KEPT = ((20_000, 30), (100_000, 12))  # of each record, while there are fewer records than that
_KEPT_OF_MANY = 8
_RANDOM = 20_000
_COMBINED = 5  # columns whose beginnings are taken two and two
_BEGINNING = 4


def find_candidates(engine: duckdb.DuckDBPyConnection, prepared: Prepared) -> int:
    """Makes the table `pairs`: one, other (of the second file when there are two), and how rare what they share is."""
    parts = [*_words(prepared), *_values(prepared), *_combinations(prepared)]
    if not parts:  # columns of a few choices tell nobody from anybody
        return 0
    engine.execute(f"CREATE TABLE keys AS SELECT unique_id, source_dataset, key FROM ({' UNION ALL '.join(parts)})")
    total = sum(prepared.sizes)
    budget = _PAIRS_AT_LEAST + _PAIRS_A_RECORD * total
    made = (
        "sum((source_dataset = 's0')::INT) * sum((source_dataset = 's1')::INT)"
        if prepared.is_linking
        else "count(*) * (count(*) - 1) / 2"
    )
    engine.execute(
        f"CREATE TABLE blocks AS SELECT key, ln({total + 1} / records) AS weight FROM (SELECT key, records, pairs,"
        " sum(pairs) OVER (ORDER BY records, key) AS until FROM"
        f" (SELECT key, count(*) AS records, {made} AS pairs FROM keys GROUP BY key HAVING count(*) > 1)"
        f" WHERE pairs > 0) WHERE until <= {budget}"
    )
    engine.execute(
        "CREATE TABLE chosen_keys AS SELECT k.unique_id, k.source_dataset, hash(k.key) AS key, b.weight"
        " FROM keys k JOIN blocks b USING (key)"
    )
    kept = next((few for least, few in _KEPT if total < least), _KEPT_OF_MANY)
    order = (
        "l.source_dataset = 's0' AND r.source_dataset = 's1'" if prepared.is_linking else "l.unique_id < r.unique_id"
    )
    engine.execute(
        "CREATE TABLE shared AS SELECT l.unique_id AS one, r.unique_id AS other, sum(l.weight) AS weight"
        f" FROM chosen_keys l JOIN chosen_keys r ON l.key = r.key AND {order} GROUP BY 1, 2"
    )
    engine.execute(
        "CREATE TABLE pairs AS SELECT one, other, weight FROM shared"
        f" QUALIFY least(row_number() OVER (PARTITION BY one ORDER BY weight DESC, other),"
        f" row_number() OVER (PARTITION BY other ORDER BY weight DESC, one)) <= {kept}"
    )
    engine.execute("DROP TABLE keys; DROP TABLE blocks; DROP TABLE chosen_keys; DROP TABLE shared")
    return int(engine.sql("SELECT count(*) FROM pairs").fetchall()[0][0])


def draw_random_pairs(engine: duckdb.DuckDBPyConnection, prepared: Prepared) -> None:
    """Makes the table `random_pairs`, always the same: records that have nothing to do with each other."""
    first, last = (prepared.sizes[0], prepared.sizes[-1]) if prepared.is_linking else (prepared.sizes[0],) * 2
    other = f"{first} + hash(number, 2) % {last}" if prepared.is_linking else f"hash(number, 2) % {last}"
    engine.execute(
        "CREATE TABLE random_pairs AS SELECT DISTINCT least(one, other) AS one, greatest(one, other) AS other FROM"
        f" (SELECT (hash(number, 1) % {first})::BIGINT AS one, ({other})::BIGINT AS other FROM range({_RANDOM})"
        " AS drawn (number)) WHERE one <> other"
    )


def _words(prepared: Prepared) -> list[str]:
    if not any(column.kind in WORDED for column in prepared.compared):
        return []
    return ["SELECT unique_id, source_dataset, 'w' || code AS key FROM (SELECT unique_id, source_dataset,"
            " unnest(all_w) AS code FROM records)"]  # fmt: skip


def _values(prepared: Prepared) -> list[str]:
    return [
        f"SELECT unique_id, source_dataset, '{each.key}:' || {each.key} AS key FROM records"
        f" WHERE {each.key} IS NOT NULL"
        for each in prepared.compared
        if each.kind != "choice"
    ]


def _combinations(prepared: Prepared) -> list[str]:
    useful = sorted(
        (each for each in prepared.compared if each.kind not in ("choice", "number")),
        key=lambda each: (-min(each.distinct, 0.5) * each.filled, each.key),
    )[:_COMBINED]
    return [
        f"SELECT unique_id, source_dataset, '{one.key}+{other.key}:' || {_start(one)} || '|' || {_start(other)}"
        f" FROM records WHERE {one.key} IS NOT NULL AND {other.key} IS NOT NULL"
        for one, other in combinations(useful, 2)
    ]


def _start(column: Column) -> str:
    if column.kind == "day":
        return f"left({column.key}, 4)"
    return f"left({column.key}, {_BEGINNING})"
