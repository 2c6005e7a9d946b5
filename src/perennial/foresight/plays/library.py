"""Plays to begin with, for a shop as it is on its first day. Each is a draft that somebody reads, changes and starts.

What each is hoped to do (`prior`) says how many people it takes to see it; it is nobody's result, and is shown as what
it is: a hope.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.foresight.plays.defining import make_play
from perennial.foresight.plays.models import Play
from perennial.foundation.errors import NotFound
from perennial.objects.fields.protocol import Label
from perennial.workspace.actor import Actor


@dataclass(frozen=True, slots=True)
class ReadyPlay:
    """`title` is what the task says that colleagues get."""

    key: str
    name: Label
    description: Label
    rule: str
    title: Label
    note: Label
    days: int
    told: Mapping[str, Any]

    def asked(self) -> dict[str, Any]:
        """In the language of whoever takes it."""
        task = {"title": str(self.title), "note": str(self.note), "days": self.days}
        return {
            "name": str(self.name), "description": str(self.description), "rule": self.rule,
            "acts": [{"action": "customers.open_task", "input": task}], **self.told,
        }  # fmt: skip


READY = (
    ReadyPlay(
        "replenishment_reminder", _("Replenishment reminder"),
        _("Whoever orders regularly and is late by their own rhythm is asked whether they have run out."),
        'standing = "active" and fact:lifecycle.overdue_ratio >= 1 and fact:commerce.occasion_count >= 3',
        _("Ask whether they have run out of what they usually order"),
        _("They order regularly and are later than usual. Look at their last orders before you call."), 3,
        {"capacity": 50, "cost": "3.00", "horizon_days": 30, "prior": 0.06},
    ),
    ReadyPlay(
        "win_back_call", _("Win-back call"),
        _("Good customers who have gone quiet against their own habit are called by whoever knows them."),
        'standing = "quiet" and fact:commerce.occasion_count >= 2',
        _("Call: why have they stopped ordering?"),
        _("Ask what changed, and write down what they say. Offer nothing before you know."), 5,
        {"is_by_hand": True, "capacity": 25, "cost": "8.00", "horizon_days": 60, "prior": 0.08},
    ),
    ReadyPlay(
        "loyalty_thank_you", _("Loyalty thank-you"),
        _("Customers who order most faithfully are thanked by a person, without anything being sold to them."),
        'stage = "loyalty" and standing = "active"',
        _("Thank them in person"),
        _("A call or a hand-written card. No offer: they are thanked, not sold to."), 7,
        {"capacity": 20, "cost": "5.00", "horizon_days": 90, "prior": 0.06},
    ),
)  # fmt: skip


def take_ready(key: str, *, by: Actor) -> Play:
    """A draft of one of the library, as it is. Raises `Invalid` where the deployment has not what it asks about."""
    found = next((each for each in READY if each.key == key), None)
    if found is None:
        raise NotFound
    return make_play(found.asked(), by=by, key=found.key)
