"""What segments say has happened: derived events, appended once for each entering and leaving."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.objects.event_limits import EventLimit, limit_events
from perennial.rules.known import of_hidden
from perennial.timeline.types import EventType, Property, register_event_type

_WHICH = (Property("segment"), Property("name"))

SEGMENT_ENTERED = register_event_type(EventType(
    key="rules.segment_entered", label=_("Entered a segment"), sentence=_("Entered the segment {name}"),
    icon="circle-plus", team="rules", properties=_WHICH, is_derived=True,
))  # fmt: skip
SEGMENT_LEFT = register_event_type(EventType(
    key="rules.segment_left", label=_("Left a segment"), sentence=_("Left the segment {name}"),
    icon="circle-minus", team="rules", properties=_WHICH, is_derived=True,
))  # fmt: skip

limit_events(EventLimit((SEGMENT_ENTERED.key, SEGMENT_LEFT.key), "segment", ("segment", "name"), of_hidden))
