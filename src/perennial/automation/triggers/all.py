"""The kinds of triggers that there are, Importing one registers it."""

from __future__ import annotations

from perennial.automation.triggers import called, change, event, segment, time  # noqa: F401
