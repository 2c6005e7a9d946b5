"""Plays on simulated firms whose truth is known: do the stated intervals cover it, and how often is nothing taken for
something by somebody who looks every day?

A run is one play from its first day to its planned end: people enter day by day, are drawn by the product's own hash,
have an outcome, and the product's own functions say the effect after each day. Seeds are fixed: the same table each
time. Beside the product's looks stands what a spreadsheet would do: the interval for one look, looked at every day.

    perennial bench --only plays
    python -m bench.foresight_plays
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from perennial.foresight.plays.assignment import draw
from perennial.foresight.plays.statistics.arms import CAPPED_ABOVE, Arm
from perennial.foresight.plays.statistics.effects import LEAST, Effect, Interval, effect_of
from perennial.foresight.plays.statistics.stopping import STOPS, Verdict, verdict_of

RUNS, DAYS, SEED = 1_000, 100, 20_260
Numbers = Any  # arrays of numpy, which types their contents
People = tuple[Numbers, Numbers, Numbers]  # before the draw; outcome without, and with the play


@dataclass(frozen=True, slots=True)
class Firm:
    """`make` draws people; `truth` is the effect in the population that they are drawn from, with amounts counted up to
    the cap that the firm would have set before the start."""

    name: str
    people: int
    make: Callable[[np.random.Generator, int], People]
    truth: float
    cap: float | None = None
    is_share: bool = False
    control: float = 0.15
    least_worth: float = 0.0


def buyers(base: float, effect: float, *, reached: float = 1.0) -> Callable[[np.random.Generator, int], People]:
    """Yes or no: who buys differs from person to person, and shows in how often they bought before."""

    def make(rng: np.random.Generator, count: int) -> People:
        habit = rng.beta(2, 2 * (1 - base) / base, count)
        luck = rng.random(count)
        gained = np.where(rng.random(count) < reached, effect, 0.0)
        before = rng.binomial(3, habit).astype(float)
        # An effect is on who is reached; shares are kept within 0 and 1 by taking it from the luck.
        return before, (luck < habit).astype(float), (luck < habit).astype(float) + _moved(rng, luck, habit, gained)

    return make


def _moved(rng: np.random.Generator, luck: Numbers, habit: Numbers, gained: Numbers) -> Numbers:
    """Of those who would not buy, as many buy as the effect says over all; of a harmful play the other way round."""
    base = habit.mean()
    up = (luck >= habit) & (rng.random(len(luck)) < np.maximum(gained, 0) / (1 - base))
    down = (luck < habit) & (rng.random(len(luck)) < np.maximum(-gained, 0) / base)
    return up.astype(float) - down.astype(float)


def spenders(sigma: float, more: float) -> Callable[[np.random.Generator, int], People]:
    """Money with a heavy tail: most spend nothing, few spend much, and those did so before."""

    def make(rng: np.random.Generator, count: int) -> People:
        size = rng.normal(0, sigma * 0.8, count)
        chance = rng.beta(2, 3, count)
        before = (rng.random(count) < chance) * np.exp(4 + size + rng.normal(0, sigma * 0.6, count))
        after = (rng.random(count) < chance) * np.exp(4 + size + rng.normal(0, sigma * 0.6, count))
        return before, after, after * (1 + more)

    return make


def amounts(name: str, people: int, sigma: float, more: float, *, is_capped: bool = True) -> Firm:
    """The cap is set as the product does: from what was spent before by people of whom none is in the play."""
    make, rng = spenders(sigma, more), np.random.default_rng([SEED, people])
    spent = make(rng, 50_000)[0]
    cap = float(np.quantile(spent[spent > 0], CAPPED_ABOVE)) if is_capped else None
    _before, without, treated = make(rng, 4_000_000)
    if cap is None:
        return Firm(name, people, make, more * float(0.4 * np.exp(4 + sigma**2 / 2)))
    truth = float((np.minimum(treated, cap) - np.minimum(without, cap)).mean())
    return Firm(name, people, make, truth, cap=cap)


@cache
def firms() -> tuple[Firm, ...]:
    return (
        Firm("yes or no, 30 % buy, no effect", 2_000, buyers(0.3, 0.0), 0.0, is_share=True, least_worth=0.05),
        Firm("yes or no, 30 % buy, 5 points more", 2_000, buyers(0.3, 0.05), 0.05, is_share=True, least_worth=0.05),
        Firm("yes or no, 5 points fewer (harm)", 2_000, buyers(0.3, -0.05), -0.05, is_share=True, least_worth=0.05),
        Firm("yes or no, 10 points, 6 of 10 reached", 1_000, buyers(0.3, 0.1, reached=0.6), 0.06, is_share=True),
        Firm("yes or no, rare (4 %), no effect", 2_000, buyers(0.04, 0.0), 0.0, is_share=True),
        Firm("yes or no, small firm, no effect", 400, buyers(0.3, 0.0), 0.0, is_share=True),
        Firm("yes or no, halves, no effect", 1_000, buyers(0.3, 0.0), 0.0, is_share=True, control=0.5),
        amounts("money, no effect", 2_000, 1.0, 0.0),
        amounts("money, a fifth more", 2_000, 1.0, 0.2),
        amounts("money, heavier tail, no effect", 2_000, 1.4, 0.0),
        amounts("money, heavier tail, a fifth more", 10_000, 1.4, 0.2),
        amounts("money, the same without a cap", 2_000, 1.4, 0.0, is_capped=False),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What one run ended in."""

    covered_end: bool
    covered_anytime: bool
    covered_always: bool
    alarm: bool  # some look told an effect for certain
    alarm_naive: bool  # some look would have, by the interval that is meant for one look
    clear_end: bool
    stopped: Verdict
    narrower: float


def simulate(firm: Firm, run: int) -> Told:
    rng = np.random.default_rng([SEED, firm.people, run, *firm.name.encode()])
    before, without, treated_too = firm.make(rng, firm.people)
    if firm.cap is not None:
        before, without, treated_too = (np.minimum(each, firm.cap) for each in (before, without, treated_too))
    key = f"{SEED}-{run}"
    drawn = np.array([draw(key, number) for number in range(firm.people)]) < firm.control
    outcome = np.where(drawn, without, treated_too)
    entered = np.sort(rng.integers(0, DAYS, firm.people))
    ends = np.searchsorted(entered, np.arange(DAYS), side="right")
    arms = [_arms(outcome, before, each, ends) for each in (~drawn, drawn)]
    looks = [
        effect_of(treated, control, planned=firm.people, is_share=firm.is_share)
        for treated, control in zip(*arms, strict=True)
    ]
    return _told(firm, [each for each in looks if each is not None])


def _told(firm: Firm, looks: list[Effect]) -> Told:
    last = looks[-1]
    stopped = next(
        (verdict for each in looks[:-1] if (verdict := verdict_of(each, least_worth=firm.least_worth)) in STOPS),
        Verdict.OPEN,
    )
    alarm = any(each.anytime.is_clear for each in looks)
    width = last.at_end.high - last.at_end.low
    unadjusted = width / np.sqrt(max(1 - last.explained, 1e-9))
    return Told(
        _covers(last.at_end, firm.truth), _covers(last.anytime, firm.truth),
        all(_covers(each.anytime, firm.truth) for each in looks), alarm,
        any(each.at_end.is_clear for each in looks), last.at_end.is_clear, stopped,
        1 - width / unadjusted,
    )  # fmt: skip


def _covers(interval: Interval, truth: float) -> bool:
    return interval.low <= truth <= interval.high


def _arms(outcome: Numbers, before: Numbers, mine: Numbers, ends: Numbers) -> list[Arm]:
    """The arm after each day, from sums that grow."""
    shift, shift_before = outcome.mean(), before.mean()
    y, x = (outcome - shift) * mine, (before - shift_before) * mine
    columns = (mine.astype(float), y, y * y, x, x * x, x * y)
    grown = [np.concatenate([[0.0], np.cumsum(each)])[ends] for each in columns]
    found = []
    for n, sy, syy, sx, sxx, sxy in zip(*grown, strict=True):
        if n < LEAST:
            found.append(Arm(int(n), 0.0, 0.0))
            continue
        found.append(
            Arm(int(n), sy / n + shift, (syy - sy * sy / n) / (n - 1), sx / n + shift_before,
                (sxx - sx * sx / n) / (n - 1), (sxy - sx * sy / n) / (n - 1))
        )  # fmt: skip
    return found


def table(runs: int = RUNS) -> Table:
    """ "end covers": the interval of the planned end. "anytime covers", "all looks covered": the one that holds at
    every look, at the end and all along. "clear at a look": some look said on which side of nothing the effect lies,
    which without an effect is a false alarm; "one-look, daily": the same by the interval that is meant for one look,
    as in a spreadsheet. "narrower": the interval, by what people did before."""
    shown = Table(title=f"Plays on simulated firms: {runs:,} runs each, {DAYS} daily looks, stated confidence 90 %")
    shown.add_column("firm", no_wrap=True)
    for heading in ("people", "end covers", "anytime covers", "all looks covered", "clear at a look", "one-look, daily",
                    "clear at end", "stopped: harm", "stopped: futile", "narrower"):  # fmt: skip
        shown.add_column(heading, justify="right")
    for firm in firms():
        told = [simulate(firm, run) for run in range(runs)]
        cells = [
            [each.covered_end for each in told], [each.covered_anytime for each in told],
            [each.covered_always for each in told], [each.alarm for each in told], [each.alarm_naive for each in told],
            [each.clear_end for each in told],
            [each.stopped is Verdict.HARM for each in told], [each.stopped is Verdict.FUTILE for each in told],
            [each.narrower for each in told],
        ]  # fmt: skip
        shown.add_row(firm.name, f"{firm.people:,}", *(f"{100 * float(np.mean(each)):.1f} %" for each in cells))
    return shown


if __name__ == "__main__":
    Console(width=220).print(table())
