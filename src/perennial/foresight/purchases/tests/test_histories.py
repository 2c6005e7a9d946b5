"""Purchases become four numbers a customer."""

from __future__ import annotations

import numpy as np

from perennial.foresight.purchases.histories import Histories, histories

CLEO, FIRM = 7, 3


def _of(*bought: tuple[int, str, float], as_of: str = "2026-03-31") -> Histories:
    who, when, amounts = zip(*bought, strict=True)
    return histories(np.array(who), np.array(when, "datetime64[us]"), np.array(amounts), as_of=as_of)


def test_a_day_counts_once_and_the_first_purchase_is_no_repeat() -> None:
    known = _of(
        (CLEO, "2026-01-21T09:00", 30.0), (CLEO, "2026-01-01T09:00", 10.0), (CLEO, "2026-01-21T17:00", 20.0),
        (FIRM, "2026-03-01T12:00", 99.0),
    )  # fmt: skip
    assert known.ids.tolist() == [FIRM, CLEO]
    assert known.repeats.tolist() == [0, 1]
    assert known.last.tolist() == [0, 20]
    assert known.age.tolist() == [30, 89]
    assert np.isnan(known.mean[0])
    assert known.mean[1] == 50


def test_what_comes_after_the_day_is_not_seen() -> None:
    before = [(CLEO, "2026-01-01T09:00", 10.0), (CLEO, "2026-02-01T23:59", 10.0)]
    after = [(CLEO, "2026-02-02T00:00", 500.0), (FIRM, "2026-05-01T00:00", 500.0)]
    one, other = _of(*before, as_of="2026-02-01"), _of(*before, *after, as_of="2026-02-01")
    assert one.ids.tolist() == other.ids.tolist() == [CLEO]
    assert (one.repeats[0], one.mean[0], one.age[0]) == (other.repeats[0], other.mean[0], other.age[0]) == (1, 10, 31)


def test_what_was_given_away_or_given_back_does_not_lower_the_mean() -> None:
    known = _of(
        (CLEO, "2026-01-01", 10.0), (CLEO, "2026-01-05", 0.0), (CLEO, "2026-01-09", -5.0), (CLEO, "2026-01-20", 8)
    )
    assert known.repeats.tolist() == [3]
    assert known.mean.tolist() == [8]


def test_nothing_bought_is_nobody() -> None:
    assert len(_of((CLEO, "2027-01-01", 1.0))) == 0
