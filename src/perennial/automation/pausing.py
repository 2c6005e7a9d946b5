"""Pausing an automation that cannot go on, and telling those who can see to it."""

from __future__ import annotations

from perennial.automation.models import Automation
from perennial.foundation import clock
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import SYSTEM


def pause_for(automation_id: int, why: str) -> None:
    """Stop it where it stands; everybody on the way keeps their place. It stands on the Today of those who build
    automations until it runs again."""
    paused = Automation.objects.filter(pk=automation_id, state=Automation.State.ON).update(
        state=Automation.State.PAUSED, paused_why=why[:400], changed_at=clock.real_now()
    )
    if paused:
        log_changes(
            [Change("automation.automation", automation_id, "configure", {"state": ["on", "paused"], "why": why})],
            actor=SYSTEM.log_name, action="automation.pause",
        )  # fmt: skip
