"""What a batch of orders leaves in the two logs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from perennial.commerce.events import ORDER_EXTENDED, ORDER_PLACED, ORDER_RETURNED
from perennial.commerce.order_lines.drafts import Draft, Existing
from perennial.commerce.order_lines.parties import ACTION, Party, Target
from perennial.commerce.order_lines.reading import Line
from perennial.commerce.sums import summary
from perennial.timeline.record import Change, NewEvent, log_changes, record

CHANNEL = "shop"


def tell(
    new: Sequence[Draft],
    added: Sequence[Draft],
    rates: Mapping[str, Decimal],
    existing: Mapping[str, Existing],
    parties: Mapping[str, Party],
    target: Target,
) -> None:
    """Events and changes. What is imported is history: we learnt of it when it happened."""
    events: list[NewEvent] = []
    changes: list[Change] = []
    for draft in new:
        party = parties[draft.customer] if draft.customer is not None else None
        type = ORDER_RETURNED if draft.is_return else ORDER_PLACED
        total = draft.total
        about = summary(draft.number, len(draft.lines), total, rates[draft.number], target.currency)
        events.append(_event(type.key, party.profile_id if party else None, about, draft.placed_at, draft.id, target))
        changes.append(Change("commerce.order", draft.id, "create", {
            "number": draft.number, "source": target.source, "kind": draft.kind,
            "customer": party.id if party else None, "placed_at": draft.placed_at.isoformat(),
            "country": draft.country, "currency": target.currency, "rate": str(rates[draft.number]),
            "total": str(total), "line_count": len(draft.lines),
            "lines": [_said(line) for line in draft.lines],
        }))  # fmt: skip
    for draft in added:
        order = existing[draft.number]
        count, total = order.line_count + len(draft.lines), order.total + draft.total
        about = summary(draft.number, count, total, rates[draft.number], target.currency)
        moment = max(line.placed_at for line in draft.lines)
        events.append(_event(ORDER_EXTENDED.key, order.profile_id, about, moment, draft.id, target))
        changes.append(Change("commerce.order", draft.id, "update", {
            "total": [str(order.total), str(total)], "line_count": [order.line_count, count],
            "lines": [[], [_said(line) for line in draft.lines]],
        }))  # fmt: skip
    record(events)
    log_changes(changes, actor=target.by.log_name, action=ACTION, cause=target.run.cause, run_id=target.run.id)


def _event(
    type: str, profile_id: int | None, about: dict[str, object], moment: datetime, order_id: int, target: Target
) -> NewEvent:
    return NewEvent(
        type, profile_id, about, occurred_at=moment, is_history=True, source="import", channel=CHANNEL,
        actor=target.by.log_name, subject_kind="commerce.order", subject_id=order_id, cause=target.run.cause,
    )  # fmt: skip


def _said(line: Line) -> list[str]:
    return [line.sku, line.description, f"{line.quantity.normalize():f}", str(line.price), str(line.amount)]
