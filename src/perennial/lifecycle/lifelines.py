"""A customer's lifeline: their time in the stages as spells, orders as marks, the moments that moved them named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from perennial.foundation import clock
from perennial.foundation.sql import fetch
from perennial.lifecycle.definitions import STAGES
from perennial.lifecycle.queries import Moved, Story
from perennial.lifecycle.reasons import stage_reason, standing_reason
from perennial.web.kit.lifeline import Lifeline, Mark, Spell
from perennial.web.kit.reader import Reader
from perennial.web.kit.stages import STAGES as STAGE_NAMES

MOST = 600  # orders and calls that are drawn one by one: the latest

# Orders (their people's too) and calls, the latest; and over how many orders and how much that goes.
_MARKS = """
WITH member AS (
    SELECT %(id)s::bigint AS id
    UNION ALL SELECT id FROM customers_customer WHERE company_id = %(id)s AND deleted_at IS NULL
), every AS (
    SELECT o.kind, o.id, o.placed_at AS at, o.number AS text, o.base_total AS amount
    FROM member m JOIN commerce_order o ON o.customer_id = m.id WHERE o.deleted_at IS NULL AND o.placed_at <= %(now)s
    UNION ALL
    SELECT 'call', c.id, c.at, c.outcome, NULL
    FROM member m JOIN customers_call c ON c.customer_id = m.id WHERE c.deleted_at IS NULL AND c.at <= %(now)s
)
SELECT kind, id, at, text, amount, count(*) FILTER (WHERE kind = 'order') OVER (), coalesce(sum(amount) OVER (), 0)
FROM every ORDER BY at DESC, id DESC LIMIT %(most)s
"""


class _Row(NamedTuple):
    kind: str
    id: int
    at: datetime
    text: str
    amount: Decimal | None
    orders: int
    spent: Decimal


def lifeline_of(
    story: Story, reader: Reader, *, has_sums: bool = True, has_standing: bool = True
) -> Mapping[str, Any] | None:
    """Context of the kit's lifeline panel. Without sums or standing for whoever may not read them."""
    standing, moves = story
    if not has_standing:
        moves = [move for move in moves if move.aspect == "stage"]
    if not moves:
        return None
    now = clock.now()
    rows = [_Row(*row) for row in fetch(_MARKS, {"id": standing.customer_id, "now": now, "most": MOST})]
    rows = rows if has_sums else [row._replace(amount=None) for row in rows]
    spells, names = spells_of(moves), names_of(moves)
    marks = [_mark(row, names.pop(row.at, "")) for row in reversed(rows)]
    marks += [Mark(at, name, kind="moment", name=name) for at, name in names.items()]
    orders, spent = (rows[0].orders, rows[0].spent) if rows else (0, Decimal(0))
    counted = ngettext("%(n)s order", "%(n)s orders", orders) % {"n": reader.number(orders)}
    span = _("%(day)s to today, %(orders)s, %(spent)s") if has_sums else _("%(day)s to today, %(orders)s")
    span %= {"day": reader.day(spells[0].start), "orders": counted, "spent": reader.money(spent, whole=True)}
    summary = _("%(stage)s since %(day)s; %(orders)s.") % {
        "stage": STAGE_NAMES[standing.stage],
        "day": reader.day(standing.stage_since),
        "orders": counted,
    }
    life = Lifeline(spells, marks, now, summary, key=f"life-{standing.customer_id}")
    return {"life": life, "span": span}


def spells_of(moves: Sequence[Moved]) -> list[Spell]:
    """From each change of stage or standing to the next."""
    spells: list[Spell] = []
    stage, standing, reason, start = "", "", "", None
    for move in moves:
        if start is not None and stage and move.at > start:
            spells.append(Spell(stage, start, move.at, standing, reason))
        details = move.details
        if move.aspect == "stage":
            stage = move.new or ""
            reason = stage_reason(move.definition, move.old, stage, move.reason, details)
        else:
            reason = reason if start == move.at else standing_reason(move.new, details)
            standing = move.new or ""
        start = move.at
    if start is not None and stage:
        spells.append(Spell(stage, start, None, standing, reason))
    return spells


def names_of(moves: Sequence[Moved]) -> dict[datetime, str]:
    """The moments that moved them, in a word or two."""
    names: dict[datetime, str] = {}
    for move in moves:
        if move.aspect == "standing" and move.new == "won_back":
            names[move.at] = _("won back")
        elif move.aspect == "stage" and move.reason == "taken_back":
            names[move.at] = _("order taken back")
        elif move.aspect == "stage" and move.new == "conversion" and move.old != "retention":
            names[move.at] = _("first order")
        elif move.aspect == "stage" and move.new == "acquisition" and move.reason == "spoke":
            names[move.at] = _("first spoke")
        elif move.aspect == "stage" and move.new == STAGES[-1]:
            names[move.at] = _("loyal")
    return names


def _mark(row: _Row, name: str) -> Mark:
    match row.kind:
        case "order":
            return Mark(
                row.at,
                _("Order %(number)s") % {"number": row.text},
                amount=row.amount,
                kind="order",
                name=name,
                url=f"/o/commerce.order/{row.id}/",
            )
        case "return":
            return Mark(
                row.at,
                _("Return %(number)s") % {"number": row.text},
                amount=row.amount,
                kind="return",
                name=name,
                url=f"/o/commerce.order/{row.id}/",
            )
    return Mark(row.at, _("Call"), kind="touch", name=name, url=f"/o/customers.call/{row.id}/")
