"""Forgetting what automations did long ago, so that their log does not grow for ever.

Runs stay, because they say who has entered already; so does the log of whoever is still on the way. What goes is the
log of steps and the numbers by day, after as many days as `AUTOMATION_LOG_DAYS` says, and after a week what is only
kept to see automations that lead to each other.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from perennial.foundation import clock
from perennial.foundation.jobs import job
from perennial.foundation.sql import execute, fetch
from perennial.objects.zones import firm_zone

BATCH = 10_000  # lines of one transaction
EFFECTS_KEPT = timedelta(days=7)  # what took effect two days ago starts nothing any more (`following.OLDEST`)


@job("automation.thin", queue="upkeep", cron="25 4 * * *")
def thin() -> None:
    execute("DELETE FROM automation_effect WHERE at < %s", [clock.real_now() - EFFECTS_KEPT])
    days = settings.AUTOMATION_LOG_DAYS
    if days <= 0:
        return
    cut = clock.now() - timedelta(days=days)
    execute("DELETE FROM automation_tally WHERE day < %s", [cut.astimezone(firm_zone()).date()])
    after = 0
    while last := _thin_some(after, cut):
        after = last


def _thin_some(after: int, cut: datetime) -> int:
    """The next lines in the order in which they were written; the number of the last, 0 when all others are younger."""
    lines = fetch("SELECT id, at FROM automation_step_log WHERE id > %s ORDER BY id LIMIT %s", [after, BATCH])
    old = [id for id, at in lines if at < cut]
    if not old:
        return 0
    execute(
        "DELETE FROM automation_step_log l WHERE l.id = ANY(%s::bigint[])"
        " AND NOT EXISTS (SELECT FROM automation_run r WHERE r.id = l.run_id AND r.state = 'moving')",
        [old],
    )
    return int(lines[-1][0])
