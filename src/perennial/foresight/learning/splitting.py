"""Which rows are learnt from and which are tried: what came later where a time is known, else fairly drawn folds."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from perennial.foresight.learning.dataset import Dataset
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = on_demand("numpy")

FOLDS = 5
_REPEATED_BELOW = 3_000  # rows; fewer are drawn twice, since one draw alone would decide
_BLOCKS = (0.5, 0.625, 0.75, 0.875, 1.0)
_LEAST_YES = 10


@dataclass(frozen=True, slots=True)
class Fold:
    """Places of rows. Folds of one `turn` are tried on rows that do not overlap."""

    learnt: NDArray[np.int64]
    tried: NDArray[np.int64]
    turn: int = 0


def folds_of(dataset: Dataset, *, seed: int) -> list[Fold]:
    forward = _forward(dataset) if dataset.time is not None else []
    return forward or _drawn(dataset, seed)


def _forward(dataset: Dataset) -> list[Fold]:
    """Learn from what was before, try on the next stretch of time; rows of one instant stay together."""
    assert dataset.time is not None
    time = dataset.time.astype("datetime64[s]").astype(np.int64)
    ordered = np.sort(time)
    edges = [int(ordered[min(int(share * len(ordered)), len(ordered) - 1)]) for share in _BLOCKS]
    edges[-1] += 1
    folds = []
    for start, end in pairwise(edges):
        learnt, tried = np.flatnonzero(time < start), np.flatnonzero((time >= start) & (time < end))
        if _has_both(dataset, learnt) and _has_both(dataset, tried):
            folds.append(Fold(learnt, tried))
    return folds if len(folds) >= 2 else []


def _has_both(dataset: Dataset, places: NDArray[np.int64]) -> bool:
    if not dataset.is_yes_or_no:
        return len(places) >= 2 * _LEAST_YES
    yes = int(dataset.outcome[places].sum())
    return min(yes, len(places) - yes) >= _LEAST_YES


def _drawn(dataset: Dataset, seed: int) -> list[Fold]:
    """The same share of outcomes in each fold. Rows that are the same in everything go together: one learnt from would
    give away the other."""
    random = np.random.default_rng(seed)
    same = same_rows(dataset)
    folds = []
    for turn in range(2 if len(dataset) < _REPEATED_BELOW else 1):
        number = _numbered(dataset.outcome, random)[same]
        folds += [Fold(np.flatnonzero(number != each), np.flatnonzero(number == each), turn) for each in range(FOLDS)]
    return folds


def _numbered(outcome: NDArray[Any], random: np.random.Generator) -> NDArray[np.int64]:
    order = random.permutation(len(outcome))
    order = order[np.argsort(outcome[order], kind="stable")]
    number = np.empty(len(outcome), np.int64)
    number[order] = np.arange(len(outcome)) % FOLDS
    return number


def same_rows(dataset: Dataset) -> NDArray[np.int64]:
    """For each row the place of the first that equals it in all features."""
    marks = np.zeros(len(dataset), np.uint64)
    for column in dataset.features.columns:
        plain = column.combine_chunks()
        codes = plain.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        marks = marks * np.uint64(0x9E3779B97F4A7C15) + codes.astype(np.uint64) + np.uint64(1)
        marks ^= marks >> np.uint64(29)
    _values, first, inverse = np.unique(marks, return_index=True, return_inverse=True)
    return np.asarray(first[inverse], np.int64)
