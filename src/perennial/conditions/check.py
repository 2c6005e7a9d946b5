"""Whether a condition may be asked of a schema: used at every boundary, before anything is compiled."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from perennial.conditions.errors import ConditionError, ConditionTooLarge
from perennial.conditions.schema import SUMMABLE, ColumnType, EventInfo, FieldInfo, Schema, Shape, measured_type, shape
from perennial.conditions.tree import (
    All,
    Any,
    Bound,
    Compare,
    Condition,
    Did,
    How,
    Measure,
    Neither,
    Op,
    Value,
    Window,
    walk,
)  # fmt: skip
from perennial.conditions.writing import WORDS, to_text
from perennial.foundation.errors import Text

MAX_SOURCE = 50_000  # characters of a text form
MAX_DEPTH = 20
MAX_CLAUSES = 500
MAX_VALUES = 1000  # of one list
MAX_TEXT = 1000  # characters of one value
MAX_DAYS = 36_500
MAX_TIMES = 1_000_000
WHOLE_LIMIT = 2**63  # kept off on both sides: PostgreSQL reads the minus of the least bigint on its own
NUMBER_LIMIT = 10**18  # and ten decimals: what the decimals of every engine hold
YEARS = range(1000, 3001)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


def check(condition: Condition, schema: Schema) -> Condition:
    """The condition itself, or a `ConditionError` that says what is wrong and where."""
    check_size(condition)
    _check(condition, schema, ())
    return condition


def check_size(condition: Condition) -> None:
    """The limits of the tree alone; never recursive."""
    clauses = 0
    for depth, node in walk(condition):
        clauses += 1 + (len(node.where) if isinstance(node, Did | Measure) else 0)
        if clauses > MAX_CLAUSES:
            raise ConditionTooLarge(_("A condition may have at most %(most)d clauses.") % {"most": MAX_CLAUSES})
        if depth > MAX_DEPTH:
            raise ConditionTooLarge(_("A condition may be nested at most %(most)d deep.") % {"most": MAX_DEPTH})


def _check(node: Condition, schema: Schema, path: tuple[int, ...]) -> None:
    match node:
        case All(children) | Any(children) | Neither(children):
            for i, child in enumerate(children):
                _check(child, schema, (*path, i))
            return
        case Compare():
            wrong = _wrong_compare(node, schema)
        case Did():
            wrong = _wrong_did(node, schema)
        case Measure():
            wrong = _wrong_measure(node, schema)
        case _:
            raise ConditionError(_("This is no condition."), path=path)
    if wrong is not None:
        raise ConditionError(wrong, where=_clause_text(node), path=path)


def _clause_text(node: Condition) -> str:
    try:
        text = to_text(node)
    except (TypeError, ValueError, KeyError, AttributeError):  # a tree built by hand may hold anything
        return ""
    return text if len(text) <= 120 else text[:119] + "…"


def _wrong_compare(clause: Compare, schema: Schema) -> Text | None:
    info = schema.field(clause.field) if _is_key(clause.field) else None
    if info is None:
        return _("There is no field “%(field)s” here.") % {"field": str(clause.field)[:80]}
    return _wrong_test(info, clause.op, clause.value)


def _wrong_did(clause: Did, schema: Schema) -> Text | None:
    event = schema.event(clause.event) if _is_key(clause.event) else None
    if event is None:
        return _("There is no event “%(event)s” here.") % {"event": str(clause.event)[:80]}
    return _wrong_bound(clause.times) or _wrong_window(clause.within) or _wrong_where(clause.where, event)


def _wrong_measure(clause: Measure, schema: Schema) -> Text | None:
    event = schema.event(clause.event) if _is_key(clause.event) else None
    if event is None:
        return _("There is no event “%(event)s” here.") % {"event": str(clause.event)[:80]}
    info = event.properties.get(clause.property) if _is_key(clause.property) else None
    if info is None:
        return _no_property(clause.property, event)
    if clause.how in (How.SUM, How.AVERAGE) and info.type not in SUMMABLE:
        return _("“%(field)s” is no number and cannot be added up.") % {"field": info.label}
    type = measured_type(clause.how, info.type)
    made = info if type is info.type else FieldInfo(info.key, info.label, type)
    wrong = _wrong_test(made, clause.op, clause.value)
    return wrong or _wrong_window(clause.within) or _wrong_where(clause.where, event)


def _wrong_where(tests: tuple[Compare, ...], event: EventInfo) -> Text | None:
    for test in tests:
        info = event.properties.get(test.field) if _is_key(test.field) else None
        wrong = _wrong_test(info, test.op, test.value) if info else _no_property(test.field, event)
        if wrong is not None:
            return wrong
    return None


def _no_property(key: str, event: EventInfo) -> Text:
    sentence = _("The event “%(event)s” has no property “%(property)s”.")
    return sentence % {"event": event.label, "property": str(key)[:80]}


def _wrong_bound(times: Bound) -> Text | None:
    low, high = times.at_least, times.at_most
    if any(not _is_whole(n, least=0, most=MAX_TIMES) for n in (low, high) if n is not None):
        return _("A number of times is a whole number from 0 to %(most)d.") % {"most": MAX_TIMES}
    if high is None and low in (None, 0):
        return _("Say how many times: at least once, at most, or both.")
    if low is not None and high is not None and low > high:
        return _("“At least” is more than “at most”: no record can be so.")
    return None


def _wrong_window(window: Window | None) -> Text | None:
    return None if window is None else _wrong_days(window.days)


def _wrong_days(days: object) -> Text | None:
    if _is_whole(days, least=1, most=MAX_DAYS):
        return None
    return _("A number of days is a whole number from 1 to %(most)d.") % {"most": MAX_DAYS}


def _wrong_test(info: FieldInfo, op: Op, value: Value) -> Text | None:
    """What is wrong with comparing this field so, or None."""
    if op not in info.operators():
        known = ", ".join(WORDS[each] for each in info.operators())
        asked = WORDS.get(op, str(op)[:40])
        sentence = _("“%(field)s” cannot be compared with “%(op)s”; it can with: %(known)s.")
        return sentence % {"field": info.label, "op": asked, "known": known}
    match shape(op):
        case Shape.NONE:
            return None if value is None else _("“%(op)s” takes no value.") % {"op": WORDS[op]}
        case Shape.DAYS:
            return _wrong_days(value)
        case Shape.ONE:
            return _wrong_value(info, value)
        case Shape.PAIR if not isinstance(value, tuple) or len(value) != 2:
            return _("“%(op)s” takes two values.") % {"op": WORDS[op]}
        case Shape.MANY if not isinstance(value, tuple) or not 1 <= len(value) <= MAX_VALUES:
            return _("“%(op)s” takes a list of 1 to %(most)d values.") % {"op": WORDS[op], "most": MAX_VALUES}
    values = value if isinstance(value, tuple) else (value,)
    wrong = next((wrong for each in values if (wrong := _wrong_value(info, each)) is not None), None)
    if wrong is None and op is Op.BETWEEN and _disordered(*values):
        return _("The first of the two values must not be greater than the second.")
    return wrong


def _disordered(low: object, high: object) -> bool:
    """Of two of a kind; a day beside a time is left to the calendar."""
    is_pair = type(low) is type(high) or (_is_number(low) and _is_number(high))
    return is_pair and bool(low > high)  # type: ignore[operator]


def _wrong_value(info: FieldInfo, value: object) -> Text | None:
    holds, wanted = _WANTED[info.type]
    if not holds(value):
        return str(wanted) % {"field": info.label, "most": MAX_TEXT}
    if info.choices and value not in {choice for choice, _label in info.choices}:
        known = ", ".join(choice for choice, _label in info.choices[:20])
        sentence = _("“%(value)s” is no choice of “%(field)s”; it has: %(known)s.")
        return sentence % {"value": str(value)[:80], "field": info.label, "known": known}
    return None


def _is_key(key: object) -> bool:
    return isinstance(key, str) and 0 < len(key) <= 200 and _is_text(key)


def _is_text(value: object) -> bool:
    """What PostgreSQL can hold: no NUL, no half of a surrogate pair."""
    return (
        isinstance(value, str)
        and len(value) <= MAX_TEXT
        and "\x00" not in value
        and not any("\ud800" <= letter <= "\udfff" for letter in value)
    )


def _is_whole(value: object, *, least: int = 1 - WHOLE_LIMIT, most: int = WHOLE_LIMIT - 1) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_number(value: object) -> bool:
    if isinstance(value, Decimal):
        if not value.is_finite():
            return False
        exponent = value.as_tuple().exponent
        return abs(value) < NUMBER_LIMIT and isinstance(exponent, int) and exponent >= -10
    return _is_whole(value, least=1 - NUMBER_LIMIT, most=NUMBER_LIMIT - 1)


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime) and value.year in YEARS


def _is_moment(value: object) -> bool:
    if isinstance(value, datetime):
        return value.tzinfo is not None and value.year in YEARS
    return _is_day(value)


def _is_time(value: object) -> bool:
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


_TEXT_WANTED = _("“%(field)s” is compared with text of at most %(most)d ordinary characters.")
_NUMBER_WANTED = _("“%(field)s” is compared with a number below 10^18 with at most ten decimals.")
_ID_WANTED = _("“%(field)s” is compared with the number (id) of a record.")
_WANTED: dict[ColumnType, tuple[Callable[[object], bool], Text]] = {
    **dict.fromkeys((ColumnType.TEXT, ColumnType.CHOICE, ColumnType.LIST), (_is_text, _TEXT_WANTED)),
    **dict.fromkeys((ColumnType.NUMBER, ColumnType.MONEY), (_is_number, _NUMBER_WANTED)),
    **dict.fromkeys((ColumnType.MEMBER, ColumnType.TEAM, ColumnType.REF, ColumnType.REFS), (_is_whole, _ID_WANTED)),
    ColumnType.TIME: (_is_time, _("“%(field)s” is compared with a time of day in double quotes, such as \"09:30\".")),
    ColumnType.WHOLE: (_is_whole, _("“%(field)s” is compared with a whole number.")),
    ColumnType.FLAG: (_is_flag, _("“%(field)s” is compared with true or false.")),
    ColumnType.DAY: (_is_day, _("“%(field)s” is compared with a day, such as 2026-05-31.")),
    ColumnType.MOMENT: (
        _is_moment,
        _("“%(field)s” is compared with a day, such as 2026-05-31, or a time with its zone: 2026-05-31T09:30Z."),
    ),
}  # fmt: skip
