"""What is expected of a customer, on their page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from perennial.foresight.retention.queries import expected_of
from perennial.objects.panels import Panel, register_panel
from perennial.workspace.actor import Actor
from perennial.workspace.firm import the_firm

PEOPLE = ("customers.person", "customers.company")


def show_expected(record_id: int, by: Actor, params: Mapping[str, str]) -> Mapping[str, Any] | None:
    expected = expected_of(record_id, by=by)
    if expected is None:
        return None
    return {"expected": expected, "days": expected.days, "currency": the_firm().currency,
            "has_left": expected.next_at is None}  # fmt: skip


register_panel(Panel(
    "foresight.expected", on=PEOPLE, label=gettext_lazy("What to expect"), template="foresight/_expected.html",
    context=show_expected, area="side", order=20))  # fmt: skip
