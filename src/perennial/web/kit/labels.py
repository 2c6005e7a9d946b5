"""Placing short texts in lanes so that none covers another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FONT_SIZE = 11.5
GAP = 9.0
_NARROW = frozenset("ijltfrI1.,:;'’|!()[]·- ")
_WIDE = frozenset("mwMWжшщюЖШЩЮфыФЫ@%—")


@dataclass(frozen=True, slots=True)
class Label:
    """`anchor_x`, `anchor_y` is the point it speaks of; `x` (its middle) and `y` (its baseline) are set by placing."""

    text: str
    anchor_x: float
    anchor_y: float
    x: float = 0.0
    y: float = 0.0

    @property
    def left(self) -> float:
        return self.x - text_width(self.text) / 2

    @property
    def right(self) -> float:
        return self.x + text_width(self.text) / 2


def text_width(text: str, *, size: float = FONT_SIZE) -> float:
    """An upper estimate for Inter; the server has no font to measure with."""
    return sum(_part(letter) for letter in text) * size


def place_labels(wanted: Iterable[Label], *, lanes: Sequence[float], width: float) -> list[Label]:
    """Each label in the nearest free lane, over its point or shifted aside; those without room are left out.

    Lanes are given nearest first. Earlier labels win, so give them in the order of their weight.
    """
    placed: list[Label] = []
    for label in wanted:
        half = text_width(label.text) / 2
        if 2 * half > width:
            continue
        for y in lanes:
            middle = next(
                (
                    x
                    for x in _positions(label.anchor_x, half=half, width=width)
                    if not _is_taken(placed, x=x, y=y, half=half)
                ),
                None,
            )
            if middle is not None:
                placed.append(Label(label.text, label.anchor_x, label.anchor_y, middle, y))
                break
    return placed


def _positions(anchor: float, *, half: float, width: float) -> list[float]:
    """Centred, then hanging to one side of the point and to the other; always inside."""
    return [min(width - half, max(half, anchor + shift)) for shift in (0.0, half - 5, 5 - half, half / 2, -half / 2)]


def _is_taken(placed: Iterable[Label], *, x: float, y: float, half: float) -> bool:
    return any(each.y == y and x - half < each.right + GAP and x + half > each.left - GAP for each in placed)


def _part(letter: str) -> float:
    if letter in _NARROW:
        return 0.36
    if letter in _WIDE:
        return 0.95
    if letter.isupper():
        return 0.74
    return 0.64 if ord(letter) > 0x3FF else 0.6
