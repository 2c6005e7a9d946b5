"""The functions and operators of formulas: what each takes, what it comes to, and its SQL, which never raises.

A case that cannot be computed (a division by zero, a day after the end of the calendar) is empty. PostgreSQL may
evaluate constant parts beforehand, also those in a branch that is never taken, so every part is safe by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock
from perennial.foundation.errors import Text
from perennial.objects.formulas.errors import FormulaError
from perennial.objects.formulas.literals import sql_literal
from perennial.objects.formulas.scope import KIND_NAMES, Kind, Typed, as_text
from perennial.objects.zones import firm_zone

NUMERIC = (Kind.NUMBER, Kind.MONEY)
CALENDAR = (Kind.DAY, Kind.MOMENT)
FARTHEST = 400_000  # days
_FIRST_DAY, _LAST_DAY = "'0999-12-31'::date", "'3001-01-01'::date"


@dataclass(frozen=True, slots=True)
class Part:
    """An argument, with where it stands."""

    value: Typed
    position: int


Make = Callable[[Sequence[Part]], Typed]


@dataclass(frozen=True, slots=True)
class Function:
    """`least` and `most` arguments; `example` is shown where it is used wrongly, and in the guide."""

    make: Make
    least: int
    most: int
    example: str
    text: Text


def wanted(part: Part, *kinds: Kind) -> str:
    """The SQL of an argument that must come to one of these."""
    if part.value.kind not in kinds:
        names = str(_(" or ")).join(
            str(KIND_NAMES[kind]) for kind in kinds if kind is not Kind.MONEY or len(kinds) == 1
        )
        sentence = _("This must be %(wanted)s, and it is %(found)s.")
        raise FormulaError(sentence % {"wanted": names, "found": KIND_NAMES[part.value.kind]}, part.position)
    return part.value.sql


def shared_kind(parts: Sequence[Part]) -> Kind:
    """What several values are together: money among numbers is money; `empty` goes with everything."""
    kinds = [part.value.kind for part in parts if part.value.kind is not Kind.EMPTY]
    if not kinds:
        return Kind.EMPTY
    for part in parts:
        kind = part.value.kind
        if kind is not Kind.EMPTY and kind is not kinds[0] and not {kind, kinds[0]} <= {*NUMERIC}:
            sentence = _("These do not go together: %(one)s and %(other)s.")
            raise FormulaError(sentence % {"one": KIND_NAMES[kinds[0]], "other": KIND_NAMES[kind]}, part.position)
    return Kind.MONEY if Kind.MONEY in kinds else kinds[0]


def sql_as(part: Part, kind: Kind) -> str:
    return as_text(part.value) if kind is Kind.TEXT and part.value.kind is Kind.TEXT else part.value.sql


def day_of(part: Part) -> str:
    sql = wanted(part, *CALENDAR)
    zone = sql_literal(str(firm_zone()))
    return f"({sql} AT TIME ZONE {zone})::date" if part.value.kind is Kind.MOMENT else sql


def whole_literal(part: Part, least: int, most: int) -> int:
    """Some arguments are written down, not computed, so that their bounds are known."""
    value = part.value.literal
    if not isinstance(value, Decimal) or value != value.to_integral_value() or not least <= value <= most:
        sentence = _("Write a whole number from %(least)d to %(most)d here.")
        raise FormulaError(sentence % {"least": least, "most": most}, part.position)
    return int(value)


def _if(parts: Sequence[Part]) -> Typed:
    test = wanted(parts[0], Kind.FLAG)
    kind = shared_kind(parts[1:])
    otherwise = sql_as(parts[2], kind) if len(parts) > 2 else "NULL"
    return Typed(f"(CASE WHEN {test} THEN {sql_as(parts[1], kind)} ELSE {otherwise} END)", kind)


def _round(parts: Sequence[Part]) -> Typed:
    places = whole_literal(parts[1], 0, 6) if len(parts) > 1 else 0
    return Typed(f"round({wanted(parts[0], *NUMERIC)}, {places})", parts[0].value.kind)


def _plain(name: str) -> Make:
    def make(parts: Sequence[Part]) -> Typed:
        return Typed(f"{name}({wanted(parts[0], *NUMERIC)})", parts[0].value.kind)

    return make


def _extreme(name: str) -> Make:
    """The least or the greatest of those that are there."""

    def make(parts: Sequence[Part]) -> Typed:
        kind = shared_kind(parts)
        for part in parts:
            if kind in (Kind.TEXT, Kind.FLAG):
                wanted(part, *NUMERIC, *CALENDAR)
        return Typed(f"{name}({', '.join(part.value.sql for part in parts)})", kind)

    return make


def _coalesce(parts: Sequence[Part]) -> Typed:
    kind = shared_kind(parts)
    listed = [sql_as(part, kind) for part in parts]
    if kind is Kind.TEXT:  # a text that may not be missing is empty instead
        listed = [f"NULLIF({each}, '')" for each in listed[:-1]] + listed[-1:]
    return Typed(f"coalesce({', '.join(listed)})", kind)


def _is_empty(parts: Sequence[Part]) -> Typed:
    value = parts[0].value
    return Typed(f"({value.sql} IS NULL OR {value.sql} = '')" if value.kind is Kind.TEXT else f"({value.sql} IS NULL)",
                 Kind.FLAG)  # fmt: skip


def _concat(parts: Sequence[Part]) -> Typed:
    return Typed(f"concat({', '.join(_shown(part.value) for part in parts)})", Kind.TEXT)


def _shown(value: Typed) -> str:
    """Without zeros at its end that nobody wrote; a moment as its day."""
    if value.kind in NUMERIC:
        return f"trim_scale({value.sql})::text"
    if value.kind is Kind.MOMENT:
        return f"({value.sql} AT TIME ZONE {sql_literal(str(firm_zone()))})::date::text"
    return as_text(value) if value.kind is Kind.TEXT else f"({value.sql})::text"


def _text(name: str) -> Make:
    def make(parts: Sequence[Part]) -> Typed:
        wanted(parts[0], Kind.TEXT)
        return Typed(f"{name}({as_text(parts[0].value)})", Kind.TEXT)

    return make


def _left(parts: Sequence[Part]) -> Typed:
    wanted(parts[0], Kind.TEXT)
    return Typed(f"left({as_text(parts[0].value)}, {whole_literal(parts[1], 0, 1000)})", Kind.TEXT)


def _letters(parts: Sequence[Part]) -> Typed:
    wanted(parts[0], Kind.TEXT)
    return Typed(f"length({as_text(parts[0].value)})::numeric", Kind.NUMBER)


def _contains(parts: Sequence[Part]) -> Typed:
    for part in parts:
        wanted(part, Kind.TEXT)
    return Typed(f"(strpos(lower({as_text(parts[0].value)}), lower({as_text(parts[1].value)})) > 0) IS TRUE", Kind.FLAG)


def _days_between(parts: Sequence[Part]) -> Typed:
    return Typed(f"({day_of(parts[1])} - {day_of(parts[0])})::numeric", Kind.NUMBER)


def _add_days(parts: Sequence[Part]) -> Typed:
    """Empty beyond what a calendar holds, be it the days or the day that comes of them."""
    days = _within(f"floor({wanted(parts[1], *NUMERIC)})", f"-{FARTHEST}", str(FARTHEST))
    return Typed(_within(f"({day_of(parts[0])} + ({days})::int)", _FIRST_DAY, _LAST_DAY), Kind.DAY)


def _within(sql: str, least: str, most: str) -> str:
    """The value, or NULL where it reaches either bound; said once, so that nothing is computed twice."""
    return f"NULLIF(NULLIF(greatest(least({sql}, {most}), {least}), {most}), {least})"


def _today(parts: Sequence[Part]) -> Typed:
    return Typed(sql_literal(clock.now().astimezone(firm_zone()).date()), Kind.DAY)


def _date_part(name: str) -> Make:
    def make(parts: Sequence[Part]) -> Typed:
        return Typed(f"extract({name} FROM {day_of(parts[0])})::numeric", Kind.NUMBER)

    return make


def _remainder(parts: Sequence[Part]) -> Typed:
    one, other = (wanted(part, *NUMERIC) for part in parts)
    return Typed(f"mod({one}, NULLIF({other}, 0))", Kind.NUMBER)


FUNCTIONS: dict[str, Function] = {
    "if": Function(_if, 2, 3, "if(price > 100, 1, 0)", _("One of two values, by a test")),
    "coalesce": Function(_coalesce, 2, 20, "coalesce(phone, email)", _("The first that is not empty")),
    "is_empty": Function(_is_empty, 1, 1, "is_empty(price)", _("Whether nothing stands there")),
    "round": Function(_round, 1, 2, "round(price, 2)", _("Rounded, to so many decimals")),
    "floor": Function(_plain("floor"), 1, 1, "floor(price)", _("The whole number below")),
    "ceiling": Function(_plain("ceil"), 1, 1, "ceiling(price)", _("The whole number above")),
    "abs": Function(_plain("abs"), 1, 1, "abs(balance)", _("Without its sign")),
    "remainder": Function(_remainder, 2, 2, "remainder(number, 12)", _("What a division leaves")),
    "min": Function(_extreme("least"), 2, 20, "min(price, 100)", _("The least of several")),
    "max": Function(_extreme("greatest"), 2, 20, "max(price, 100)", _("The greatest of several")),
    "concat": Function(_concat, 1, 40, 'concat(name, ", ", city)', _("Texts, numbers and dates joined")),
    "upper": Function(_text("upper"), 1, 1, "upper(name)", _("In capital letters")),
    "lower": Function(_text("lower"), 1, 1, "lower(name)", _("In small letters")),
    "trim": Function(_text("btrim"), 1, 1, "trim(name)", _("Without spaces around it")),
    "left": Function(_left, 2, 2, "left(name, 3)", _("The first letters")),
    "letters": Function(_letters, 1, 1, "letters(name)", _("How many letters")),
    "contains": Function(_contains, 2, 2, 'contains(name, "ltd")', _("Whether one text stands in another")),
    "today": Function(_today, 0, 0, "today()", _("This day, in the firm's time zone")),
    "days_between": Function(_days_between, 2, 2, "days_between(built, today())", _("Days from one date to another")),
    "add_days": Function(_add_days, 2, 2, "add_days(built, 30)", _("A date so many days later")),
    "year": Function(_date_part("year"), 1, 1, "year(built)", _("The year of a date")),
    "month": Function(_date_part("month"), 1, 1, "month(built)", _("The month of a date, 1 to 12")),
    "day": Function(_date_part("day"), 1, 1, "day(built)", _("The day of the month")),
}  # fmt: skip
