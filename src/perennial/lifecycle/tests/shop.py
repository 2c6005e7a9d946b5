"""Customers and orders for the tests of this room, written straight to the tables with the rows of the logs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from perennial.commerce.models import Order
from perennial.customers.models import Call, Customer, Profile
from perennial.foundation.sql import execute, fetch
from perennial.lifecycle.definitions import given
from perennial.lifecycle.writing import recompute, take_turn
from perennial.timeline.record import Change, NewEvent, log_changes, record
from perennial.workspace.firm import forget_firm
from perennial.workspace.models import Firm

START = datetime(2011, 1, 3, 9, 0, tzinfo=UTC)
WRITTEN = (
    "lifecycle_state", "lifecycle_transition", "lifecycle_tally", "lifecycle_pace", "commerce_order",
    "customers_customer", "timeline_event", "timeline_change", "timeline_consumer",
)  # fmt: skip
_REFERRING = """
    WITH RECURSIVE emptied AS (
        SELECT name::regclass::oid AS id FROM unnest(%s::text[]) AS name
        UNION SELECT c.conrelid FROM pg_constraint c JOIN emptied e ON c.confrelid = e.id WHERE c.contype = 'f'
    )
    SELECT id::regclass::text FROM emptied"""


def day(number: float) -> datetime:
    """So many days after the first Monday of 2011."""
    return START + timedelta(days=number)


def open_shop(*, sells: str = "shop", now: datetime | None = None) -> None:
    """The firm, and with `now` a business clock that stands there."""
    offset = int((datetime.now(UTC) - now).total_seconds()) if now else 0
    Firm.objects.update_or_create(
        pk=1,
        defaults={
            "name": "Fenwick Gifts",
            "currency": "GBP",
            "timezone": "Europe/London",
            "sells": sells,
            "clock_offset_seconds": offset,
            "set_up_at": START,
        },
    )
    forget_firm()


def known(name: str = "Hargreaves", *, at: datetime = START, kind: str = "company", **values: Any) -> Customer:
    customer = Customer.objects.create(
        kind=kind, name=name, sort_key=name.lower(), created_at=at, updated_at=at, **values
    )
    Profile.objects.create(kind="record", customer=customer, made_for=customer, created_at=at)
    said = {"name": name, **{key: values[key] for key in ("email", "phone", "qualification") if key in values}}
    log_changes(
        [Change(f"customers.{kind}", customer.pk, "create", said)], actor="system:0", action="test", occurred_at=at
    )
    return customer


def changed(customer: Customer, *, at: datetime, **values: Any) -> None:
    old = {key: getattr(customer, key) for key in values}
    for key, value in values.items():
        setattr(customer, key, value)
    customer.save(update_fields=list(values))
    log_changes(
        [Change(f"customers.{customer.kind}", customer.pk, "update", {k: [old[k], v] for k, v in values.items()})],
        actor="system:0",
        action="test",
        occurred_at=at,
    )


def ordered(customer: Customer, at: datetime, total: int | Decimal = 100) -> Order:
    """An order, or with a negative total a return."""
    kind = "order" if total >= 0 else "return"
    number = f"{customer.pk}-{Order.objects.count()}"
    order = Order.objects.create(
        number=number,
        kind=kind,
        customer=customer,
        placed_at=at,
        currency="GBP",
        total=total,
        base_total=total,
        profile_id=Profile.objects.get(made_for=customer).pk,
    )
    log_changes(
        [Change("commerce.order", order.pk, "create", {"number": number, "customer": customer.pk})],
        actor="system:0",
        action="test",
        occurred_at=at,
    )
    record(
        [
            NewEvent(
                "commerce.order_placed" if kind == "order" else "commerce.order_returned",
                order.profile_id,
                {"number": number},
                occurred_at=at,
                subject_kind="commerce.order",
                subject_id=order.pk,
            )
        ]
    )
    return order


def deleted(order: Order, *, at: datetime) -> None:
    Order.objects.filter(pk=order.pk).update(deleted_at=at)
    log_changes([Change("commerce.order", order.pk, "delete", {})], actor="system:0", action="test")


def spoke(customer: Customer, at: datetime, *, outcome: str = "reached") -> Call:
    call = Call.objects.create(customer=customer, at=at, outcome=outcome, created_at=at)
    profile = Profile.objects.get(made_for=customer)
    record(
        [
            NewEvent(
                "customers.call_logged",
                profile.pk,
                {},
                occurred_at=at,
                subject_kind="customers.call",
                subject_id=call.pk,
            )
        ]
    )
    return call


def empty() -> None:
    """Everything that these tests write, gone (for examples that share a database), with all that refers to it. Not by
    TRUNCATE: making the files of some fifty tables anew takes a quarter of a second."""
    referring = [name for (name,) in fetch(_REFERRING, [list(WRITTEN)]) if name not in WRITTEN]
    execute("; ".join(f"DELETE FROM {table}" for table in (*referring, *WRITTEN)))


def computed(*customers: Customer) -> None:
    """Compute these customers, whatever the logs say of them."""
    with transaction.atomic():
        take_turn()
        recompute([customer.pk for customer in customers], on=given())
