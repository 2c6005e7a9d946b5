"""Money: an amount with its currency. Sums are kept with four decimals and rounded by the currency when shown."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel import Locale
from babel.numbers import format_currency, get_currency_precision, parse_pattern

STORED = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Money:
    amount: Decimal
    currency: str  # ISO 4217

    def rounded(self) -> Money:
        """To the currency's own decimals (0 for JPY, 2 for GBP), half up."""
        return Money(round_money(self.amount, self.currency), self.currency)

    def __str__(self) -> str:
        return f"{self.rounded().amount} {self.currency}"


def round_money(amount: Decimal, currency: str) -> Decimal:
    """Half up, to the decimals that ISO 4217 gives the currency."""
    return amount.quantize(Decimal(1).scaleb(-get_currency_precision(currency)), rounding=ROUND_HALF_UP)


def format_money(amount: Decimal, currency: str, *, locale: str = "en", whole: bool = False) -> str:
    """As a person of that locale writes it; `whole` leaves the decimals out, for headings and lists."""
    if not whole:
        return str(format_currency(amount, currency, locale=locale))
    pattern = parse_pattern(Locale.parse(locale).currency_formats["standard"].pattern)
    pattern.frac_prec = (0, 0)
    return str(pattern.apply(amount, locale, currency=currency, currency_digits=False))
