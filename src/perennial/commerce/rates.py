"""The rate of a day. The firm's own currency is always worth one of itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from perennial.foundation.errors import Refused
from perennial.foundation.sql import fetch_one
from perennial.workspace.firm import the_firm


class RateMissing(Refused):
    """There is no rate for this currency on or before this day."""

    code = "rate_missing"

    def __init__(self, currency: str, day: date) -> None:
        super().__init__(
            _("There is no rate for %(currency)s on %(day)s. Enter the rate of that day first.")
            % {"currency": currency, "day": day.isoformat()}
        )


def rate_of(currency: str, day: date) -> Decimal:
    """What one unit of the currency is worth in the firm's on that day: the latest rate not after it."""
    if currency == the_firm().currency:
        return Decimal(1)
    row = fetch_one(
        "SELECT rate FROM commerce_rate WHERE currency = %s AND day <= %s ORDER BY day DESC LIMIT 1", [currency, day]
    )
    if row is None:
        raise RateMissing(currency, day)
    rate: Decimal = row[0]
    return rate


def set_rate(currency: str, day: date, rate: Decimal) -> None:
    """Say what a currency is worth from that day on. Orders that are written already keep their base amount."""
    if rate <= 0:
        raise Refused(_("A rate is above zero."), code="rate_not_positive")
    fetch_one(
        "INSERT INTO commerce_rate (currency, day, rate) VALUES (%s, %s, %s)"
        " ON CONFLICT (currency, day) DO UPDATE SET rate = excluded.rate RETURNING id",
        [currency, day, rate],
    )
