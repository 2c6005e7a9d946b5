"""Every candidate pair compared by splink on DuckDB: the level that each comparison reached."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import duckdb
import numpy as np
from splink import DuckDBAPI, Linker

from perennial.lake.duplicates.comparisons import comparisons_of
from perennial.lake.duplicates.learning import Compared, Sides
from perennial.lake.duplicates.preparing import Prepared


def compare(
    engine: duckdb.DuckDBPyConnection, prepared: Prepared, pairs: str = "pairs"
) -> tuple[Sides, list[Compared]]:
    """The pairs of a table with the columns `one` and `other`, by their ids."""
    comparisons = comparisons_of(prepared.compared)
    compared = _predict(engine, prepared, comparisons, pairs)
    rare = {each.key: _usual(engine, each.key) for each in prepared.compared if _counts_rarity(comparisons, each.key)}
    columns = ["unique_id_l", "unique_id_r"]
    for comparison in comparisons:
        name = comparison["output_column_name"]
        columns.append(f'CAST("gamma_{name}" AS TINYINT) AS "gamma_{name}"')
        if name in rare:
            columns.append(
                f'CAST(coalesce(ln({rare[name]} / greatest("tf_{name}_l", "tf_{name}_r")), 0) AS FLOAT)'
                f' AS "rarity_{name}"'
            )
    found = engine.sql(f"SELECT {', '.join(columns)} FROM {compared} ORDER BY 1, 2").fetchnumpy()
    made = []
    for comparison in comparisons:
        name, count = comparison["output_column_name"], len(comparison["comparison_levels"]) - 1
        reached = found.pop(f"gamma_{name}")
        levels = np.where(reached < 0, -1, count - 1 - reached).astype(np.int8)
        rarity = np.where(levels == 0, found.pop(f"rarity_{name}"), 0).astype(np.float32) if name in rare else None
        made.append(Compared(name, levels, count, rarity, rare.get(name, 1.0)))
    engine.execute(f"DROP TABLE {compared}")
    return Sides(found["unique_id_l"], found["unique_id_r"]), made


def _predict(
    engine: duckdb.DuckDBPyConnection, prepared: Prepared, comparisons: Sequence[dict[str, object]], pairs: str
) -> str:
    """The name of the table of compared pairs."""
    api = DuckDBAPI(engine)
    settings = {
        "link_type": "link_only" if prepared.is_linking else "dedupe_only",
        "comparisons": list(comparisons),
        "blocking_rules_to_generate_predictions": ["l.unique_id = r.unique_id"],  # the pairs are given
        "retain_intermediate_calculation_columns": True,
        "retain_matching_columns": True,
    }
    if prepared.is_linking:
        for number in range(2):
            engine.execute(
                f"CREATE OR REPLACE VIEW s{number} AS SELECT * FROM records WHERE source_dataset = 's{number}'"
            )
        tables = [api.register(f"s{number}") for number in range(2)]
        left, right = "'s0-__-' || one", "'s1-__-' || other"  # as splink names the records of two tables
    else:
        tables = [api.register("records")]
        left, right = "one", "other"
    linker = Linker(tables, settings, log_level=logging.ERROR)
    engine.execute(
        f"CREATE OR REPLACE TABLE blocked AS SELECT '0' AS match_key, {left} AS join_key_l, {right} AS join_key_r"
        f" FROM {pairs}"
    )
    linker.table_management.register_blocked_pairs_for_predict(api.register("blocked"))
    return str(linker.inference.predict(warning_mode="never").physical_name)


def _counts_rarity(comparisons: Sequence[dict[str, object]], key: str) -> bool:
    levels = next(each["comparison_levels"] for each in comparisons if each["output_column_name"] == key)
    return any("tf_adjustment_column" in level for level in levels)  # type: ignore[attr-defined]


def _usual(engine: duckdb.DuckDBPyConnection, key: str) -> float:
    """How often two random records have the same value."""
    row = engine.sql(
        f"SELECT sum(times * times) / (sum(times) ** 2) FROM (SELECT count(*) AS times FROM records"
        f" WHERE {key} IS NOT NULL GROUP BY {key})"
    ).fetchall()[0]
    return float(row[0] or 1.0)
