"""A weighted sum of coded columns, held back by a penalty: logistic regression for chances, ridge for numbers."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from perennial.foresight.learning.estimators.threads import threads_for
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    import sklearn.linear_model as linear_model
    import threadpoolctl
    from numpy.typing import NDArray

    from perennial.foresight.learning.dataset import Floats
else:
    np = on_demand("numpy")
    linear_model = on_demand("sklearn.linear_model")
    threadpoolctl = on_demand("threadpoolctl")

_ROUNDS = 200
_FEW_COLUMNS = 400  # up to which whole steps of Newton are the quickest
_TOLERANCE = 1e-5


@dataclass(frozen=True, slots=True)
class Linear:
    """`middle` is the mean of each coded column: what a column adds is told from there."""

    constant: float
    weights: Floats
    middle: Floats

    def scores(self, coded: Floats) -> Floats:
        return coded @ self.weights + self.constant

    def parts(self, coded: Floats) -> Floats:
        return (coded - self.middle) * self.weights

    def to_json(self) -> dict[str, Any]:
        return {"constant": self.constant, "weights": self.weights.tolist(), "middle": self.middle.tolist()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Linear:
        return cls(data["constant"], np.array(data["weights"], float), np.array(data["middle"], float))


def fit(coded: Floats, outcome: NDArray[Any], *, freedom: float) -> Linear:
    """`freedom` is the inverse of the penalty."""
    with warnings.catch_warnings(), threadpoolctl.threadpool_limits(threads_for(coded.shape)):
        warnings.simplefilter("ignore")  # a sum that is not settled to the last digit is as good
        if outcome.dtype == bool:
            solver = _solver(coded.shape[1])
            model = linear_model.LogisticRegression(C=freedom, max_iter=_ROUNDS, tol=_TOLERANCE, solver=solver)
        else:
            model = linear_model.Ridge(alpha=1 / freedom, solver="cholesky")
        model.fit(coded, outcome)
    weights = np.asarray(model.coef_, float).reshape(-1)
    return Linear(float(np.ravel(model.intercept_)[0]), weights, coded.mean(axis=0))


def _solver(columns: int) -> str:
    return "newton-cholesky" if columns <= _FEW_COLUMNS else "lbfgs"
