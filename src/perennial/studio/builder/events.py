"""The events that can be chosen, in the order in which people look for them."""

from __future__ import annotations

from perennial.conditions.schema import EventInfo
from perennial.objects.observed.types import every_event_type
from perennial.objects.schema import KindSchema
from perennial.timeline.usual import usual_types


def events_for(schema: KindSchema) -> list[EventInfo]:
    """What customers do first, then what the firm does, then what the house concludes; the most frequent first."""
    counts = usual_types()
    ordered = sorted(every_event_type(), key=lambda each: (each.is_derived, each.is_ours, -counts.get(each.key, 0)))
    return [info for each in ordered if (info := schema.event(each.key)) is not None]
