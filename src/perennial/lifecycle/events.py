"""What lifecycle says has happened: derived events, appended once for each transition that is news."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from perennial.timeline.types import EventType, Property, Tone, register_event_type
from perennial.web.kit.stages import STAGES

_STAGE_CHOICES = tuple(STAGES.items())
_STAGE = (("customers.customer", "stage"),)


def _derived(
    name: str, label: Promise, sentence: Promise, icon: str, *properties: Property, tone: Tone = "neutral"
) -> EventType:
    return register_event_type(
        EventType(
            key=f"lifecycle.{name}", label=label, sentence=sentence, icon=icon, team="lifecycle", tone=tone,
            properties=properties, subject="customers.customer", is_derived=True,
        )
    )  # fmt: skip


_RHYTHM = (Property("usual", "whole"), Property("silent", "whole"))

STAGE_CHANGED = _derived(
    "stage_changed", _("Stage changed"), _("Moved to {to}: {reason}"), "stairs-up",
    Property("to", choices=_STAGE_CHOICES, rests_on=_STAGE), Property("from", choices=_STAGE_CHOICES, rests_on=_STAGE),
    Property("reason", rests_on=_STAGE), tone="good",
)  # fmt: skip
WENT_QUIET = _derived(
    "went_quiet", _("Went quiet"), _("Went quiet: usually orders every {usual} days, none for {silent}"),
    "volume-3", *_RHYTHM, tone="attention",
)  # fmt: skip
LAPSED = _derived(
    "lapsed", _("Lapsed"), _("Lapsed: usually orders every {usual} days, none for {silent}"), "plant-off", *_RHYTHM,
    tone="trouble",
)  # fmt: skip
WON_BACK = _derived(
    "won_back", _("Won back"), _("Won back: ordered again after {silent} days"), "heart-handshake", *_RHYTHM,
    tone="good",
)  # fmt: skip
ACTIVE_AGAIN = _derived(
    "active_again", _("Active again"), _("Active again: ordered after {silent} days, usually every {usual}"), "plant-2",
    *_RHYTHM, tone="good",
)  # fmt: skip
