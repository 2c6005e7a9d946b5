"""What happens in this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.timeline.types import EventType, Property, register_event_type

_PROPERTIES = (
    Property("number"),
    Property("lines", "whole", rests_on=(("commerce.order", "line_count"),)),
    Property("total", "money", rests_on=(("commerce.order", "base_total"),)),
    Property("base_total", "money", rests_on=(("commerce.order", "total"),)),
)

ORDER_PLACED = register_event_type(
    EventType(
        key="commerce.order_placed",
        label=_("Order placed"),
        sentence=_("Order {number}, lines: {lines}, {total}"),
        icon="shopping-bag",
        team="commerce",
        tone="good",
        properties=_PROPERTIES,
        subject="commerce.order",
    )
)
ORDER_RETURNED = register_event_type(
    EventType(
        key="commerce.order_returned",
        label=_("Order returned"),
        sentence=_("Return {number}, lines: {lines}, {total}"),
        icon="arrow-back-up",
        team="commerce",
        tone="attention",
        properties=_PROPERTIES,
        subject="commerce.order",
    )
)
ORDER_EXTENDED = register_event_type(
    EventType(
        key="commerce.order_extended",
        label=_("Lines added to an order"),
        sentence=_("Order {number} changed, lines: {lines}, {total}"),
        icon="playlist-add",
        team="commerce",
        properties=_PROPERTIES,
        subject="commerce.order",
    )
)
