"""The candidates, from the simplest on, each tried on the same rows that it did not learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from perennial.foresight.learning.checks.alone import Alone, rates_of, steps_of
from perennial.foresight.learning.dataset import Dataset
from perennial.foresight.learning.encoding.coding import Encoding
from perennial.foresight.learning.estimators import linear, trees
from perennial.foresight.learning.estimators.threads import threads_for
from perennial.foresight.learning.measuring.marks import clipped
from perennial.foresight.learning.splitting import Fold
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from perennial.foresight.learning.dataset import Floats
else:
    np = on_demand("numpy")

Name = Literal["prior", "rule", "linear", "trees"]
FREEDOMS = (0.003, 0.03, 0.3, 3.0)
LEAVES = (6, 16)
MORE_ROUNDS = 1.1  # for all rows together, which are more than those of a fold


@dataclass(frozen=True, slots=True)
class Tried:
    """Scores (log-odds, or the number itself) of each turn's tried rows, NaN for rows that no fold tried."""

    name: Name
    scores: tuple[Floats, ...]
    setting: float = 0.0  # freedom of a sum, leaves of trees
    rounds: int = 0
    column: str = ""  # of a rule


def prior(dataset: Dataset, folds: Sequence[Fold]) -> Tried:
    def told(fold: Fold) -> Floats:
        return np.full(len(fold.tried), _scale(np.array(dataset.outcome[fold.learnt].mean()), dataset))

    return Tried("prior", _gathered(dataset, folds, [told(fold) for fold in folds]))


def rule(dataset: Dataset, folds: Sequence[Fold], alone: dict[str, Alone]) -> Tried:
    """The column that tells most by itself: what a manager would sort by."""
    key = max(dataset.keys, key=lambda each: alone[each].skill)
    steps, outcome = steps_of(dataset, key), dataset.outcome
    count = int(steps.max()) + 1
    told = [
        _scale(rates_of(steps[fold.learnt], outcome[fold.learnt], count)[steps[fold.tried]], dataset) for fold in folds
    ]
    return Tried("rule", _gathered(dataset, folds, told), column=key)


def sums(dataset: Dataset, folds: Sequence[Fold], encoding: Encoding) -> list[Tried]:
    coded, outcome = encoding.linear(dataset.features, dataset.time), dataset.outcome
    found = []
    for freedom in FREEDOMS:
        told = [linear.fit(coded[fold.learnt], outcome[fold.learnt], freedom=freedom).scores(coded[fold.tried])
                for fold in folds]  # fmt: skip
        found.append(Tried("linear", _gathered(dataset, folds, told), freedom))
    return found


def forests(dataset: Dataset, folds: Sequence[Fold], encoding: Encoding, *, seed: int) -> list[Tried]:
    coded, outcome, choices = encoding.plain(dataset.features, dataset.time), dataset.outcome, encoding.choices
    found = []
    for leaves in LEAVES:
        grown = [trees.fit_and_stop(coded[fold.learnt], outcome[fold.learnt], coded[fold.tried], outcome[fold.tried],
                                    leaves=leaves, choices=choices, seed=seed) for fold in folds]  # fmt: skip
        rounds = np.array([best for _model, best in grown])
        told = []
        for place, (fold, (model, _best)) in enumerate(zip(folds, grown, strict=True)):
            others = int(np.median(np.delete(rounds, place)))  # where to stop is not told by the rows that are tried
            told.append(np.asarray(model.predict(coded[fold.tried], raw_score=True, num_iteration=others,
                                                 num_threads=threads_for(coded.shape)), float))  # fmt: skip
        found.append(Tried("trees", _gathered(dataset, folds, told), leaves, int(np.median(rounds) * MORE_ROUNDS)))
    return found


def _gathered(dataset: Dataset, folds: Sequence[Fold], told: Sequence[Floats]) -> tuple[Floats, ...]:
    turns = [np.full(len(dataset), np.nan) for _turn in range(1 + max(fold.turn for fold in folds))]
    for fold, scores in zip(folds, told, strict=True):
        turns[fold.turn][fold.tried] = scores
    return tuple(turns)


def _scale(told: NDArray[Any], dataset: Dataset) -> Floats:
    if not dataset.is_yes_or_no:
        return np.asarray(told, float)
    likely = clipped(np.asarray(told, float))
    return np.asarray(np.log(likely / (1 - likely)), float)
