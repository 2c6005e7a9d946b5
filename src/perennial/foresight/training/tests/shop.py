"""A shop whose customers leave for a reason that can be seen: whoever orders often comes again, the others do not."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from perennial.commerce.customer_facts import refresh_all_facts
from perennial.commerce.models import Order
from perennial.customers.models import Customer, Profile
from perennial.foundation.sql import execute
from perennial.lake.exporting import export_all
from perennial.timeline.record import Change, NewEvent, log_changes, record
from perennial.workspace.firm import forget_firm
from perennial.workspace.models import Firm

START = datetime(2011, 1, 3, 9, 0, tzinfo=UTC)
END = 400
DAYS = 30


def open_with(people: int, *, seed: int = 5, is_random: bool = False) -> list[Customer]:
    """`is_random`: whether somebody leaves has nothing to do with anything."""
    empty()
    offset = datetime.now(UTC) - day(END)
    Firm.objects.update_or_create(pk=1, defaults={
        "name": "Fenwick Gifts", "currency": "GBP", "timezone": "Europe/London", "set_up_at": START,
        "clock_offset_seconds": int(offset.total_seconds()),
    })  # fmt: skip
    forget_firm()
    chance = random.Random(seed)
    made = Customer.objects.bulk_create([
        Customer(kind="person", name=f"P{number}", sort_key=f"p{number}", created_at=START, updated_at=START,
                 country="GB" if number % 3 else "KZ") for number in range(people)])  # fmt: skip
    Profile.objects.bulk_create(Profile(kind="record", customer=each, made_for=each, created_at=START) for each in made)
    first = Profile.objects.earliest("pk")
    record([NewEvent("customers.page_viewed", first.pk, {"url": "/"}, START)])  # the beginning of what is kept
    orders = []
    for number, person in enumerate(made):
        at = chance.uniform(0, 20)
        while at < END - 1:
            orders.append(order_of(person, at, chance.randint(5, 50), len(orders)))
            usual = 8 if number % 2 else 60
            at += chance.expovariate(1 / 25) if is_random else usual * chance.uniform(0.6, 1.5)
    Order.objects.bulk_create(orders)
    settle()
    return made


def day(number: float) -> datetime:
    """So many days after the first Monday of 2011."""
    return START + timedelta(days=number)


def changed(customer: Customer, *, at: datetime, **values: Any) -> None:
    was = {key: [getattr(customer, key), value] for key, value in values.items()}
    Customer.objects.filter(pk=customer.pk).update(**values)
    log_changes([Change("customers.person", customer.pk, "update", was)], actor="system:0", action="test",
                occurred_at=at)  # fmt: skip


def empty() -> None:
    execute("TRUNCATE customers_customer, commerce_order, timeline_event, timeline_change, timeline_consumer CASCADE")


def order_of(person: Customer, at: float, total: int, number: int, *, kind: str = "order") -> Order:
    return Order(number=f"S{number}", kind=kind, customer=person, placed_at=day(at), currency="GBP", total=total,
                 base_total=total)  # fmt: skip


def settle() -> None:
    refresh_all_facts()
    export_all()
