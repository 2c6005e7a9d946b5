"""How far the population has moved from what was learnt of: the population stability index (PSI) of each feature.

Below 0.1 nothing has happened, above 0.25 the model speaks of other people than those it
learnt from, and is trained anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
else:
    np, pa = on_demand("numpy"), on_demand("pyarrow", "pyarrow.compute")

TOO_FAR = 0.25
_PARTS = 10
_MOST_LEVELS = 30
_LEAST = 1e-4


def spread_of(features: pa.Table) -> dict[str, Any]:
    """Of each feature: the edges of ten parts, or the commonest words, and the share of rows in each."""
    found: dict[str, Any] = {}
    for key in features.column_names:
        column = features.column(key)
        if pa.types.is_floating(column.type):
            values = _numbers(column)
            known = values[~np.isnan(values)]
            edges = np.unique(np.quantile(known, np.linspace(0, 1, _PARTS + 1)[1:-1])) if len(known) else np.array([])
            found[key] = {"edges": edges.tolist(), "shares": _shares(values, edges).tolist()}
        elif pa.types.is_string(column.type):
            counted = pa.compute.value_counts(column.combine_chunks()).to_pylist()
            ranked = sorted(counted, key=lambda each: (-each["counts"], str(each["values"])))[:_MOST_LEVELS]
            levels = [each["values"] for each in ranked if each["values"] is not None]
            found[key] = {"levels": levels, "shares": _shares_of_levels(column, levels).tolist()}
    return found


def moved(usual: dict[str, Any], features: pa.Table) -> dict[str, float]:
    """The index of each feature against how it was spread."""
    found = {}
    for key, was in usual.items():
        column = features.column(key)
        if "edges" in was:
            now = _shares(_numbers(column), np.array(was["edges"]))
        else:
            now = _shares_of_levels(column, was["levels"])
        before, after = np.maximum(np.array(was["shares"]), _LEAST), np.maximum(now, _LEAST)
        found[key] = float(((after - before) * np.log(after / before)).sum())
    return found


def _shares(values: Any, edges: Any) -> Any:
    place = np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="right"))
    return np.bincount(place, minlength=len(edges) + 2) / max(1, len(values))


def _shares_of_levels(column: pa.ChunkedArray, levels: list[str]) -> Any:
    index = pa.compute.index_in(column, value_set=pa.array(levels, pa.string()))
    place = index.fill_null(len(levels)).to_numpy().astype(np.int64)
    return np.bincount(place, minlength=len(levels) + 1) / max(1, len(place))


def _numbers(column: pa.ChunkedArray) -> Any:
    return column.cast(pa.float64()).fill_null(float("nan")).to_numpy()
