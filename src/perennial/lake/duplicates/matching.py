"""Finding the pairs of records that are the same, in one table or between two, with a confidence from 0 to 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from perennial.lake.duplicates.believing import believe
from perennial.lake.duplicates.candidates import draw_random_pairs, find_candidates
from perennial.lake.duplicates.closing import closed
from perennial.lake.duplicates.columns import Column
from perennial.lake.duplicates.comparing import compare
from perennial.lake.duplicates.doubting import doubted
from perennial.lake.duplicates.learning import Compared, Learnt, Numbers, Places
from perennial.lake.duplicates.preparing import Prepared, prepare

_MOST_REASONS = 4


@dataclass(frozen=True, slots=True)
class Reason:
    """A column that speaks for a pair: both have the same, or nearly."""

    column: str
    is_same: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """`one` and `other` count the rows of their tables from 0."""

    one: int
    other: int
    confidence: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Found:
    columns: tuple[Column, ...]
    pairs: tuple[Pair, ...]  # surest first


def find_pairs(
    engine: duckdb.DuckDBPyConnection,
    tables: Sequence[pa.Table],
    *,
    threshold: float = 0.5,
    ignored: Sequence[str] = (),
) -> Found:
    """Of one table its duplicates, of two the records of the first that are in the second. The engine is used up."""
    prepared = prepare(engine, tables, ignored=ignored)
    if not prepared.compared or not find_candidates(engine, prepared):
        return Found(prepared.columns, ())
    sides, compared = compare(engine, prepared)
    learnt = believe(compared, sides, records=min(prepared.sizes), is_linking=prepared.is_linking)
    draw_random_pairs(engine, prepared)
    _random, by_chance = compare(engine, prepared, "random_pairs")
    first, last = prepared.sizes[0], prepared.sizes[-1]
    everybody = first * last if prepared.is_linking else first * (first - 1) / 2
    probability = doubted(
        learnt.probability,
        compared,
        by_chance,
        texts={each.key for each in prepared.compared if each.kind == "text"},
        prior=min(prepared.sizes) / everybody,
    )
    if not prepared.is_linking:
        probability = closed(engine, sides, probability)
    chosen = np.flatnonzero(probability >= threshold)
    chosen = chosen[np.lexsort((sides.other[chosen], sides.one[chosen], -probability[chosen]))]
    offset = prepared.sizes[0] if prepared.is_linking else 0
    return Found(
        prepared.columns,
        tuple(_pairs(prepared, compared, learnt, probability, chosen, sides.one, sides.other - offset)),
    )


def _pairs(
    prepared: Prepared, compared: Sequence[Compared], learnt: Learnt, probability: Numbers, chosen: Places,
    one: Places, other: Places,
) -> list[Pair]:  # fmt: skip
    names = {column.key: column.name for column in prepared.columns}
    told = [(names[each.name], each, weight) for each, weight in zip(compared, learnt.weights, strict=True)
            if each.name in names]  # fmt: skip
    made = []
    for place in chosen.tolist():
        speaking = []
        for name, each, weight in told:
            level = int(each.levels[place])
            if 0 <= level < each.count - 1 and weight[level] > 0:
                speaking.append((-float(weight[level]), name, level == 0))
        reasons = tuple(Reason(name, is_same) for _weight, name, is_same in sorted(speaking)[:_MOST_REASONS])
        made.append(Pair(int(one[place]), int(other[place]), float(probability[place]), reasons))
    return made
