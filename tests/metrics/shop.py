"""A shop with orders of two countries in the lake, for metrics."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from perennial.customers.models import Customer
from perennial.lake.exporting import export_all
from perennial.lifecycle.tests.shop import day, known, open_shop, ordered

REVENUE_OF_ORDERS = {
    "what": "flow", "kind": "commerce.order", "at": "placed_at", "of": "customer", "how": "sum",
    "value": "base_total", "where": {},
}  # fmt: skip
BUYERS = {"what": "subjects", "kind": "commerce.order", "at": "placed_at", "of": "customer", "which": "all"}
AVERAGE_A_BUYER = {"top": REVENUE_OF_ORDERS, "bottom": BUYERS}


def open_with_orders(settings: Any, folder: Path) -> dict[str, Customer]:
    """Cleo of Kazakhstan ordered 20 in January and 30 in February 2011, Dov of Britain 50 in February."""
    settings.LAKE_URL = str(folder / "lake")
    open_shop(now=day(120))
    people = {name: known(name, kind="person", country=country, at=day(0))
              for name, country in (("Cleo", "KZ"), ("Dov", "GB"))}  # fmt: skip
    for name, number, total in (("Cleo", 3, 20), ("Cleo", 40, 30), ("Dov", 45, 50)):
        ordered(people[name], _day(number), Decimal(total))
    export_all()
    return people


def _day(number: int) -> datetime:
    return day(number)
