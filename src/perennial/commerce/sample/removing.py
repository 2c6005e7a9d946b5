"""Removing the sample, set-based: emptying the tables where nothing else is in them, else deleting what is its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from perennial.commerce.customer_facts import refresh_facts
from perennial.commerce.customer_goods import refresh_goods
from perennial.commerce.order_lines.writing import LOCK
from perennial.foundation.errors import Conflict, Forbidden
from perennial.foundation.sql import execute, fetch, fetch_one
from perennial.objects.models import Import
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import Actor
from perennial.workspace.firm import forget_firm
from perennial.workspace.models import Firm

# Customers last: orders name them. What refers to these tables goes with them, whichever room it belongs to.
ROOTS = ("commerce_order", "customers_customer", "commerce_product")

then: list[Callable[[], None]] = []


def after_removal(do: Callable[[], None]) -> Callable[[], None]:
    """For rooms above that keep something about the sample in tables or files without a reference to its records."""
    then.append(do)
    return do


def remove_sample(*, by: Actor) -> None:
    """Remove the sample and everything that was done to its records, and let the business clock be the real one."""
    if not by.may("settings.manage"):
        raise Forbidden
    with transaction.atomic():
        execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])  # no batch of the import is being written
        firm = Firm.objects.select_for_update().filter(pk=1, has_sample=True).first()
        if firm is None:
            raise Forbidden(_("There is no sample here."))
        if any(each.is_at_work for each in Import.objects.filter(is_sample=True)):
            raise Conflict(_("The sample is still being brought in. Wait for its end, or stop the import first."))
        if _is_alone():
            _empty_all()
        else:
            _delete_sample()
        Firm.objects.filter(pk=1).update(has_sample=False, clock_offset_seconds=0)
        forget_firm()
        log_changes(
            [Change("workspace.firm", 1, "configure", {"has_sample": [True, False]})],
            actor=by.log_name, action="commerce.remove_sample",
        )  # fmt: skip
        for do in then:
            do()
    forget_firm()


def _is_alone() -> bool:
    """Whether nobody has brought in a record of their own yet."""
    found = fetch_one("SELECT " + " OR ".join(f"EXISTS (SELECT FROM {table} WHERE NOT is_sample)" for table in ROOTS))
    return found is not None and not found[0]


def _empty_all() -> None:
    """The changes of the configuration are kept."""
    execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to come cannot be emptied
    execute(f"TRUNCATE {', '.join(ROOTS)}, timeline_event CASCADE")
    execute("DELETE FROM timeline_change WHERE kind <> 'configure'")


class Reference(NamedTuple):
    """A column of `table` that names rows of another one; `key` is the table's own, where it has one column."""

    table: str
    column: str
    key: str | None


def _delete_sample() -> None:
    # A customer or a product that an order of the firm's own names has become the firm's.
    kept = fetch(
        "UPDATE customers_customer c SET is_sample = FALSE WHERE is_sample AND EXISTS"
        " (SELECT FROM commerce_order o WHERE o.customer_id = c.id AND NOT o.is_sample) RETURNING c.id"
    )
    execute(
        "DELETE FROM timeline_event WHERE profile_id IN (SELECT p.id FROM customers_profile p"
        " JOIN customers_customer c ON c.id = p.customer_id WHERE c.is_sample)"
    )
    execute(
        "DELETE FROM timeline_event e USING commerce_order o WHERE e.subject_kind = 'commerce.order'"
        " AND e.subject_id = o.id AND o.is_sample"
    )
    execute(
        "DELETE FROM timeline_change h USING (SELECT 'commerce.order' AS kind, id FROM commerce_order WHERE is_sample"
        " UNION ALL SELECT 'commerce.product', id FROM commerce_product WHERE is_sample"
        " UNION ALL SELECT 'customers.' || kind, id FROM customers_customer WHERE is_sample) s"
        " WHERE h.object_key = s.kind AND h.record_id = s.id"
    )
    _delete("commerce_order", "SELECT id FROM commerce_order WHERE is_sample")
    _delete("customers_customer", "SELECT id FROM customers_customer WHERE is_sample")
    execute(
        "UPDATE commerce_product p SET is_sample = FALSE WHERE is_sample"
        " AND EXISTS (SELECT FROM commerce_order_line l WHERE l.product_id = p.id)"
    )
    _delete("commerce_product", "SELECT id FROM commerce_product WHERE is_sample")
    refresh_facts(id for (id,) in kept)
    refresh_goods(id for (id,) in kept)


def _delete(table: str, ids: str) -> None:
    """Delete rows, those that refer to them first. A row that refers to its own table stays."""
    for reference in _references(table):
        inside = f"{reference.column} IN ({ids})"
        if reference.table == table:
            execute(f"UPDATE {table} SET {reference.column} = NULL WHERE {inside}")
        elif reference.key is None:
            execute(f"DELETE FROM {reference.table} WHERE {inside}")
        else:
            _delete(reference.table, f"SELECT {reference.key} FROM {reference.table} WHERE {inside}")
    key = _key(table)
    execute(f"DELETE FROM {table} WHERE {key} IN ({ids})")


def _references(table: str) -> list[Reference]:
    """What refers to a table, from the database's own catalogue: rooms above are not known here."""
    rows = fetch(
        "SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c"
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
        " WHERE c.contype = 'f' AND c.confrelid = %s::regclass AND c.conparentid = 0 ORDER BY 1, 2",
        [table],
    )
    return [Reference(name, column, _key(name)) for name, column in rows]


def _key(table: str) -> str | None:
    rows = fetch(
        "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)"
        " WHERE i.indrelid = %s::regclass AND i.indisprimary",
        [table],
    )
    return rows[0][0] if len(rows) == 1 else None
