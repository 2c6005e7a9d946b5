"""The zone in which the firm's days begin."""

from __future__ import annotations

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from perennial.workspace.firm import the_firm


def firm_zone() -> tzinfo:
    try:
        return ZoneInfo(the_firm().timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
