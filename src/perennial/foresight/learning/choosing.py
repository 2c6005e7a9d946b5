"""Which candidate: the simplest of those that are as good as the best, as far as the tried rows can tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from perennial.foresight.learning.dataset import Dataset
from perennial.foresight.learning.estimators.candidates import Tried
from perennial.foresight.learning.measuring.marks import losses
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np

    from perennial.foresight.learning.dataset import Floats
else:
    np = on_demand("numpy")


def choose(dataset: Dataset, tried: Sequence[Tried]) -> Tried:
    """`tried` begins with the simplest. Within one standard error of the best, simpler goes first."""
    lost = [row_losses(dataset, each) for each in tried]
    best = int(np.argmin([each.mean() for each in lost]))
    names = list(dict.fromkeys(each.name for each in tried))
    for name in names[: names.index(tried[best].name)]:
        of_name = [place for place, each in enumerate(tried) if each.name == name]
        place = min(of_name, key=lambda each: float(lost[each].mean()))
        more = lost[place] - lost[best]
        if more.mean() <= more.std() / np.sqrt(len(more)):
            return tried[place]
    return tried[best]


def row_losses(dataset: Dataset, tried: Tried) -> Floats:
    """What each row lost, over all turns: log-loss, or the square of the error."""
    found = []
    for scores in tried.scores:
        is_tried = ~np.isnan(scores)
        outcome = dataset.outcome[is_tried]
        if dataset.is_yes_or_no:
            found.append(losses(outcome, chances_of(scores[is_tried])))
        else:
            found.append((scores[is_tried] - outcome) ** 2)
    return np.mean(found, axis=0) if len({len(each) for each in found}) == 1 else np.concatenate(found)


def chances_of(scores: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -40, 40))), float)
