"""One value of a record as HTML, by the look of its field. On the path of every cell of every list: no templates here.

    draw = drawer("money", reader, Hints(currency="GBP"))      # once a column
    html = draw(Decimal("12.50"))                              # once a cell

Every function escapes what it is given. An unknown look is drawn as text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import quote

from babel.core import Locale
from django.utils.functional import Promise
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock
from perennial.foundation.money import Money
from perennial.objects.fields.rich_text import plain_text
from perennial.web.kit.icons import icon
from perennial.web.kit.marks import chip, person, stage_chip, standing_chip
from perennial.web.kit.reader import Reader, known_locale

NOTHING = SafeString('<span class="muted" aria-hidden="true">–</span>')
NUMERIC = frozenset({"number", "whole", "decimal", "money", "percent", "percentage", "days", "since"})
_LONGEST = 140


@dataclass(frozen=True, slots=True)
class Hints:
    """What a cell may need beside its value: labels of choices, names and addresses of the records referred to."""

    choices: Mapping[Any, str | Promise] = field(default_factory=dict)
    names: Mapping[Any, str] = field(default_factory=dict)  # id → name, fetched for the whole page at once
    url_prefix: str = ""  # "/people/" makes a name a link to /people/<id>/
    currency: str = ""
    unit: str = ""  # behind a number


Draw = Callable[[Any, Reader, Hints], SafeString]
_NO_HINTS = Hints()


def drawer(look: str, reader: Reader, hints: Hints = _NO_HINTS) -> Callable[[Any], SafeString]:
    """The function that draws a column's cells. Absent values are a dash, the same everywhere."""
    return partial(_draw, LOOKS.get(look, _text), reader, hints)


def join_cells(columns: Sequence[tuple[Callable[[Any], SafeString], bool]], values: Iterable[Any]) -> SafeString:
    """The cells of one row: (drawer, is numeric) of each column, and the row's values in that order."""
    return SafeString(
        "".join(
            f'<td class="number">{draw(value)}</td>' if numeric else f"<td>{draw(value)}</td>"
            for (draw, numeric), value in zip(columns, values, strict=True)
        )
    )


def is_numeric(look: str) -> bool:
    """Whether the column stands at the end edge, heading included."""
    return look in NUMERIC


def _draw(draw: Draw, reader: Reader, hints: Hints, value: Any) -> SafeString:
    if value is None or value == "":
        return NOTHING
    return draw(value, reader, hints)


def _text(value: Any, reader: Reader, hints: Hints) -> SafeString:
    shown = str(value)
    return SafeString(escape(shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"))


def _email(value: Any, reader: Reader, hints: Hints) -> SafeString:
    return format_html('<a href="mailto:{}">{}</a>', quote(str(value), safe="@+"), value)


def _phone(value: Any, reader: Reader, hints: Hints) -> SafeString:
    dialled = "".join(letter for letter in str(value) if letter.isascii() and (letter.isdigit() or letter == "+"))
    return (
        format_html('<a class="num" href="tel:{}">{}</a>', dialled, value) if dialled else _text(value, reader, hints)
    )


def _url(value: Any, reader: Reader, hints: Hints) -> SafeString:
    """A link only to the web; whatever else it claims to be stays text."""
    address = str(value)
    if not address.lower().startswith(("https://", "http://")):
        return _text(value, reader, hints)
    shown = address.split("://", 1)[1].rstrip("/")
    return format_html('<a href="{}" rel="noopener noreferrer nofollow" target="_blank">{}</a>', address, shown[:60])


def _number(value: Any, reader: Reader, hints: Hints) -> SafeString:
    if not isinstance(value, int | float | Decimal):
        return _text(value, reader, hints)
    number = reader.number(value)
    return SafeString(escape(f"{number}\u202f{hints.unit}" if hints.unit else number))


def _money(value: Any, reader: Reader, hints: Hints) -> SafeString:
    if isinstance(value, Mapping):  # as an event keeps it
        value = Money(
            Decimal(str(value.get("amount", 0))), str(value.get("currency", hints.currency or reader.currency))
        )
    if not isinstance(value, Money | int | float | Decimal):
        return _text(value, reader, hints)
    return format_html('<span class="num">{}</span>', reader.money(value, currency=hints.currency))


def _percent(value: Any, reader: Reader, hints: Hints) -> SafeString:
    return SafeString(escape(reader.percent(value)))


def _percentage(value: Any, reader: Reader, hints: Hints) -> SafeString:
    return (
        SafeString(escape(reader.percentage(value)))
        if isinstance(value, int | float | Decimal)
        else _text(value, reader, hints)
    )


def _days(value: Any, reader: Reader, hints: Hints) -> SafeString:
    count = round(value)
    return SafeString(escape(ngettext("%(days)s day", "%(days)s days", count) % {"days": reader.number(count)}))


def _day(value: Any, reader: Reader, hints: Hints) -> SafeString:
    if not isinstance(value, date):
        return _text(value, reader, hints)
    return format_html(
        '<time class="num" datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        reader.long_day(value),
        reader.day(value),
    )


def _moment(value: Any, reader: Reader, hints: Hints) -> SafeString:
    if not isinstance(value, datetime):
        return _day(value, reader, hints)
    return format_html(
        '<time class="num" datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        reader.full_moment(value),
        reader.moment(value),
    )


def _since(value: Any, reader: Reader, hints: Hints) -> SafeString:
    """The days that have passed since an instant, by the business clock; what lies ahead is said as the instant."""
    passed = clock.now() - value if isinstance(value, datetime) else timedelta(-1)
    if passed < timedelta(0):
        return _moment(value, reader, hints)
    said = ngettext("%(days)s day", "%(days)s days", passed.days) % {"days": reader.number(passed.days)}
    return format_html(
        '<time class="num" datetime="{}" title="{}">{}</time>', value.isoformat(), reader.full_moment(value), said
    )


def _time(value: Any, reader: Reader, hints: Hints) -> SafeString:
    try:
        at = time.fromisoformat(str(value))
    except ValueError:
        return _text(value, reader, hints)
    return format_html('<time class="num" datetime="{}">{}</time>', at.isoformat("minutes"), reader.clock(at))


def _rich(value: Any, reader: Reader, hints: Hints) -> SafeString:
    return _text(plain_text(str(value)), reader, hints)


def _flag(value: Any, reader: Reader, hints: Hints) -> SafeString:
    return icon("check", label=_("yes")) if value else NOTHING


def _choice(value: Any, reader: Reader, hints: Hints) -> SafeString:
    return SafeString(conditional_escape(hints.choices.get(value, value)))


def _choices(value: Any, reader: Reader, hints: Hints) -> SafeString:
    return SafeString(" ".join(chip(hints.choices.get(each, str(each))) for each in value))


def _stage(value: Any, reader: Reader, hints: Hints) -> SafeString:
    return stage_chip(str(value), text=hints.choices.get(value, ""))


def _standing(value: Any, reader: Reader, hints: Hints) -> SafeString:
    return standing_chip(str(value), text=hints.choices.get(value, ""))


def _ref(value: Any, reader: Reader, hints: Hints) -> SafeString:
    name = hints.names.get(value, f"#{value}")
    return (
        format_html('<a href="{}{}/">{}</a>', hints.url_prefix, value, name)
        if hints.url_prefix
        else SafeString(escape(name))
    )


def _member(value: Any, reader: Reader, hints: Hints) -> SafeString:
    return person(hints.names.get(value, str(value)))


def _country(value: Any, reader: Reader, hints: Hints) -> SafeString:
    names = Locale.parse(known_locale(get_language() or reader.locale)).territories
    return SafeString(escape(names.get(str(value).upper(), str(value))))


LOOKS: dict[str, Draw] = {
    "text": _text,
    "long": _text,
    "email": _email,
    "phone": _phone,
    "url": _url,
    "number": _number,
    "whole": _number,
    "decimal": _number,
    "money": _money,
    "percent": _percent,
    "percentage": _percentage,
    "rich_text": _rich,
    "time": _time,
    "days": _days,
    "day": _day,
    "date": _day,
    "moment": _moment,
    "datetime": _moment,
    "since": _since,
    "flag": _flag,
    "choice": _choice,
    "choices": _choices,
    "tags": _choices,
    "stage": _stage,
    "standing": _standing,
    "ref": _ref,
    "member": _member,
    "country": _country,
}
