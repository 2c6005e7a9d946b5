"""How often and when, as they are typed: "at least 2", ">= 2", "in the last 90 days", "before 3 months ago"."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from perennial.conditions.nodes import NEVER, Bound
from perennial.conditions.plain.place import Place
from perennial.conditions.windows import Dates, Earlier, Span, Unit, Window

_MARKS = {
    ">=": "at least", ">": "more than", "<=": "at most", "<": "less than", "=": "exactly", "==": "exactly",
}  # fmt: skip
_WORDS = [
    (tuple(words.split()), words)
    for words in ("at least", "more than", "at most", "less than", "fewer than", "exactly")
]
_TIMES = [*_WORDS, *(((mark,), words) for mark, words in _MARKS.items())]
_LAST = [
    (tuple(words.split()), True)
    for words in ("in the last", "in last", "within", "within the last", "in the past", "during the last", "last")
]
_UNITS = [((word,), unit) for unit in Unit for word in (f"{unit}s", unit.value)]


def read_times(place: Place, *, before_noun: bool = False) -> Bound | None:
    """How often, if that stands here. Before a noun it is said in words; after it "times" may follow."""
    start = place.at
    if before_noun and (place.took("no") or place.took("never")):
        return NEVER
    word = place.took_one(_WORDS if before_noun else _TIMES)
    if word is not None:
        number = _count(place)
        bound = _bound(word, number)
    elif not before_noun and place.took("between"):
        low = _count(place, is_needed=False)
        if low is None or not place.took("and"):
            place.at = start
            return None
        bound = Bound(low, _count(place))
    else:
        return None
    if not before_noun and not place.took("times"):
        place.took("time")
    return bound


def _bound(word: str, number: int | None) -> Bound:
    number = number or 0
    match word:
        case "at least":
            return Bound(at_least=number)
        case "more than":
            return Bound(at_least=number + 1)
        case "at most":
            return Bound(at_most=number)
        case "exactly":
            return Bound(number, number)
    return Bound(at_most=number - 1)


def read_span(place: Place) -> Span | None:
    """A window, if one stands here."""
    start = place.at
    if place.took_one(_LAST):
        count = _count(place, is_needed=False)
        return Window(1 if count is None else count, _unit(place))
    if place.took("before"):
        count = _count(place)
        unit = _unit(place)
        if not place.took("ago"):
            raise place.fault(_("“ago” is missing, as in “before 3 months ago”"))
        return Earlier(count or 0, unit)
    if place.took("since"):
        return Dates(_day(place), None)
    if place.took("until"):
        return Dates(None, _day(place))
    if place.took("between"):
        token = place.next()
        if token is None or token.kind != "day":
            place.at = start
            return None
        first = _day(place)
        if not place.took("and"):
            raise place.fault(_("“between” takes two days with “and” between them"))
        return Dates(first, _day(place))
    return None


def _count(place: Place, *, is_needed: bool = True) -> int | None:
    token = place.next()
    if token is not None and token.kind == "number" and token.text.isdigit() and len(token.text) <= 9:
        place.at += 1
        return int(token.text)
    if is_needed:
        raise place.fault(_("a whole number"))
    return None


def _unit(place: Place) -> Unit:
    unit = place.took_one(_UNITS, "word")
    if unit is None:
        raise place.fault(_("hours, days, weeks or months"))
    return unit


def _day(place: Place) -> date:
    token = place.next()
    if token is None or token.kind != "day":
        raise place.fault(_("a day, such as 2026-05-31"))
    place.at += 1
    try:
        return date.fromisoformat(token.text)
    except ValueError:
        raise place.fault(_("this day does not exist"), place.at - 1) from None
