"""Partitions made ahead of time; what left the house long ago, forgotten."""

from __future__ import annotations

from perennial.foundation.jobs import job
from perennial.timeline.outbox import sending  # noqa: F401 - declares the loop
from perennial.timeline.outbox.keeping import forget_old
from perennial.timeline.partitions import prepare_ahead


@job("timeline.prepare_partitions", queue="upkeep", cron="17 3 * * *")
def prepare_partitions() -> None:
    prepare_ahead()


@job("timeline.forget_deliveries", queue="upkeep", cron="41 3 * * *")
def forget_deliveries() -> None:
    forget_old()
