"""Placing orders by hand or by program, and what follows when records of this room change."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from perennial.commerce.customer_facts import refresh_facts
from perennial.commerce.events import ORDER_PLACED, ORDER_RETURNED
from perennial.commerce.rates import rate_of
from perennial.commerce.sums import amount_of, base, summary
from perennial.foundation import clock
from perennial.foundation.errors import Conflict, Invalid
from perennial.foundation.sql import copy_rows, execute, fetch, json
from perennial.foundation.text import fold, grams
from perennial.objects.stored import custom_of
from perennial.objects.types import Written, object_types
from perennial.timeline.record import NewEvent, record
from perennial.workspace.actor import Actor
from perennial.workspace.firm import the_firm

SOURCE = "perennial"  # of orders that were entered here; imports name their own
ORDER_COLUMNS = (
    "id", "external_id", "version", "is_sample", "custom", "created_at", "updated_at", "sort_key", "folded", "grams",
    "number", "source", "kind", "customer_id", "profile_id", "placed_at", "currency", "rate", "total", "base_total",
    "line_count", "country", "channel",
)  # fmt: skip
LINE_COLUMNS = (
    "order_id", "product_id", "position", "kind", "description", "quantity", "unit_price", "amount", "fingerprint",
)  # fmt: skip


def place_orders(rows: Sequence[Mapping[str, Any]], by: Actor, cause: uuid.UUID) -> list[int]:
    """Write orders with their lines, their events, and what they change about their customers: `create` of the kind."""
    ids = [id for (id,) in fetch("SELECT nextval('commerce_order_id_seq') FROM generate_series(1, %s)", [len(rows)])]
    profiles = _profiles([row["customer"] for row in rows if row.get("customer")])
    _check_products(rows)
    placed = [_placed(id, row, profiles) for id, row in zip(ids, rows, strict=True)]
    _refuse_known([each.number for each in placed])
    now = clock.now()
    fields = object_types["commerce.order"].fields

    copy_rows("commerce_order", ORDER_COLUMNS, (
        (each.id, each.row.get("external_id"), 1, each.row.get("is_sample", False), json(custom_of(fields, each.row)),
         now, now, (folded := fold(each.number))[:200], folded, grams(folded), each.number, SOURCE, each.kind,
         each.row.get("customer"), each.profile_id, each.at, each.currency, each.rate, each.total,
         base(each.total, each.rate), len(each.lines), each.row.get("country"), each.row.get("channel"))
        for each in placed
    ))  # fmt: skip
    copy_rows("commerce_order_line", LINE_COLUMNS, (line for each in placed for line in each.lines))
    record([
        NewEvent(
            (ORDER_RETURNED if each.kind == "return" else ORDER_PLACED).key, each.profile_id,
            summary(each.number, len(each.lines), each.total, each.rate, each.currency), occurred_at=each.at,
            channel=each.row.get("channel") or "", actor=by.log_name, subject_kind="commerce.order",
            subject_id=each.id, cause=cause,
        )
        for each in placed
    ])  # fmt: skip
    refresh_facts(row["customer"] for row in rows if row.get("customer"))
    return ids


@dataclass(frozen=True, slots=True)
class _Placed:
    """One order, worked out. `lines` are rows of the table."""

    id: int
    row: Mapping[str, Any]
    number: str
    kind: str
    at: datetime
    currency: str
    rate: Decimal
    total: Decimal
    profile_id: int | None
    lines: list[tuple[Any, ...]]


def _placed(id: int, row: Mapping[str, Any], profiles: Mapping[int, int]) -> _Placed:
    firm = the_firm()
    at = row.get("placed_at") or clock.now()
    currency = (row.get("currency") or firm.currency).upper()
    rate = rate_of(currency, at.astimezone(ZoneInfo(firm.timezone)).date())
    lines = [
        (id, part.get("product"), position, part.get("kind") or "goods", part.get("description") or "",
         part["quantity"], part["unit_price"], amount_of(part["quantity"], part["unit_price"]), position)
        for position, part in enumerate(row.get("lines") or (), start=1)
    ]  # fmt: skip
    return _Placed(
        id, row, row.get("number") or f"P-{id}", row.get("kind") or "order", at, currency, rate,
        sum((line[7] for line in lines), Decimal(0)), profiles.get(row.get("customer") or 0), lines,
    )  # fmt: skip


def orders_changed(records: Sequence[Written], by: Actor, cause: uuid.UUID) -> None:
    """After deleting or restoring orders: what they say about their customers is another now."""
    refresh_facts(
        id for (id,) in fetch(
            "SELECT DISTINCT customer_id FROM commerce_order WHERE id = ANY(%s) AND customer_id IS NOT NULL",
            [[each.id for each in records]])
    )  # fmt: skip


def products_updated(records: Sequence[Written], by: Actor, cause: uuid.UUID) -> None:
    """A name or price that somebody set by hand is not changed by later imports."""
    execute(
        "UPDATE commerce_product SET seen_at = NULL WHERE id = ANY(%s)",
        [[each.id for each in records if {"name", "price"} & each.old.keys()]],
    )


def _refuse_known(numbers: Sequence[str]) -> None:
    known = fetch(
        "SELECT number FROM commerce_order WHERE number = ANY(%s) AND source = %s AND deleted_at IS NULL",
        [list(numbers), SOURCE],
    )
    if known or len(set(numbers)) < len(numbers):
        raise Conflict(_("There is an order with this number already. Leave the number empty, or choose another."))


def _check_products(rows: Sequence[Mapping[str, Any]]) -> None:
    named = {part["product"] for row in rows for part in row.get("lines") or () if part.get("product")}
    known = fetch("SELECT id FROM commerce_product WHERE id = ANY(%s) AND deleted_at IS NULL", [list(named)])
    if named - {id for (id,) in known}:
        raise Invalid({"lines": _("A line names a product that is not here.")})


def _profiles(customer_ids: Sequence[int]) -> dict[int, int]:
    return dict(
        fetch("SELECT made_for_id, id FROM customers_profile WHERE made_for_id = ANY(%s)", [list(customer_ids)])
    )
