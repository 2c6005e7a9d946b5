"""Chances as they come true: a line through the log-odds, kept only where it helps on rows that it was not drawn
for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from perennial.foresight.learning.choosing import chances_of
from perennial.foresight.learning.dataset import Dataset
from perennial.foresight.learning.measuring.marks import losses
from perennial.foresight.learning.splitting import Fold
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from perennial.foresight.learning.dataset import Floats
else:
    np = on_demand("numpy")

_ROUNDS = 30
_HELD_BACK = 1.0  # as much as a row or so speaks for leaving the scores as they are


@dataclass(frozen=True, slots=True)
class Line:
    """Log-odds become `slope` times themselves, moved by `shift`."""

    slope: float = 1.0
    shift: float = 0.0

    def __call__(self, scores: Floats) -> Floats:
        return scores * self.slope + self.shift

    @property
    def is_straight(self) -> bool:
        return self.slope == 1.0 and self.shift == 0.0


STRAIGHT = Line()


def calibrated(dataset: Dataset, scores: Floats, folds: Sequence[Fold]) -> tuple[Line, Floats]:
    """The line for scores to come, and the tried scores, each put right by a line that its row had no part in.

    Where time is known the line is drawn through the stretch just before: rates drift, and the last is the nearest to
    what comes.
    """
    turn = [fold for fold in folds if fold.turn == 0]
    is_forward = dataset.time is not None and not _are_all(turn, len(dataset))
    best, best_scores, gained = STRAIGHT, scores, 0.0
    for is_shift in (True, False):
        moved, judged = scores.copy(), np.zeros(len(scores), bool)
        for place, fold in enumerate(turn):
            if is_forward:
                seen = turn[place - 1].tried if place else np.array([], np.int64)
            else:
                seen = np.concatenate([other.tried for other in turn if other is not fold])
            if len(seen):
                moved[fold.tried] = line(dataset.outcome[seen], scores[seen], is_shift=is_shift)(scores[fold.tried])
                judged[fold.tried] = True
        outcome = dataset.outcome[judged]
        less = losses(outcome, chances_of(scores[judged])) - losses(outcome, chances_of(moved[judged]))
        if less.mean() > max(gained, less.std() / np.sqrt(len(less))):
            newest = turn[-1].tried if is_forward else np.concatenate([fold.tried for fold in turn])
            best = line(dataset.outcome[newest], scores[newest], is_shift=is_shift)
            best_scores, gained = moved, float(less.mean())
    return best, best_scores


def line(outcome: NDArray[Any], scores: Floats, *, is_shift: bool) -> Line:
    """By Newton's steps; with `is_shift` the slope stays."""
    slope, shift = 1.0, 0.0
    for _round in range(_ROUNDS):
        likely = chances_of(scores * slope + shift)
        spread = likely * (1 - likely)
        gap = likely - outcome
        ahead = np.array([gap.sum() + _HELD_BACK * shift, (gap * scores).sum() + _HELD_BACK * (slope - 1)])
        bend = np.array([
            [spread.sum() + _HELD_BACK, (spread * scores).sum()],
            [(spread * scores).sum(), (spread * scores**2).sum() + _HELD_BACK],
        ])  # fmt: skip
        step = np.array([ahead[0] / bend[0, 0], 0.0]) if is_shift else np.linalg.solve(bend, ahead)
        step = np.clip(step, -1, 1)
        shift, slope = shift - float(step[0]), slope - float(step[1])
        if np.abs(step).max() < 1e-8:
            break
    return Line(max(slope, 0.05), shift)


def _are_all(folds: Sequence[Fold], rows: int) -> bool:
    return sum(len(fold.tried) for fold in folds) == rows
