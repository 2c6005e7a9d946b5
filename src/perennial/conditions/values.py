"""Whether a value may be compared with a field: by type, by choice, and by what every engine can hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from perennial.conditions.nodes import Bound, How, Op, Value
from perennial.conditions.schema import SUMMABLE, ColumnType, FieldInfo, Shape, measured_info, shape
from perennial.conditions.windows import MAX_DAYS, YEARS, is_day
from perennial.conditions.words import WORDS
from perennial.foundation.errors import Text

MAX_VALUES = 1000  # of one list
MAX_TEXT = 1000  # characters of one value
MAX_TIMES = 1_000_000
WHOLE_LIMIT = 2**63  # kept off on both sides: PostgreSQL reads the minus of the least bigint on its own
NUMBER_LIMIT = 10**18  # and ten decimals: what the decimals of every engine hold
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


def wrong_test(info: FieldInfo, op: Op, value: Value) -> Text | None:
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
            return wrong_value(info, value)
        case Shape.PAIR if not isinstance(value, tuple) or len(value) != 2:
            return _("“%(op)s” takes two values.") % {"op": WORDS[op]}
        case Shape.MANY if not isinstance(value, tuple) or not 1 <= len(value) <= MAX_VALUES:
            return _("“%(op)s” takes a list of 1 to %(most)d values.") % {"op": WORDS[op], "most": MAX_VALUES}
    values = value if isinstance(value, tuple) else (value,)
    wrong = next((wrong for each in values if (wrong := wrong_value(info, each)) is not None), None)
    if wrong is None and op is Op.BETWEEN and _disordered(*values):
        return _("The first of the two values must not be greater than the second.")
    return wrong


def wrong_measure(how: How, op: Op, value: Value, info: FieldInfo) -> Text | None:
    """What is wrong with making one value so of many of the field, and comparing it so."""
    if how in (How.SUM, How.AVERAGE) and info.type not in SUMMABLE:
        return _("“%(field)s” is no number and cannot be added up.") % {"field": info.label}
    return wrong_test(measured_info(how, info), op, value)


def _disordered(low: object, high: object) -> bool:
    """Of two of a kind; a day beside a time is left to the calendar."""
    is_pair = type(low) is type(high) or (_is_number(low) and _is_number(high))
    return is_pair and bool(low > high)  # type: ignore[operator]


def wrong_value(info: FieldInfo, value: object) -> Text | None:
    if value is None:
        return _("Say with what “%(field)s” is compared.") % {"field": info.label}
    holds, wanted = _WANTED[info.type]
    if not holds(value):
        return str(wanted) % {"field": info.label, "most": MAX_TEXT}
    if info.choices and value not in {choice for choice, _label in info.choices}:
        known = ", ".join(choice for choice, _label in info.choices[:20])
        sentence = _("“%(value)s” is no choice of “%(field)s”; it has: %(known)s.")
        return sentence % {"value": str(value)[:80], "field": info.label, "known": known}
    return None


def is_key(key: object) -> bool:
    return isinstance(key, str) and 0 < len(key) <= 200 and is_text(key)


def is_text(value: object) -> bool:
    """What PostgreSQL can hold: no NUL, no half of a surrogate pair."""
    return (
        isinstance(value, str)
        and len(value) <= MAX_TEXT
        and "\x00" not in value
        and not any("\ud800" <= letter <= "\udfff" for letter in value)
    )


def is_whole(value: object, *, least: int = 1 - WHOLE_LIMIT, most: int = WHOLE_LIMIT - 1) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_number(value: object) -> bool:
    if isinstance(value, Decimal):
        if not value.is_finite():
            return False
        exponent = value.as_tuple().exponent
        return abs(value) < NUMBER_LIMIT and isinstance(exponent, int) and exponent >= -10
    return is_whole(value, least=1 - NUMBER_LIMIT, most=NUMBER_LIMIT - 1)


def _is_moment(value: object) -> bool:
    if isinstance(value, datetime):
        return value.tzinfo is not None and value.year in YEARS
    return is_day(value)


def _is_time(value: object) -> bool:
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


_TEXT_WANTED = _("“%(field)s” is compared with text of at most %(most)d ordinary characters.")
_NUMBER_WANTED = _("“%(field)s” is compared with a number below 10^18 with at most ten decimals.")
_ID_WANTED = _("“%(field)s” is compared with the number (id) of a record.")
_WANTED: dict[ColumnType, tuple[Callable[[object], bool], Text]] = {
    **dict.fromkeys((ColumnType.TEXT, ColumnType.CHOICE, ColumnType.LIST), (is_text, _TEXT_WANTED)),
    **dict.fromkeys((ColumnType.NUMBER, ColumnType.MONEY), (_is_number, _NUMBER_WANTED)),
    **dict.fromkeys((ColumnType.MEMBER, ColumnType.TEAM, ColumnType.REF, ColumnType.REFS), (is_whole, _ID_WANTED)),
    ColumnType.TIME: (_is_time, _("“%(field)s” is compared with a time of day in double quotes, such as \"09:30\".")),
    ColumnType.WHOLE: (is_whole, _("“%(field)s” is compared with a whole number.")),
    ColumnType.FLAG: (_is_flag, _("“%(field)s” is compared with true or false.")),
    ColumnType.DAY: (is_day, _("“%(field)s” is compared with a day, such as 2026-05-31.")),
    ColumnType.MOMENT: (
        _is_moment,
        _("“%(field)s” is compared with a day, such as 2026-05-31, or a time with its zone: 2026-05-31T09:30Z."),
    ),
}  # fmt: skip


def wrong_bound(times: Bound) -> Text | None:
    low, high = times.at_least, times.at_most
    if any(not is_whole(n, least=0, most=MAX_TIMES) for n in (low, high) if n is not None):
        return _("A number of times is a whole number from 0 to %(most)d.") % {"most": MAX_TIMES}
    if high is None and low in (None, 0):
        return _("Say how many times: at least once, at most, or both.")
    if low is not None and high is not None and low > high:
        return _("“At least” is more than “at most”: no record can be so.")
    return None


def _wrong_days(days: object) -> Text | None:
    if is_whole(days, least=1, most=MAX_DAYS):
        return None
    return _("A number of days is a whole number from 1 to %(most)d.") % {"most": MAX_DAYS}
