"""Cleo buys at Fenwick Gifts; she belongs to Cleo & Co. `clock_at` sets the business clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

from perennial.commerce.models import Order
from perennial.customers.models import Customer, Profile
from perennial.foundation import clock
from perennial.workspace.firm import forget_firm
from perennial.workspace.models import Firm
from perennial.workspace.tests.cast import Cast, make_cast

NOON = datetime(2011, 12, 9, 12, 50, tzinfo=UTC)
_numbers = count(1)


@dataclass(frozen=True)
class Shop:
    cast: Cast
    cleo: Customer
    company: Customer


def make_shop() -> Shop:
    cast = make_cast()
    company = make_customer("Cleo & Co", kind="company")
    return Shop(cast, make_customer("Cleo", kind="person", company=company), company)


def make_customer(
    name: str, *, kind: str = "company", company: Customer | None = None, number: str | None = None
) -> Customer:
    customer = Customer.objects.create(kind=kind, name=name, company=company, external_id=number)
    Profile.objects.create(kind="record", customer=customer, made_for=customer)
    return customer


def make_order(customer: Customer | None, at: datetime, total: str | Decimal, *, kind: str = "order") -> Order:
    """A bare row, without lines or events: for what is computed from orders."""
    return Order.objects.create(
        number=f"T{next(_numbers)}", source="test", customer=customer, placed_at=at, kind=kind, currency="GBP",
        total=Decimal(total), base_total=Decimal(total), line_count=1,
    )  # fmt: skip


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Let the business clock stand near this moment (it goes on by itself)."""
    offset = clock.real_now() - moment
    Firm.objects.filter(pk=1).update(clock_offset_seconds=int(offset / timedelta(seconds=1)))
    forget_firm()
    yield
    Firm.objects.filter(pk=1).update(clock_offset_seconds=0)
    forget_firm()
