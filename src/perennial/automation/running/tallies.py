"""Counting who passes, as they pass."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from perennial.foundation.sql import execute
from perennial.objects.zones import firm_zone


def count(automation_id: int, now: datetime, passed: Mapping[tuple[str, str], int]) -> None:
    """Add to (step, code) how many. Rows are written in one order, so that two never wait for each other crosswise."""
    told = sorted((step, code, number) for (step, code), number in passed.items() if number)
    if told:
        execute(
            "INSERT INTO automation_tally AS t (automation_id, day, step, code, count)"
            " SELECT %s, %s, * FROM unnest(%s::text[], %s::text[], %s::bigint[])"
            " ON CONFLICT (automation_id, day, step, code) DO UPDATE SET count = t.count + excluded.count",
            [automation_id, now.astimezone(firm_zone()).date(), *map(list, zip(*told, strict=True))],
        )
