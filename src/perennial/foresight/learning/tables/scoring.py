"""A file scored: one chance a row, in order, and beside it the reasons and what would change it most."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perennial.foresight.learning.reading.files import table_of
from perennial.foresight.learning.reasons import MOST, changes, reasons
from perennial.foresight.learning.tables.model import TableModel
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from perennial.foresight.learning.dataset import Floats
else:
    np = on_demand("numpy")

CHUNK = 20_000
MOST_EXPLAINED = 100_000  # rows of a file; of longer ones those with the highest scores have reasons


@dataclass(frozen=True, slots=True)
class Scored:
    rows: int
    mean: float
    explained: int


def score_file(model: TableModel, path: Path, out: Path) -> Scored:
    """Nothing is written unless all of it is. The first column is the score."""
    table = table_of(path)
    typed, at = model.typed(table)
    scores = model.model.score(typed, at)
    least = np.sort(scores)[-MOST_EXPLAINED] if len(scores) > MOST_EXPLAINED else -np.inf
    explained = np.flatnonzero(scores >= least)[:MOST_EXPLAINED]
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file)
            named = model.id if model.id in table.column_names else ""
            lines.writerow(headings(model, named))
            for start in range(0, len(scores), CHUNK):
                lines.writerows(_lines(model, typed, at, scores, explained, start, table[named] if named else None))
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return Scored(len(scores), float(scores.mean()) if len(scores) else 0.0, len(explained))


def headings(model: TableModel, named: str) -> list[str]:
    first = ["probability"] if model.model.is_yes_or_no else ["predicted", "low", "high"]
    return [*first, *([named] if named else []), *(f"reason_{number}" for number in range(1, MOST + 1)), "change"]


def _lines(model: TableModel, typed: pa.Table, at: NDArray[np.datetime64] | None, scores: Floats,
           explained: NDArray[np.int64], start: int, names: pa.ChunkedArray | None) -> Iterator[list[Any]]:  # fmt: skip
    some = scores[start : start + CHUNK]
    here = explained[(explained >= start) & (explained < start + len(some))]
    told: dict[int, tuple[list[str], str]] = {}
    if len(here):
        rows, then = typed.take(here), None if at is None else at[here]
        why = reasons(model.model, rows, then)
        parts = model.model.parts(rows, then)
        instead = changes(model.model, rows, then, parts, scores[here])
        told = {int(row): ([each.sentence for each in whys], change.sentence if change else "")
                for row, whys, change in zip(here, why, instead, strict=True)}  # fmt: skip
    called = names.slice(start, len(some)).to_pylist() if names is not None else []
    for place, score in enumerate(some):
        sentences, change = told.get(start + place, ([], ""))
        padded = sentences + [""] * (MOST - len(sentences))
        yield [*_figures(model, float(score)), *([called[place]] if called else []), *padded, change]


def _figures(model: TableModel, score: float) -> list[str]:
    if model.model.is_yes_or_no:
        return [f"{score:.6f}"]
    half = model.model.half
    return [f"{score:.6g}", f"{score - half:.6g}", f"{score + half:.6g}"]
