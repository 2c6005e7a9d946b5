"""Positive parameters under which what was seen is most likely."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from perennial.foresight.purchases.histories import Numbers
from perennial.foundation.errors import Refused
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    import scipy.optimize as optimize
else:
    np = on_demand("numpy")
    optimize = on_demand("scipy.optimize")

_FARTHEST = 12.0  # e to the 12th: further away nothing changes any more (nobody leaves, or all are alike)
_STEPS = 200
FEWEST = 20  # customers who bought again: with fewer, five numbers more or less explain anything


class NoFit(Refused):
    """The purchases do not tell the parameters: too few, or all alike."""

    code = "no_fit"
    sentence = _("The purchases do not show a rhythm yet: too few customers have bought again. Ask again later.")


def most_likely(log_likelihood: Callable[[Numbers], float], *, start: tuple[float, ...]) -> tuple[float, ...]:
    """By quasi-Newton steps over the logarithms of the parameters, from two places; the better of both.

    `log_likelihood` takes the parameters themselves and gives the mean per customer, so that one tolerance serves all.
    """
    found = [_climb(log_likelihood, np.log(np.array(start) * times)) for times in (1.0, 3.0)]
    best = min(found, key=lambda each: float(each.fun))
    if not np.isfinite(best.fun):
        raise NoFit
    return tuple(float(value) for value in np.exp(best.x))


def _climb(log_likelihood: Callable[[Numbers], float], start: Numbers) -> Any:
    return optimize.minimize(
        lambda logs: -log_likelihood(np.exp(logs)), start, method="L-BFGS-B", jac="3-point",
        bounds=[(-_FARTHEST, _FARTHEST)] * len(start), options={"maxiter": _STEPS, "ftol": 1e-13, "gtol": 1e-8},
    )  # fmt: skip
