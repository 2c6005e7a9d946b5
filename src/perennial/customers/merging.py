"""The `Merging` contract: which rows follow a customer who is merged into another.

A room whose table points at customers declares it from `apps.ready()`:

    register_merging(Merging("commerce_order", "customer_id", object_key="commerce.order", field="customer",
                             then=recompute_facts))

Merging re-points the rows and remembers their ids; undoing it takes back exactly those. The table needs an `id`; one
with an `object_key` is a record's, whose version rises and whose change is logged. `then` is called with the customers
touched, after each merge and each undo, in the same transaction: for state that is derived from the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Merging:
    table: str
    column: str
    object_key: str = ""
    field: str = "customer"
    where: str = ""  # SQL that tells rows about customers from others in the same table
    then: Callable[[Sequence[int]], None] | None = None

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"


mergings: dict[str, Merging] = {}


def register_merging(declared: Merging) -> Merging:
    """Refuses a column that is declared already."""
    if declared.name in mergings:
        raise ValueError(f"How {declared.name} is merged is declared twice.")
    mergings[declared.name] = declared
    return declared


register_merging(Merging("customers_profile", "customer_id"))
register_merging(Merging("customers_consent", "customer_id"))
register_merging(Merging("customers_task", "customer_id", object_key="customers.task"))
register_merging(Merging("customers_note", "customer_id", object_key="customers.note"))
register_merging(Merging("customers_call", "customer_id", object_key="customers.call"))
register_merging(
    Merging("objects_comment", "record_id", where="object_key IN ('customers.person', 'customers.company')")
)
register_merging(Merging("customers_customer", "company_id", object_key="customers.person", field="company"))
