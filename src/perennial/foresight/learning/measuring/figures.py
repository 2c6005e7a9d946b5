"""All figures of a model card at once, with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from perennial.foresight.learning.measuring.intervals import Estimate, estimates
from perennial.foresight.learning.measuring.marks import Ranked, brier, lift, losses, tenths
from perennial.foresight.learning.verdict import explained
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from perennial.foresight.learning.dataset import Floats
else:
    np = on_demand("numpy")

_CHANCES = ("roc_auc", "pr_auc", "brier", "log_loss", "calibration_error", "lift", "money_caught")
_NUMBERS = ("explained", "absolute_error", "root_square_error")


def figures_of_chances(
    outcome: NDArray[Any], chances: Floats, value: Floats | None, *, seed: int
) -> dict[str, Estimate]:
    ranked, lost = Ranked(outcome, chances), losses(outcome, chances)
    place = tenths(chances)
    money = None if value is None else np.where(outcome, np.nan_to_num(value), 0.0)

    def figures(weights: Floats | None) -> list[float]:
        weight = np.ones(len(outcome)) if weights is None else weights
        gaps = np.abs(np.bincount(place, weight * (chances - outcome), 10)).sum() / weight.sum()
        caught = float("nan")
        if money is not None and (weight * money).sum() > 0:
            caught = float((weight * money)[place == 0].sum() / (weight * money).sum())
        return [*ranked.areas(weights), brier(outcome, chances, weights), float(np.average(lost, weights=weights)),
                float(gaps), lift(outcome, chances, weights), caught]  # fmt: skip

    found = dict(zip(_CHANCES, estimates(len(outcome), figures, seed=seed), strict=True))
    return {name: each for name, each in found.items() if each.is_known}


def figures_of_numbers(outcome: Floats, told: Floats, *, seed: int) -> dict[str, Estimate]:
    def figures(weights: Floats | None) -> list[float]:
        return [explained(outcome, told, weights), float(np.average(np.abs(told - outcome), weights=weights)),
                float(np.sqrt(np.average((told - outcome) ** 2, weights=weights)))]  # fmt: skip

    return dict(zip(_NUMBERS, estimates(len(outcome), figures, seed=seed), strict=True))


def gain(lost: Floats, usual: Floats, *, seed: int) -> Estimate:
    """How much less is lost a row."""
    less = usual - lost
    return estimates(len(less), lambda weights: [float(np.average(less, weights=weights))], seed=seed)[0]
