"""How much each likeness weighs, learnt from the candidates themselves: nobody labels anything.

The candidates are of several sorts, pairs that are the same and pairs that only look alike, and each sort has its own
share of every level of every comparison. Expectation maximisation finds those shares. (splink's own wants one blocking
rule for a training, and takes what is not the same from random pairs, which are nothing like the lookalikes among
candidates.) Where two files are linked and records have one partner at most, partners compete within the learning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.integer[Any]]

_ROUNDS = 80
_LEARNT_FROM = 300_000  # pairs, about
_STILL_MOVING = 1e-3
_SURE = 40.0  # natural logarithm of the odds beyond which nothing is surer
RARITY = 0.5  # how far a rare value counts for more than a common one


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison of all pairs: the level of each (0 is closest, -1 unknown), and how much rarer than the average,
    as a logarithm, the value is that both have (0 where they have not the same)."""

    name: str
    levels: Places
    count: int
    rarity: npt.NDArray[np.float32] | None = None
    usual: float = 1.0  # how often two random records have the same, where rarity counts


@dataclass(frozen=True, slots=True)
class Sides:
    """The records of each pair, and whether a record of that side has one partner at most."""

    one: Places
    other: Places
    one_has_one: bool = False
    other_has_one: bool = False


@dataclass(frozen=True, slots=True)
class Beginning:
    """What learning begins with. `firmness` is how many pairs it takes to move what is expected of pairs that are the
    same; with `lookalikes` there is a third sort, pairs that have something in common and are not the same."""

    expected: float
    firmness: float
    lookalikes: bool = False


@dataclass(frozen=True, slots=True)
class Learnt:
    """The probability of each pair, and for each comparison what its levels weigh."""

    probability: Numbers
    weights: tuple[Numbers, ...]


@dataclass(frozen=True, slots=True)
class _Sorts:
    """For each sort of pairs (the same, different, perhaps lookalikes) the shares of the levels, and its own share."""

    shares: tuple[tuple[Numbers, ...], ...]
    parts: tuple[float, ...]


def learn(compared: Sequence[Compared], sides: Sides, beginning: Beginning) -> Learnt:
    """Of very many pairs, those of some of the records are enough to learn from; all are judged."""
    few, some = _sample(compared, sides)
    sorts = _begin(compared, beginning, len(sides.one))
    wanted = sorts.shares[0]
    probability = np.zeros(len(some.one))
    for _round in range(_ROUNDS):
        before = probability
        probability, others = _judge(few, some, sorts)
        if np.abs(probability - before).max() < _STILL_MOVING:
            break
        sorts = _shared_out(few, [probability, *others], wanted, beginning.firmness)
    weights = tuple(np.log(same / other) for same, other in zip(sorts.shares[0], sorts.shares[1], strict=True))
    return Learnt(_judge(compared, sides, sorts)[0], weights)


def _sample(compared: Sequence[Compared], sides: Sides) -> tuple[Sequence[Compared], Sides]:
    every = len(sides.one) // _LEARNT_FROM + 1
    if every == 1:
        return compared, sides
    chosen = np.flatnonzero(sides.one.astype(np.int64) * 2_654_435_761 % 2**32 % every == 0)
    few = [
        replace(each, levels=each.levels[chosen], rarity=None if each.rarity is None else each.rarity[chosen])
        for each in compared
    ]
    return few, replace(sides, one=sides.one[chosen], other=sides.other[chosen])


def _begin(compared: Sequence[Compared], beginning: Beginning, pairs: int) -> _Sorts:
    start = min(max(beginning.expected / pairs, 1e-4), 0.3)
    wanted = tuple(_falling(each.count) for each in compared)
    contrary = tuple(shares[::-1] for shares in wanted)
    if not beginning.lookalikes:
        return _Sorts((wanted, contrary), (start, 1 - start))
    even = tuple(np.full(each.count, 1 / each.count) for each in compared)
    return _Sorts((wanted, contrary, even), (start, 0.9 - start, 0.1))


def _judge(compared: Sequence[Compared], sides: Sides, sorts: _Sorts) -> tuple[Numbers, list[Numbers]]:
    """The probability of each pair to be the same, and to be of each other sort."""
    logits = [_logits(compared, shares, part) for shares, part in zip(sorts.shares, sorts.parts, strict=True)]
    rest = logits[1] if len(logits) == 2 else np.logaddexp(logits[1], logits[2])
    for each in compared:
        if each.rarity is not None:
            logits[0] += RARITY * each.rarity
    probability = _competed(np.exp(np.clip(logits[0] - rest, -_SURE, _SURE)), sides)
    return probability, [(1 - probability) * np.exp(each - rest) for each in logits[1:]]


def _shared_out(
    compared: Sequence[Compared], members: Sequence[Numbers], wanted: Sequence[Numbers], firmness: float
) -> _Sorts:
    even = [np.full(each.count, 1 / each.count) for each in compared]
    shares = tuple(
        tuple(
            _shares(each, those, base, firmness if number == 0 else 1.0)
            for each, base in zip(compared, wanted if number == 0 else even, strict=True)
        )
        for number, those in enumerate(members)
    )
    return _Sorts(shares, tuple(min(max(float(each.mean()), 1e-9), 1.0) for each in members))


def _falling(count: int) -> Numbers:
    """What to begin with: half of what is the same agrees fully, half of the rest nearly …"""
    shares = 0.5 ** np.arange(1, count + 1)
    shares[-1] = max(shares[-1], 0.05)
    found: Numbers = shares / shares.sum()
    return found


def _logits(compared: Sequence[Compared], shares: Sequence[Numbers], part: float) -> Numbers:
    found = np.full(len(compared[0].levels), np.log(part))
    for each, levels in zip(compared, shares, strict=True):
        found += np.append(np.log(levels), 0.0)[each.levels]  # the last, of level -1, is what is unknown
    return found


def _shares(compared: Compared, members: Numbers, wanted: Numbers, firmness: float) -> Numbers:
    known = compared.levels >= 0
    counts = np.bincount(compared.levels[known], weights=members[known], minlength=compared.count)
    found: Numbers = (counts + firmness * wanted) / (counts.sum() + firmness)
    return found


def _competed(odds: Numbers, sides: Sides) -> Numbers:
    rivals = np.zeros(len(odds))
    for places, has_one in ((sides.one, sides.one_has_one), (sides.other, sides.other_has_one)):
        if has_one:
            rivals += np.bincount(places, weights=odds)[places] - odds
    found: Numbers = odds / (1 + odds + rivals)
    return found
