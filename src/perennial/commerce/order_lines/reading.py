"""A row of text becomes a line, or the reason why it does not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from perennial.commerce.models.product import LineKind
from perennial.commerce.order_lines.codes import DEFAULT_CODES, CodeTable
from perennial.commerce.order_lines.reasons import Skip
from perennial.commerce.sums import amount_of
from perennial.foundation.money import STORED
from perennial.objects.fields.country import CountryType
from perennial.objects.fields.number import decimal_of
from perennial.objects.fields.plain import one_line

LARGEST_QUANTITY = Decimal(10) ** 9
LARGEST_AMOUNT = Decimal(10) ** 13
PIECES = Decimal("0.001")
EARLIEST = 1970  # year
AHEAD = timedelta(days=1)  # of the business clock; the clocks of other systems differ
FAR = datetime(3000, 1, 1, tzinfo=UTC)
_SLASHED = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Rules:
    """How a firm's file is to be read; the mapping's options. `dates` tells 3/4/2026 apart: "dmy" or "mdy"."""

    timezone: str
    returns: tuple[str, ...] = ("C",)  # how the numbers of cancelled invoices begin, before digits
    books: tuple[str, ...] = ("A",)  # and of entries that are no orders
    codes: str = DEFAULT_CODES
    dates: str = "dmy"
    latest: datetime = FAR


@dataclass(slots=True)
class Line:
    """One line of an order, clean. `row` is its place in the batch."""

    row: int
    number: str
    is_return: bool
    code: str  # in capitals
    sku: str  # as written
    kind: LineKind
    description: str
    quantity: Decimal
    placed_at: datetime
    price: Decimal
    amount: Decimal
    customer: str | None
    country: str | None
    has_strange_country: bool
    fingerprint: int


class Reader:
    """Reads rows in the order of `COLUMNS` by the rules, and remembers the texts that come again and again."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._zone = ZoneInfo(rules.timezone)
        self._table = CodeTable(rules.codes)
        self._returns = _prefix(rules.returns)
        self._books = _prefix(rules.books)
        # Caches by text: a file has few distinct prices, dates and countries. The methods are wrapped per reader.
        self._moment = lru_cache(65_536)(self._read_moment)
        self._code = lru_cache(65_536)(self._read_code)
        self._number = lru_cache(8_192)(self._read_number)

    def read(self, row: int, cells: Sequence[str | None]) -> Line | Skip:
        try:
            number, mark = self._number(cells[0])
            code = self._code(cells[1])
            description = _description(cells[2])
            customer = _customer(cells[6])
        except ValueError:
            return Skip.BAD_TEXT
        if number is None:
            return Skip.NO_NUMBER
        if mark is Skip.BOOKKEEPING:
            return Skip.BOOKKEEPING
        if code is None:
            return Skip.NO_CODE
        quantity, price, placed_at = _quantity(cells[3]), _price(cells[5]), self._moment(cells[4])
        if quantity is None:
            return Skip.BAD_QUANTITY
        if price is None:
            return Skip.BAD_PRICE
        if isinstance(placed_at, Skip):
            return placed_at
        if (refused := judge(quantity, price, is_return=mark is not None, is_guest=customer is None)) is not None:
            return refused
        amount = amount_of(quantity, price)
        if abs(amount) >= LARGEST_AMOUNT:
            return Skip.BAD_PRICE
        upper, sku, kind = code
        country, is_strange = _country(cells[7])
        said = f"{upper}\x1f{description}\x1f{quantity}\x1f{price}\x1f{placed_at.timestamp()}"
        return Line(row, number, mark is not None, upper, sku, kind, description, quantity, placed_at, price, amount,
                    customer, country, is_strange, fingerprint(said))  # fmt: skip

    def _read_number(self, text: str | None) -> tuple[str | None, Skip | str | None]:
        """A number, and what it says by its beginning: return (a text), books (the reason to skip), or nothing."""
        number = _text(text, 80)
        if number is None:
            return None, None
        if self._books is not None and self._books.match(number):
            return number, Skip.BOOKKEEPING
        return number, "return" if self._returns is not None and self._returns.match(number) else None

    def _read_code(self, text: str | None) -> tuple[str, str, LineKind] | None:
        sku = _text(text, 80)
        if sku is None:
            return None
        return sku.upper(), sku, self._table.kind(sku.upper())

    def _read_moment(self, text: str | None) -> datetime | Skip:
        try:
            moment = slashed(text, self.rules.dates) or datetime.fromisoformat((text or "").strip().replace("/", "-"))
            moment = (moment if moment.tzinfo else moment.replace(tzinfo=self._zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            return Skip.BAD_DATE
        if moment.year < EARLIEST:
            return Skip.BAD_DATE
        return moment if moment <= self.rules.latest else Skip.FUTURE_DATE


def judge(quantity: Decimal, price: Decimal, *, is_return: bool, is_guest: bool) -> Skip | None:
    """The reason why these numbers are no line of an order or return; None when they are."""
    if quantity == 0:
        return Skip.NO_QUANTITY
    if price < 0:
        return Skip.NEGATIVE_PRICE
    if is_return:
        return Skip.POSITIVE_IN_RETURN if quantity > 0 else None
    if quantity < 0:
        return Skip.NEGATIVE_QUANTITY if price else Skip.STOCK_ADJUSTMENT
    return Skip.STOCK_MOVEMENT if is_guest and not price else None


def fingerprint(said: str) -> int:
    """64 bits of what a line says; within one order two different lines do not meet."""
    return int.from_bytes(hashlib.blake2b(said.encode(), digest_size=8).digest(), "big", signed=True)


def slashed(text: str | None, order: str) -> datetime | None:
    """A local time as in "12/1/2010 8:26", read by that order of day and month; None for another form."""
    found = _SLASHED.fullmatch(text.strip()) if text is not None and len(text) < 40 else None
    if found is None:
        return None
    first, second, year, hour, minute, seconds, half = found.groups()
    month, day = (int(first), int(second)) if order == "mdy" else (int(second), int(first))
    hours = int(hour or 0)
    if half:
        if not 1 <= hours <= 12:
            raise ValueError(text)
        hours = hours % 12 + (12 if half.lower() == "pm" else 0)
    whole_year = int(year) + 2000 if len(year) == 2 else int(year)
    return datetime(whole_year, month, day, hours, int(minute or 0), int(seconds or 0))  # noqa: DTZ001 - local


def _prefix(words: Sequence[str]) -> re.Pattern[str] | None:
    """Numbers that begin with one of these words, followed by a digit (with or without a sign between)."""
    words = [word.strip() for word in words if word.strip()]
    return re.compile(rf"(?:{'|'.join(map(re.escape, words))})[-_ #/]?\d", re.IGNORECASE) if words else None


def _text(value: str | None, longest: int) -> str | None:
    return None if value is None or value == "" else one_line(value, longest=longest)


@lru_cache(65_536)
def _description(value: str | None) -> str:
    return _text(value, 400) or ""


@lru_cache(65_536)
def _customer(value: str | None) -> str | None:
    """A customer number; "12347.0" is how spreadsheets write 12347."""
    text = _text(value, 100)
    return text[:-2] if text and text.endswith(".0") and text[:-2].isdigit() else text


@lru_cache(65_536)
def _quantity(text: str | None) -> Decimal | None:
    number = _number(text)
    if number is None or abs(number) > LARGEST_QUANTITY:
        return None
    return number.quantize(PIECES, rounding=ROUND_HALF_UP)


@lru_cache(65_536)
def _price(text: str | None) -> Decimal | None:
    number = _number(text)
    return None if number is None else number.quantize(STORED, rounding=ROUND_HALF_UP)


def _number(text: str | None) -> Decimal | None:
    try:
        return decimal_of(text) if text is not None else None
    except ValueError:
        return None


@lru_cache(4_096)
def _country(text: str | None) -> tuple[str | None, bool]:
    """ISO code, and whether something was written that is no country we know."""
    try:
        return CountryType().clean(text), False
    except ValueError:
        return None, True
