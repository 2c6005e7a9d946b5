"""What this room knows of a person. An invoice must be kept: it stays, with a customer who has no name any more."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.commerce.customer_facts import refresh_facts
from perennial.customers.personal_data import Held, PersonalData, Subject, register_personal_data, scrub
from perennial.foundation.sql import execute, fetch
from perennial.workspace.actor import Actor

_EXPORT = """
SELECT to_jsonb(t)::json FROM (
    SELECT o.number, o.kind, o.placed_at, o.currency, o.total::text, o.country, o.channel,
           (SELECT jsonb_agg(jsonb_build_object('description', l.description, 'quantity', l.quantity::text,
                'unit_price', l.unit_price::text, 'amount', l.amount::text) ORDER BY l.position)
            FROM commerce_order_line l WHERE l.order_id = o.id) AS lines
    FROM commerce_order o WHERE o.customer_id = ANY(%s) ORDER BY o.placed_at, o.id
) t
"""


def export_orders(subject: Subject) -> list[Any]:
    return [row[0] for row in fetch(_EXPORT, [list(subject.customer_ids)])]


def erase_orders(subject: Subject, by: Actor) -> Held:
    """Blank what could name the person; sums, dates and products stay. Their company no longer counts these orders."""
    ids = list(subject.customer_ids)
    orders = [id for (id,) in fetch("SELECT id FROM commerce_order WHERE customer_id = ANY(%s)", [ids])]
    scrub("commerce_order_line", ("description",), subject.terms, where="order_id = ANY(%s)", params=[orders])
    execute(
        "UPDATE commerce_order SET custom = '{}', external_id = NULL, version = version + 1 WHERE id = ANY(%s)",
        [orders],
    )
    refresh_facts([*ids, *_companies(ids)])
    return {"commerce.order": orders}


def _companies(ids: list[int]) -> list[int]:
    """Where they ever worked, as the change log has it: their record does not say any more."""
    found = fetch(
        "SELECT DISTINCT company FROM timeline_change, jsonb_path_query(\"values\", '$.company.**') AS company"
        " WHERE object_key = 'customers.person' AND record_id = ANY(%s) AND jsonb_typeof(company) = 'number'",
        [ids],
    )
    return [int(company) for (company,) in found]


register_personal_data(PersonalData("commerce.orders", _("Orders"), export_orders, erase_orders))
