"""The kinds of steps that there are, Importing one registers it."""

from __future__ import annotations

from perennial.automation.steps import (  # noqa: F401
    action,
    approval,
    branch,
    change,
    create,
    loop,
    start,
    stop,
    wait,
    wait_for_event,
    wait_until,
)
