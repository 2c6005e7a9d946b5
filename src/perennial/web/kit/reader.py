"""The person looking: how numbers, money, days and moments are written for them.

Formatting is on the path of every cell, so the patterns of a locale are parsed once and results are remembered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as Clock
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.core import Locale, UnknownLocaleError
from babel.dates import DateTimePattern, format_date, format_time, get_datetime_format, get_time_format
from babel.numbers import format_decimal, format_percent
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from perennial.foundation import clock
from perennial.foundation.money import Money, format_money
from perennial.workspace.actor import Actor
from perennial.workspace.firm import the_firm

_REMEMBERED = 4096
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Reader:
    locale: str = "en"
    zone: ZoneInfo = _UTC
    currency: str = "EUR"  # the firm's own, for amounts that name none

    def number(self, value: Decimal | float) -> str:
        return _number(value, self.locale)

    def percent(self, value: Decimal | float) -> str:
        """Of a share: 0.23 is 23 %."""
        return str(format_percent(value, locale=self.locale))

    def percentage(self, value: Decimal | float) -> str:
        """Of what is kept in percent: 12.5 is 12.5 %."""
        share = (Decimal(str(value)) / 100).normalize()
        return str(format_percent(share, locale=self.locale, decimal_quantization=False))

    def money(self, value: Money | Decimal | float, *, currency: str = "", whole: bool = False) -> str:
        if isinstance(value, Money):
            return _money(value.amount, value.currency, self.locale, whole)
        return _money(Decimal(str(value)), currency or self.currency, self.locale, whole)

    def day(self, value: date) -> str:
        """Short, without the year while it is this one: "9 Dec", "9 Dec 2011"."""
        if isinstance(value, datetime):
            value = value.astimezone(self.zone).date()
        return _day(value, self.locale, value.year == self.today().year)

    def long_day(self, value: date) -> str:
        if isinstance(value, datetime):
            value = value.astimezone(self.zone).date()
        return _long_day(value, self.locale)

    def moment(self, value: datetime) -> str:
        """A day, and the time of day: "9 Dec, 12:31"."""
        return f"{self.day(value)}, {self.time(value)}"

    def full_moment(self, value: datetime) -> str:
        local, form = value.astimezone(self.zone), _forms(self.locale)
        time = form.long_time.apply(local, form.locale)
        return form.both.replace("{0}", time).replace("{1}", _long_day(local.date(), self.locale))

    def time(self, value: datetime) -> str:
        form = _forms(self.locale)
        return str(form.short_time.apply(value.astimezone(self.zone), form.locale))

    def clock(self, value: Clock) -> str:
        """A time of day, of no day in particular."""
        return str(format_time(value, format="short", locale=self.locale))

    def ago(self, value: datetime) -> str:
        """In words a person would use: "today", "yesterday", "12 days ago", then the day itself."""
        days = (self.today() - value.astimezone(self.zone).date()).days
        if days == 0:
            return _("today")
        if days == 1:
            return _("yesterday")
        if 1 < days < 60:
            return ngettext("%(days)s day ago", "%(days)s days ago", days) % {"days": self.number(days)}
        return self.day(value)

    def today(self) -> date:
        return clock.now().astimezone(self.zone).date()


def reader_of(actor: Actor | None) -> Reader:
    """Of an actor; of the language of the page before anybody has signed in."""
    firm = the_firm()
    if actor is None:
        return Reader(known_locale(translation.get_language() or firm.language), ZoneInfo(firm.timezone), firm.currency)
    return Reader(known_locale(actor.locale), ZoneInfo(actor.timezone), firm.currency)


@lru_cache(maxsize=64)
def known_locale(name: str) -> str:
    """As babel writes it ("en_GB"); English for one that it does not know."""
    try:
        return str(Locale.parse(name.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return "en"


@lru_cache(maxsize=_REMEMBERED)
def _number(value: Decimal | float, locale: str) -> str:
    return str(format_decimal(value, locale=locale))


@lru_cache(maxsize=_REMEMBERED)
def _money(amount: Decimal, currency: str, locale: str, whole: bool) -> str:
    return format_money(amount, currency, locale=locale, whole=whole)


@lru_cache(maxsize=_REMEMBERED)
@lru_cache(maxsize=_REMEMBERED)
def _day(value: date, locale: str, is_this_year: bool) -> str:
    pattern = _day_patterns(locale)[0 if is_this_year else 1]
    return str(format_date(value, format=pattern, locale=locale))


@lru_cache(maxsize=_REMEMBERED)
def _long_day(value: date, locale: str) -> str:
    return str(format_date(value, format="long", locale=locale))


class _Forms(NamedTuple):
    """How a locale writes moments. A page has a hundred of them, and looking this up takes longer than using it."""

    locale: Locale
    both: str  # "{1}, {0}": the day and the time
    long_time: DateTimePattern
    short_time: DateTimePattern


@lru_cache(maxsize=64)
def _forms(name: str) -> _Forms:
    locale = Locale.parse(name)
    both = str(get_datetime_format("long", locale=locale)).replace("'", "")
    return _Forms(locale, both, get_time_format("long", locale=locale), get_time_format("short", locale=locale))


@lru_cache(maxsize=64)
def _day_patterns(locale: str) -> tuple[str, str]:
    """The locale's own order of day and month, short: without and with the year."""
    skeletons = Locale.parse(locale).datetime_skeletons
    return str(skeletons["MMMd"].pattern), str(skeletons["yMMMd"].pattern)
