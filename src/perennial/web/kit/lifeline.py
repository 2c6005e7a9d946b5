"""The lifeline: a customer's time in the five stages as one band, with what happened to them.

Give it spells (a stage and standing from a day to another) and marks (an order, a return, a trouble, a touch, a moment
that moved them); `draw` lays them out and returns SVG. Layout is pure arithmetic, in `lay_out`, and knows no HTML.
Orders stand above the band and grow with their amount; troubles stand below. Every mark can be focused and says in
words what it is; named marks are labelled where there is room, and never over each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from math import sqrt
from typing import Literal

from perennial.web.kit.axis import Tick, lay_ticks
from perennial.web.kit.labels import Label, place_labels

Kind = Literal["order", "return", "touch", "moment", "trouble", "grave"]

WIDTH = 1060.0
SHORTEST = timedelta(days=42)  # of time shown, so that a customer of yesterday is not one wide block
LANES_ABOVE = (14.0, 30.0)  # baselines of names, farthest first
SPOT_FLOOR = 62.5
BAND_TOP, BAND_HEIGHT = 70.0, 17.0
BELOW_TOP = 94.0
LANES_BELOW = (121.0, 137.0)
_DIAMONDS = ("touch", "moment")
CLOSEST = 5.0  # marks of a kind nearer than this become one


@dataclass(frozen=True, slots=True)
class Spell:
    """`end` None is now. `reason` says why it began ("Third order within their own rhythm")."""

    stage: str
    start: datetime
    end: datetime | None = None
    standing: str = ""  # quiet and lapsed fade the band
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """`label` is what it is ("Order 581217"), `name` the few words written on the line, if it moved the customer."""

    at: datetime
    label: str
    detail: str = ""
    amount: Decimal | None = None
    kind: Kind = "order"
    name: str = ""
    url: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Lifeline:
    """`summary` is one sentence for who cannot see the picture; `key` keeps ids apart when a page shows several."""

    spells: Sequence[Spell]
    marks: Sequence[Mark]
    today: datetime
    summary: str = ""
    key: str = "life"


@dataclass(frozen=True, slots=True)
class Band:
    spell: Spell
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Spot:
    mark: Mark
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Layout:
    bands: Sequence[Band]
    spots: Sequence[Spot]
    labels: Sequence[Label]
    ticks: Sequence[Tick]
    top: float  # of what is drawn: lanes without a name are not shown
    bottom: float
    axis_y: float


def lay_out(life: Lifeline, *, locale: str) -> Layout:
    marks = sorted(life.marks, key=lambda mark: mark.at)
    first = min([spell.start for spell in life.spells] + [mark.at for mark in marks] + [life.today - SHORTEST])
    span = (life.today - first).total_seconds()

    bands = _lay_bands(life, first=first, span=span)
    spots = _lay_spots(marks, first=first, span=span, today=life.today)
    above = place_labels(
        [
            Label(spot.mark.name, spot.x, spot.y - spot.radius)
            for spot in spots
            if spot.mark.name and not _is_trouble(spot.mark)
        ],
        lanes=tuple(reversed(LANES_ABOVE)),
        width=WIDTH,
    )
    below = place_labels(
        [Label(spot.mark.name, spot.x, spot.y + 6) for spot in spots if spot.mark.name and _is_trouble(spot.mark)],
        lanes=LANES_BELOW,
        width=WIDTH,
    )
    floor = BAND_TOP + BAND_HEIGHT
    if any(_is_trouble(mark) for mark in marks):
        floor = max([BELOW_TOP + 10, *(label.y + 2 for label in below)])
    axis_y = floor + 21
    top = min([label.y - 13 for label in above] + [spot.y - spot.radius - 5 for spot in spots] + [SPOT_FLOOR - 20])
    ticks = lay_ticks(first, life.today, width=WIDTH, locale=locale)
    return Layout(bands, spots, [*above, *below], ticks, top, axis_y + 6, axis_y)


def _lay_bands(life: Lifeline, *, first: datetime, span: float) -> list[Band]:
    bands = []
    for spell in sorted(life.spells, key=lambda each: each.start):
        start = _x(max(first, spell.start), first=first, span=span)
        end = _x(min(life.today, spell.end or life.today), first=first, span=span)
        if end > start:
            bands.append(Band(spell, start, end - start))
    return bands


def _lay_spots(marks: Sequence[Mark], *, first: datetime, span: float, today: datetime) -> list[Spot]:
    known = [mark for mark in marks if first <= mark.at <= today]
    merged = _merge_near(known, first=first, span=span)
    largest = max((abs(mark.amount) for mark in merged if mark.amount is not None), default=Decimal(0))
    spots = []
    for mark in merged:
        radius = _radius(mark, largest=largest)
        x = min(WIDTH - radius - 1, max(radius + 1, _x(mark.at, first=first, span=span)))
        spots.append(Spot(mark, x, BELOW_TOP + 5 if _is_trouble(mark) else SPOT_FLOOR - radius, radius))
    return [_raised(spot, spots) if spot.mark.kind in _DIAMONDS else spot for spot in spots]


def _raised(spot: Spot, others: Sequence[Spot]) -> Spot:
    """A moment on the day of an order stands on top of the order's circle, not in it."""
    below = [
        each.y - each.radius
        for each in others
        if each.mark.kind not in _DIAMONDS
        and not _is_trouble(each.mark)
        and abs(each.x - spot.x) < each.radius + spot.radius
    ]
    return replace(spot, y=min(below) - spot.radius - 1.5) if below else spot


def _merge_near(marks: Iterable[Mark], *, first: datetime, span: float) -> list[Mark]:
    """Unnamed marks of one kind that would cover each other become one that counts them."""
    merged: list[Mark] = []
    latest: dict[str, int] = {}  # kind → index of its last mark
    for mark in marks:
        index = latest.get(mark.kind)
        before = merged[index] if index is not None else None
        x = _x(mark.at, first=first, span=span)
        if (
            index is not None
            and before is not None
            and not mark.name
            and x - _x(before.at, first=first, span=span) < CLOSEST
        ):
            amounts = [each for each in (before.amount, mark.amount) if each is not None]
            merged[index] = replace(
                before, amount=sum(amounts, Decimal(0)) if amounts else None, count=before.count + 1, url=""
            )
        else:
            latest[mark.kind] = len(merged)
            merged.append(mark)
    return merged


def _radius(mark: Mark, *, largest: Decimal) -> float:
    """The area grows with the amount, so that twice the money looks like twice."""
    if mark.kind in _DIAMONDS:
        return 4.0
    if _is_trouble(mark):
        return 6.0
    if not largest or mark.amount is None:
        return 4.5
    return 3.2 + 5.8 * sqrt(abs(mark.amount) / largest)


def _is_trouble(mark: Mark) -> bool:
    return mark.kind in ("trouble", "grave")


def _x(at: datetime, *, first: datetime, span: float) -> float:
    return WIDTH * (at - first).total_seconds() / span
