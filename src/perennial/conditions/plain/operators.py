"""Comparisons as they are typed: marks, and the words that people use for them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.conditions.nodes import Op, Scalar, Value
from perennial.conditions.plain.place import Place
from perennial.conditions.plain.values import read_value
from perennial.conditions.schema import FieldInfo, Shape, shape
from perennial.conditions.values import MAX_VALUES
from perennial.conditions.words import WORDS

_SAID: dict[Op, str] = {
    Op.EQ: "=|==|is|equals|has",
    Op.NE: "!=|<>|is not|does not equal|does not have",
    Op.LT: "<|less than|under|is less than|is under|below",
    Op.LE: "<=|at most|is at most|no more than",
    Op.GT: ">|more than|over|is more than|is over|above",
    Op.GE: ">=|at least|is at least|no less than",
    Op.BETWEEN: "between|is between",
    Op.IN: "in|is in|is one of|one of|has any of",
    Op.NOT_IN: "not in|is not in|is not one of|is none of",
    Op.CONTAINS: "contains",
    Op.STARTS_WITH: "starts with|begins with",
    Op.EMPTY: "is empty|is not filled|is missing",
    Op.FILLED: "is filled|is filled in|is not empty|is known",
    Op.BEFORE: "before|is before",
    Op.AFTER: "after|is after",
    Op.WITHIN_DAYS: "within|within the last|in last|in the last|is in the last|is within|is within the last",
    Op.OLDER_THAN_DAYS: "older than|is older than|longer ago than",
    Op.ME: "is me|is mine",
    Op.MY_TEAM: "is in my team|in my team",
}
PHRASES = [(tuple(phrase.split()), op) for op, said in _SAID.items() for phrase in said.split("|")]
_BY_OP = {op: [(words, each) for words, each in PHRASES if each is op] for op in Op}


def read_test(place: Place, info: FieldInfo) -> tuple[Op, Value]:
    """What a field is compared with, as far as its type allows."""
    allowed = info.operators()
    op = place.took_one(phrase for each in allowed for phrase in _BY_OP[each])
    if op is None:
        known = ", ".join(WORDS[each] for each in allowed)
        raise place.fault(str(_("“%(field)s” is compared with: %(known)s")) % {"field": info.label, "known": known})
    match shape(op):
        case Shape.NONE:
            return op, None
        case Shape.DAYS:
            return op, _days(place)
        case Shape.PAIR:
            low = read_value(place, info)
            if not place.took("and"):
                raise place.fault(_("“between” takes two values with “and” between them"))
            return op, (low, read_value(place, info))
        case Shape.MANY:
            return op, _listed(place, info)
    return op, read_value(place, info)


def _days(place: Place) -> int:
    token = place.next()
    if token is None or token.kind != "number" or not token.text.isdigit() or len(token.text) > 9:
        raise place.fault(_("so many days, such as “30 days”"))
    place.at += 1
    number = int(token.text)
    if place.took("days") or place.took("day"):
        return number
    if place.took("weeks") or place.took("week"):
        return 7 * number
    raise place.fault(_("the age of a field is said in days or weeks"))


def _listed(place: Place, info: FieldInfo) -> tuple[Scalar, ...]:
    place.need_mark("(")
    values = [read_value(place, info)]
    while place.took_mark(","):
        values.append(read_value(place, info))
        if len(values) > MAX_VALUES:
            raise place.fault(_("this list is too long"))
    place.need_mark(")")
    return tuple(values)
