"""Writing a batch of orders in a few statements: a kill before the commit leaves nothing, one after it everything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

from perennial.commerce.customer_facts import refresh_facts
from perennial.commerce.order_lines.drafts import Draft, Existing, Skipped
from perennial.commerce.order_lines.parties import Party, Target, customers_of, products_of
from perennial.commerce.order_lines.reasons import Skip
from perennial.commerce.order_lines.telling import CHANNEL, tell
from perennial.commerce.placing import LINE_COLUMNS, ORDER_COLUMNS
from perennial.commerce.rates import RateMissing, rate_of
from perennial.commerce.sums import base
from perennial.foundation import clock
from perennial.foundation.sql import copy_rows, execute, fetch
from perennial.foundation.text import fold, gram_array
from perennial.workspace.firm import the_firm

LOCK = 7_260_001  # advisory lock: two imports of orders at once take turns, a batch at a time


def write_orders(drafts: Mapping[str, Draft], target: Target) -> Skipped:
    """Write new orders, and add to those that are here what is new in them. Inside the caller's transaction."""
    execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    existing = _existing(drafts, target.source)
    skipped = _leave_out_known(drafts, existing)
    parties = customers_of([draft for draft in drafts.values() if draft.lines], target)
    skipped += _leave_out_others(drafts, existing, parties)
    rates, lacking = _rates(drafts, existing, target.currency)
    skipped += lacking
    new = [draft for draft in drafts.values() if draft.lines and draft.number not in existing]
    added = [draft for draft in drafts.values() if draft.lines and draft.number in existing]
    products = products_of((line for draft in (*new, *added) for line in draft.lines), target)
    _insert_orders(new, rates, parties, target)
    for draft in added:
        draft.id = existing[draft.number].id
    copy_rows("commerce_order_line", LINE_COLUMNS, _line_rows(new, added, existing, products))
    _extend_orders(added, rates, existing)
    tell(new, added, rates, existing, parties, target)
    refresh_facts({parties[draft.customer].id for draft in (*new, *added) if draft.customer is not None})
    return skipped


def _existing(drafts: Iterable[str], source: str) -> dict[str, Existing]:
    rows = fetch(
        "SELECT o.number, o.id, o.customer_id, o.profile_id, o.rate, o.line_count, o.total,"
        " coalesce((SELECT max(l.position) FROM commerce_order_line l WHERE l.order_id = o.id), 0)"
        " FROM commerce_order o WHERE o.number = ANY(%s) AND o.source = %s AND o.deleted_at IS NULL"
        " ORDER BY o.id FOR UPDATE OF o",
        [list(drafts), source],
    )
    return {number: Existing(*rest) for number, *rest in rows}


def _leave_out_known(drafts: Mapping[str, Draft], existing: Mapping[str, Existing]) -> Skipped:
    """Take out of the drafts what was written before, by this import or an earlier one."""
    known = set(
        fetch(
            "SELECT order_id, fingerprint FROM commerce_order_line WHERE order_id = ANY(%s)",
            [[each.id for each in existing.values()]],
        )
    ) if existing else set()  # fmt: skip
    skipped: Skipped = []
    for number, order in existing.items():
        draft = drafts[number]
        skipped += [(line.row, Skip.ALREADY_HERE) for line in draft.lines if (order.id, line.fingerprint) in known]
        draft.lines = [line for line in draft.lines if (order.id, line.fingerprint) not in known]
    return skipped


def _leave_out_others(
    drafts: Mapping[str, Draft], existing: Mapping[str, Existing], parties: Mapping[str, Party]
) -> Skipped:
    """Lines for an order that is here under another customer."""
    skipped: Skipped = []
    for number, order in existing.items():
        draft = drafts[number]
        customer_id = parties[draft.customer].id if draft.lines and draft.customer is not None else None
        if draft.lines and customer_id != order.customer_id:
            skipped += _take_all(draft, Skip.OTHER_CUSTOMER)
    return skipped


def _rates(
    drafts: Mapping[str, Draft], existing: Mapping[str, Existing], currency: str
) -> tuple[dict[str, Decimal], Skipped]:
    """The rate of each order: of its day, or the one that it was written at."""
    zone = ZoneInfo(the_firm().timezone)
    by_day: dict[object, Decimal | None] = {}
    rates: dict[str, Decimal] = {}
    skipped: Skipped = []
    for draft in drafts.values():
        if draft.number in existing:
            rates[draft.number] = existing[draft.number].rate
            continue
        day = draft.placed_at.astimezone(zone).date()
        if day not in by_day:
            try:
                by_day[day] = rate_of(currency, day)
            except RateMissing:
                by_day[day] = None
        rate = by_day[day]
        if rate is None:
            skipped += _take_all(draft, Skip.RATE_MISSING)
        else:
            rates[draft.number] = rate
    return rates, skipped


def _take_all(draft: Draft, reason: Skip) -> Skipped:
    lines, draft.lines = draft.lines, []
    return [(line.row, reason) for line in lines]


def _insert_orders(
    new: list[Draft], rates: Mapping[str, Decimal], parties: Mapping[str, Party], target: Target
) -> None:
    ids = fetch("SELECT nextval('commerce_order_id_seq') FROM generate_series(1, %s)", [len(new)])
    for draft, (id,) in zip(new, ids, strict=True):
        draft.id = id
    now = clock.now()
    copy_rows("commerce_order", ORDER_COLUMNS, (
        (draft.id, None, 1, target.is_sample, "{}", now, now, (folded := fold(draft.number))[:200], folded,
         gram_array(folded), draft.number, target.source, draft.kind, party.id if party else None,
         party.profile_id if party else None, draft.placed_at, target.currency, rates[draft.number], total,
         base(total, rates[draft.number]), len(draft.lines), draft.country, CHANNEL)
        for draft in new
        for party in (parties[draft.customer] if draft.customer is not None else None,)
        for total in (draft.total,)
    ))  # fmt: skip


def _line_rows(
    new: list[Draft], added: list[Draft], existing: Mapping[str, Existing], products: Mapping[str, int]
) -> Iterator[tuple[object, ...]]:
    for draft in (*new, *added):
        last = existing[draft.number].last_position if draft.number in existing else 0
        for position, line in enumerate(draft.lines, start=last + 1):
            yield (draft.id, products[line.code], position, line.kind.value, line.description, line.quantity,
                   line.price, line.amount, line.fingerprint)  # fmt: skip


def _extend_orders(added: list[Draft], rates: Mapping[str, Decimal], existing: Mapping[str, Existing]) -> None:
    """Totals are taken from what they were, so that an order of a thousand lines is not read to add one."""
    if not added:
        return
    totals = [existing[draft.number].total + draft.total for draft in added]
    execute(
        "UPDATE commerce_order o SET total = n.total, base_total = n.base, line_count = o.line_count + n.lines,"
        " placed_at = least(o.placed_at, n.at), version = o.version + 1, updated_at = %s"
        " FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::int[], %s::timestamptz[])"
        " AS n (id, total, base, lines, at) WHERE o.id = n.id",
        [clock.now(), [draft.id for draft in added], totals,
         [base(total, rates[draft.number]) for draft, total in zip(added, totals, strict=True)],
         [len(draft.lines) for draft in added], [draft.placed_at for draft in added]],
    )  # fmt: skip
