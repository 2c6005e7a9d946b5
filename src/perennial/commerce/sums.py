"""The sums of an order, and what its events say of them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from perennial.foundation.money import STORED
from perennial.workspace.firm import the_firm


def summary(number: str, lines: int, total: Decimal, rate: Decimal, currency: str) -> dict[str, object]:
    """The properties of an order's events."""
    return {
        "number": number, "lines": lines, "total": {"amount": str(total), "currency": currency},
        "base_total": {"amount": str(base(total, rate)), "currency": the_firm().currency},
    }  # fmt: skip


def amount_of(quantity: Decimal, price: Decimal) -> Decimal:
    """The amount of a line."""
    return (quantity * price).quantize(STORED, rounding=ROUND_HALF_UP)


def base(total: Decimal, rate: Decimal) -> Decimal:
    """In the firm's currency."""
    return (total * rate).quantize(STORED, rounding=ROUND_HALF_UP)
