"""Stages and standings as one would say them, slowly: everything is worked out anew for each instant, by definition.

Knows nothing of SQL, epochs or windows. The statement of `history` is held to it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from perennial.lifecycle.definitions import Rhythm

ZONE = ZoneInfo("Europe/London")
TAKEN_BACK_WITHIN = timedelta(days=90)


@dataclass(frozen=True)
class Bought:
    at: datetime
    total: int  # negative: a return


@dataclass
class Story:
    known: datetime
    bought: Sequence[Bought] = ()
    spoke: Sequence[datetime] = ()
    contact: datetime | None = None
    qualified: Sequence[tuple[datetime, str]] = ()
    moments: set[datetime] = field(default_factory=set)


def transitions(
    story: Story, *, sells: str, rhythm: Rhythm, until: datetime
) -> dict[str, list[tuple[datetime, str | None]]]:
    instants = {story.known, *(each.at for each in story.bought), *story.spoke, *(at for at, _ in story.qualified)}
    instants |= {story.contact} if story.contact else set()
    for at in sorted(instants):
        orders = _orders(story, at)
        if orders:
            quiet, lapsed = _thresholds(_occasions(orders), rhythm)
            instants |= {quiet, lapsed, *(orders[0] + timedelta(days=days) for days in (180, 540))}
    found: dict[str, list[tuple[datetime, str | None]]] = {"stage": [], "standing": []}
    for at in sorted(instants):
        if at > until:
            break
        if not any(
            each <= at
            for each in (
                story.known,
                story.contact or story.known,
                *(b.at for b in story.bought),
                *story.spoke,
                *(q for q, _ in story.qualified),
            )
        ):
            continue
        for aspect, now in (("stage", stage(story, at, sells=sells)), ("standing", standing(story, at, rhythm=rhythm))):
            before = found[aspect][-1][1] if found[aspect] else None
            if now != before:
                found[aspect].append((at, now))
    return found


def stage(story: Story, at: datetime, *, sells: str) -> str:
    orders = _orders(story, at)
    days = {_day(each) for each in orders}
    span = (max(days) - min(days)).days if days else 0
    tenure = (at - orders[0]) if orders else timedelta()
    values = [value for when, value in sorted(story.qualified, key=lambda each: each[0]) if when <= at]
    is_promising = bool(values) and values[-1] in ("working", "qualified")
    has_spoken = any(when <= at for when in story.spoke)
    has_contact = story.contact is not None and story.contact <= at
    if sells == "shop":
        if len(days) >= 5 and span >= 180:
            return "loyalty"
        if len(days) >= 2:
            return "retention"
        is_acquired = has_contact or is_promising or has_spoken
    else:
        if len(days) >= 3 and tenure >= timedelta(days=540):
            return "loyalty"
        if len(days) >= 2 or (orders and tenure >= timedelta(days=180)):
            return "retention"
        is_acquired = is_promising or has_spoken
    return "conversion" if orders else "acquisition" if is_acquired else "reach"


def standing(story: Story, at: datetime, *, rhythm: Rhythm) -> str | None:
    occasions = _occasions(_orders(story, at))
    if not occasions:
        return None
    quiet, lapsed = _thresholds(occasions, rhythm)
    if at >= lapsed:
        return "lapsed"
    if at >= quiet:
        return "quiet"
    if len(occasions) > 1 and occasions[-1] >= _thresholds(occasions[:-1], rhythm)[1]:
        return "won_back"
    return "active"


def _orders(story: Story, at: datetime) -> list[datetime]:
    """When the orders that count at that instant were placed."""
    sold = sorted(
        (each.at, index, each.total) for index, each in enumerate(story.bought) if each.total > 0 and each.at <= at
    )
    gone = set()
    for back in story.bought:
        if back.total < 0 and back.at <= at:
            taken = [
                (when, index)
                for when, index, total in sold
                if total == -back.total and when <= back.at and back.at - when < TAKEN_BACK_WITHIN
            ]
            if taken:
                gone.add(max(taken)[1])
    return [when for when, index, _total in sold if index not in gone]


def _occasions(orders: list[datetime]) -> list[datetime]:
    first: dict[object, datetime] = {}
    for at in orders:
        first.setdefault(_day(at), at)
    return sorted(first.values())


def _thresholds(occasions: list[datetime], rhythm: Rhythm) -> tuple[datetime, datetime]:
    gaps = [(_day(late) - _day(early)).days for early, late in itertools.pairwise(occasions)]
    usual = (rhythm.prior + sum(gaps)) / (1 + len(gaps))
    square = (rhythm.prior**2 + rhythm.prior_spread**2 + sum(gap * gap for gap in gaps)) / (1 + len(gaps))
    spread = math.sqrt(max(square - usual * usual, 0.0))
    days = max(rhythm.at_least, math.ceil(usual + rhythm.spreads * spread))
    return occasions[-1] + timedelta(days=days), occasions[-1] + timedelta(days=days * rhythm.lapse_factor)


def _day(at: datetime):
    return at.astimezone(ZONE).date()
