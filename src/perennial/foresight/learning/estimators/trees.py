"""Boosted trees, small ones and many, stopped when rows that they do not learn from gain no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from perennial.foresight.learning.estimators.threads import threads_for
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import lightgbm
    import numpy as np
    from numpy.typing import NDArray

    from perennial.foresight.learning.dataset import Floats
else:
    np = on_demand("numpy")
    lightgbm = on_demand("lightgbm")

MOST_ROUNDS = 600
_PATIENCE = 40


@dataclass(frozen=True)
class Trees:
    """The library's own text: it reads back to the same scores to the last digit."""

    text: str

    @cached_property
    def booster(self) -> lightgbm.Booster:
        return lightgbm.Booster(model_str=self.text)

    def scores(self, coded: NDArray[np.float32]) -> Floats:
        return np.asarray(self.booster.predict(coded, raw_score=True, num_threads=threads_for(coded.shape)), float)

    def parts(self, coded: NDArray[np.float32]) -> Floats:
        """SHAP values, exact for trees; the last column, which is the same for all, is left out."""
        return np.asarray(self.booster.predict(coded, pred_contrib=True, num_threads=threads_for(coded.shape)), float)[
            :, :-1
        ]

    def to_json(self) -> dict[str, Any]:
        return {"text": self.text}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Trees:
        return cls(data["text"])


def fit(coded: NDArray[np.float32], outcome: NDArray[Any], *, leaves: int, rounds: int, choices: Sequence[int],
        seed: int) -> Trees:  # fmt: skip
    data = lightgbm.Dataset(coded, outcome.astype(float), categorical_feature=list(choices), free_raw_data=True)
    model = lightgbm.train(
        _settings(outcome, leaves, seed, threads_for(coded.shape)), data, num_boost_round=max(rounds, 1)
    )
    return Trees(model.model_to_string())


def fit_and_stop(coded: NDArray[np.float32], outcome: NDArray[Any], other: NDArray[np.float32],
                 other_outcome: NDArray[Any], *, leaves: int, choices: Sequence[int], seed: int,
                 ) -> tuple[lightgbm.Booster, int]:  # fmt: skip
    """All rounds until the other rows gain no more, and at which they had gained most."""
    data = lightgbm.Dataset(coded, outcome.astype(float), categorical_feature=list(choices), free_raw_data=False)
    beside = data.create_valid(other, other_outcome.astype(float))
    model = lightgbm.train(
        _settings(outcome, leaves, seed, threads_for(coded.shape)), data, num_boost_round=MOST_ROUNDS,
        valid_sets=[beside],
        callbacks=[lightgbm.early_stopping(_PATIENCE, verbose=False)],
    )  # fmt: skip
    return model, max(model.best_iteration, 1)


def _settings(outcome: NDArray[Any], leaves: int, seed: int, threads: int) -> dict[str, Any]:
    least = max(10, min(100, len(outcome) // 200))
    return {
        "objective": "binary" if outcome.dtype == bool else "regression", "learning_rate": 0.05, "num_leaves": leaves,
        "min_data_in_leaf": least, "feature_fraction": 0.7, "bagging_fraction": 0.8, "bagging_freq": 1,
        "lambda_l2": 3.0,
        "cat_smooth": 20.0, "cat_l2": 10.0, "min_data_per_group": max(20, least), "max_bin": 127,
        "num_threads": threads, "deterministic": True, "force_row_wise": True, "seed": seed, "verbosity": -1,
        "feature_pre_filter": False,
    }  # fmt: skip
