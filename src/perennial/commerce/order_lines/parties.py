"""The customers and products that a batch of orders names: found by number and code, made where they are new."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from perennial.commerce.order_lines.drafts import Draft
from perennial.commerce.order_lines.reading import Line
from perennial.foundation.errors import Refused
from perennial.foundation.sql import fetch
from perennial.objects.actions import Run
from perennial.objects.types import object_types
from perennial.objects.writing import create_records
from perennial.workspace.actor import Actor

ACTION = "commerce.import_order_lines"
NEVER_SEEN = datetime(1970, 1, 1, tzinfo=UTC)  # a product that no finished import has looked at yet


@dataclass(frozen=True, slots=True)
class Party:
    """A customer, and the profile that was made with it, which its orders' events point at."""

    id: int
    profile_id: int


@dataclass(frozen=True, slots=True)
class Target:
    """Where a batch is written to: under whose name, and what its records are marked with."""

    by: Actor
    run: Run
    source: str
    currency: str
    customer_kind: str  # "company" or "person", for customers that are new
    is_sample: bool = False


def customers_of(drafts: Collection[Draft], target: Target) -> dict[str, Party]:
    """Customer number → party. A number that was merged away leads to the customer it went into."""
    first: dict[str, Draft] = {}
    for draft in drafts:
        if draft.customer is not None:
            first.setdefault(draft.customer, draft)
    found = _customer_ids(list(first), target.customer_kind)
    new = [draft for number, draft in first.items() if number not in found]
    rows = [
        {"name": _("Customer %(number)s") % {"number": draft.customer}, "external_id": draft.customer,
         "country": draft.country, "created_at": draft.placed_at}
        for draft in new
    ]  # fmt: skip
    ids = _create(f"customers.{target.customer_kind}", rows, target)
    found |= {str(draft.customer): id for draft, id in zip(new, ids, strict=True)}
    profiles = dict(
        fetch("SELECT made_for_id, id FROM customers_profile WHERE made_for_id = ANY(%s)", [list(found.values())])
    )
    return {number: Party(id, profiles[id]) for number, id in found.items()}


def products_of(lines: Iterable[Line], target: Target) -> dict[str, int]:
    """Code in capitals → id. A new product is named by its first line that says something; `products` tidies it."""
    first: dict[str, Line] = {}
    for line in lines:
        known = first.get(line.code)
        if known is None or (line.description and not known.description):
            first[line.code] = line
    found: dict[str, int] = dict(
        fetch(
            "SELECT upper(sku), id FROM commerce_product WHERE upper(sku) = ANY(%s) AND deleted_at IS NULL",
            [list(first)],
        )
    )
    new = [line for code, line in first.items() if code not in found]
    rows = [
        {"sku": line.sku, "name": line.description[:200] or line.sku, "kind": line.kind.value,
         "price": line.price or None, "created_at": line.placed_at}
        for line in new
    ]  # fmt: skip
    ids = _create("commerce.product", rows, target, seen_at=NEVER_SEEN)
    return found | dict(zip((line.code for line in new), ids, strict=True))


def _customer_ids(numbers: Sequence[str], kind: str) -> dict[str, int]:
    """Customers with these numbers; where a person and a company have the same, the one of the kind asked for."""
    return dict(
        fetch(
            "SELECT DISTINCT ON (external_id) external_id, coalesce(merged_into_id, id) FROM customers_customer"
            " WHERE external_id = ANY(%s) AND (deleted_at IS NULL OR merged_into_id IS NOT NULL)"
            " ORDER BY external_id, deleted_at IS NULL DESC, kind = %s DESC, id",
            [list(numbers), kind],
        )
    )


def _create(object_key: str, rows: Sequence[Mapping[str, Any]], target: Target, **columns: object) -> list[int]:
    """Through the generic action, under the run of the import: taking that back takes these back as well."""
    if not rows:
        return []
    run = create_records(
        object_types[object_key], rows, by=target.by, within=target.run, is_history=True,
        fixed={**columns, "is_sample": target.is_sample},
    )  # fmt: skip
    if any(not result.is_done for result in run.results):
        raise Refused(next(result.sentence for result in run.results if not result.is_done))
    return [result.id for result in run.results if result.id is not None]
