"""The declared model, and drawing lives from it: purchases and leaving after the idea of BG/NBD, mishaps on top.

Everything is drawn for all people at once. Purchases go by rounds: in round n everybody who is still there places
their n-th order, may be let down by it, may leave, and waits for the next. Times are microseconds since 1970.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]
DAY = 86_400 * 1_000_000
REASONS = ("", "lost_interest", "moved_away", "let_down", "complaint")  # why somebody left; the first: they did not
ANSWERS = ("persuadable", "sure", "lost_cause", "sleeping_dog")
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Campaign:
    """A discount for two weeks, so many days before the end."""

    name: str
    days_before_end: int
    window_days: int = 14
    discount: float = 0.15


@dataclass(frozen=True)
class Model:
    """Every number that the truth rests on. Shares and chances are from 0 to 1, times in days."""

    days: int = 1095
    never_buys: float = 0.35
    first_wait: float = 25.0
    rate_shape: float = 1.2  # orders a year of those who buy: Gamma, with this shape and mean
    rate_mean: float = 3.6
    loses_interest: tuple[float, float] = (1.2, 9.0)  # after each order: Beta
    moves_away_a_year: float = 0.04
    goes_wrong: float = 0.05  # of orders
    complains: float = 0.6  # of those whose order went wrong
    put_right: float = 0.5  # of complaints, by chance and not by who complains
    leaves_let_down: tuple[float, float] = (4.0, 6.0)  # when it is not put right: Beta
    put_right_helps: float = 0.15  # the chance of leaving after a complaint is multiplied by this when it is put right
    returned: float = 0.02  # of orders that went well
    returned_wrong: float = 0.5  # of orders that went wrong
    answers: tuple[float, ...] = (0.2, 0.35, 0.35, 0.1)  # shares of ANSWERS
    persuaded: tuple[float, float] = (4.0, 16.0)  # the chance of one order more within the window: Beta
    put_off: float = 0.4  # share of their orders that sleeping dogs drop when they are offered a discount
    treated: float = 0.5
    campaigns: tuple[Campaign, ...] = (Campaign("spring", 560), Campaign("autumn", 320), Campaign("winter", 100))


@dataclass
class Lives:
    """What is true of each person, a row each, and the orders that follow, in the order of their time."""

    arrived: Numbers
    buys: Numbers
    rate: Numbers  # orders a year
    drops: Numbers  # chance of losing interest after an order
    sensitivity: Numbers  # chance of leaving when let down
    left: Numbers  # NEVER: still there
    reason: Numbers  # index into REASONS
    answer: Numbers  # index into ANSWERS
    persuaded: Numbers  # chance of one order more
    reached: Numbers  # people by campaigns: who was there to be offered the discount
    treated: Numbers
    orders: Orders


@dataclass
class Orders:
    who: Numbers
    at: Numbers
    campaign: Numbers  # 0: habit; n: would not have been placed without the nth campaign
    discounted: Numbers  # n: got the discount of the nth campaign
    wrong: Numbers
    complained: Numbers
    put_right: Numbers
    returned_at: Numbers  # NEVER: kept

    def __len__(self) -> int:
        return len(self.who)

    def take(self, rows: Numbers) -> Orders:
        return Orders(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def draw_lives(people: int, *, end: int, random: np.random.Generator, model: Model) -> Lives:
    """`end` is the last moment, in microseconds since 1970."""
    begin = end - model.days * DAY
    arrived = begin + ((end - begin) * np.sqrt(random.random(people))).astype(np.int64)  # a firm that grows
    buys = random.random(people) >= model.never_buys
    rate = random.gamma(model.rate_shape, model.rate_mean / model.rate_shape, people)
    drops = random.beta(*model.loses_interest, people)
    sensitivity = random.beta(*model.leaves_let_down, people)
    moves = arrived + _days(random.exponential(365 / model.moves_away_a_year, people))
    left, reason = np.where(moves < end, moves, NEVER), np.where(moves < end, REASONS.index("moved_away"), 0)
    answer = random.choice(len(ANSWERS), people, p=model.answers).astype(np.int8)
    persuaded = np.where(answer == 0, random.beta(*model.persuaded, people), 0.0)
    orders = _habit(arrived, buys, rate, drops, sensitivity, left, reason, end, random, model)
    reached = np.zeros((people, len(model.campaigns)), bool)
    treated = np.zeros_like(reached)
    lives = Lives(arrived, buys, rate, drops, sensitivity, left, reason.astype(np.int8), answer, persuaded, reached,
                  treated, orders)  # fmt: skip
    for number, campaign in enumerate(model.campaigns):
        _run_campaign(lives, number, campaign, end, random, model)
    lives.orders = lives.orders.take(np.lexsort((lives.orders.who, lives.orders.at)))
    _send_back(lives.orders, end, random, model)
    return lives


def _habit(arrived: Numbers, buys: Numbers, rate: Numbers, drops: Numbers, sensitivity: Numbers, left: Numbers,
           reason: Numbers, end: int, random: np.random.Generator, model: Model) -> Orders:  # fmt: skip
    """Rounds of orders until nobody is left; fills in who left, when and why."""
    who = np.flatnonzero(buys)
    at = arrived[who] + _days(random.exponential(model.first_wait, len(who)))
    rounds: list[Orders] = []
    while len(who):
        stays = at < np.minimum(left[who], end)
        who, at = who[stays], at[stays]
        wrong = random.random(len(who)) < model.goes_wrong
        complained = wrong & (random.random(len(who)) < model.complains)
        put_right = complained & (random.random(len(who)) < model.put_right)
        nothing = np.zeros(len(who), np.int8)
        rounds.append(Orders(who, at, nothing, nothing.copy(), wrong, complained, put_right, np.full(len(who), NEVER)))
        chance = sensitivity[who] * np.where(put_right, model.put_right_helps, 1.0) * wrong
        hurt = random.random(len(who)) < chance
        bored = ~hurt & (random.random(len(who)) < drops[who])
        _leave(who, at + 4 * DAY, hurt & complained, REASONS.index("complaint"), left, reason, end)
        _leave(who, at + 4 * DAY, hurt & ~complained, REASONS.index("let_down"), left, reason, end)
        _leave(who, at + DAY, bored, REASONS.index("lost_interest"), left, reason, end)
        goes_on = ~hurt & ~bored
        who, at = who[goes_on], at[goes_on]
        at = at + _days(random.exponential(1.0, len(who)) * 365 / rate[who])
    return _joined(rounds)


def _leave(who: Numbers, at: Numbers, those: Numbers, why: int, left: Numbers, reason: Numbers, end: int) -> None:
    those = those & (at < np.minimum(left[who], end))
    left[who[those]], reason[who[those]] = at[those], why


def _run_campaign(lives: Lives, number: int, campaign: Campaign, end: int, random: np.random.Generator,
                  model: Model) -> None:  # fmt: skip
    """Offers the discount to half of those who are there; adds and removes the orders that follow from it."""
    starts = end - campaign.days_before_end * DAY
    ends = starts + campaign.window_days * DAY
    lives.reached[:, number] = (lives.arrived < starts) & (lives.left > starts)
    treated = lives.treated[:, number] = lives.reached[:, number] & (random.random(len(lives.left)) < model.treated)
    orders = lives.orders
    within = (orders.at >= starts) & (orders.at < ends) & treated[orders.who]
    dropped = within & (lives.answer[orders.who] == ANSWERS.index("sleeping_dog"))
    dropped &= ~orders.wrong & (random.random(len(orders)) < model.put_off)  # what follows from a mishap stays true
    orders.discounted[within] = number + 1
    who = np.flatnonzero(treated & (random.random(len(treated)) < lives.persuaded))
    at = starts + (random.random(len(who)) * campaign.window_days * DAY).astype(np.int64)
    who, at = who[at < lives.left[who]], at[at < lives.left[who]]
    mark = np.full(len(who), number + 1, np.int8)
    fine = np.zeros(len(who), bool)
    more = Orders(who, at, mark, mark.copy(), fine, fine.copy(), fine.copy(), np.full(len(who), NEVER))
    lives.orders = _joined([orders.take(~dropped), more])


def _send_back(orders: Orders, end: int, random: np.random.Generator, model: Model) -> None:
    chance = np.where(orders.wrong, model.returned_wrong, model.returned)
    at = orders.at + _days(3 + random.exponential(6, len(orders)))
    returned = (random.random(len(orders)) < chance) & (at < end)
    orders.returned_at[returned] = at[returned]


def _joined(parts: list[Orders]) -> Orders:
    names = Orders.__dataclass_fields__
    return Orders(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _days(days: Numbers) -> Numbers:
    return np.asarray(days * DAY).astype(np.int64)
