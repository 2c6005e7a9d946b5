"""Figures for probabilities beside what came. Weights say how often a row counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from perennial.foresight.learning.dataset import Floats
else:
    np = on_demand("numpy")

LEAST = 1e-6  # no probability is nearer to none or certain
_TENTHS = 10


def clipped(chances: Floats) -> Floats:
    return np.clip(chances, LEAST, 1 - LEAST)


def losses(outcome: NDArray[Any], chances: Floats) -> Floats:
    """Log-loss of each row."""
    likely = clipped(chances)
    return -np.where(outcome, np.log(likely), np.log1p(-likely))


class Ranked:
    """Rows from the highest score to the lowest, sorted once; equal scores share a step."""

    def __init__(self, outcome: NDArray[Any], scores: Floats) -> None:
        order = np.argsort(-scores, kind="stable")
        self.order, self.outcome = order, outcome[order].astype(float)
        ordered = scores[order]
        self.ends = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)

    def areas(self, weights: Floats | None = None) -> tuple[float, float]:
        """Area under the ROC curve, and average precision."""
        weight = np.ones(len(self.order)) if weights is None else weights[self.order]
        right = np.cumsum(weight * self.outcome)[self.ends]
        wrong = np.cumsum(weight * (1 - self.outcome))[self.ends]
        if not right[-1] or not wrong[-1]:
            return float("nan"), float("nan")
        new_right, new_wrong = np.diff(right, prepend=0.0), np.diff(wrong, prepend=0.0)
        roc = float(np.sum(new_wrong * (right - new_right / 2)) / (right[-1] * wrong[-1]))
        precision = np.divide(right, right + wrong, out=np.zeros_like(right), where=right + wrong > 0)
        return roc, float(np.sum(precision * new_right) / right[-1])


def area(outcome: NDArray[Any], scores: Floats) -> float:
    return Ranked(outcome, scores).areas()[0]


def brier(outcome: NDArray[Any], chances: Floats, weights: Floats | None = None) -> float:
    return float(np.average((chances - outcome) ** 2, weights=weights))


def calibration_error(outcome: NDArray[Any], chances: Floats, weights: Floats | None = None) -> float:
    """Expected calibration error: how far what was said lies from what came, over tenths of equal size."""
    tenth = tenths(chances)
    weight = np.ones(len(chances)) if weights is None else weights
    gaps = np.bincount(tenth, weight * (chances - outcome), _TENTHS)
    return float(np.abs(gaps).sum() / weight.sum())


def lift(outcome: NDArray[Any], scores: Floats, weights: Floats | None = None) -> float:
    """How many times as often it happens in the highest tenth as among all."""
    weight = np.ones(len(scores)) if weights is None else weights
    is_top = tenths(scores) == 0
    rate = np.average(outcome, weights=weight)
    if not rate or not weight[is_top].sum():
        return float("nan")
    return float(np.average(outcome[is_top], weights=weight[is_top]) / rate)


def tenths(scores: Floats) -> NDArray[np.int64]:
    """0 for the highest tenth of the rows, 9 for the lowest."""
    places = np.empty(len(scores), np.int64)
    places[np.argsort(-scores, kind="stable")] = np.arange(len(scores))
    return places * _TENTHS // max(len(scores), 1)
