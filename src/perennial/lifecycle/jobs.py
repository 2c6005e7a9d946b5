"""What the worker must know of: the loop, declared by being imported, and the measuring of how long stages take."""

from __future__ import annotations

from perennial.foundation.jobs import job
from perennial.lifecycle import live  # noqa: F401  (declares the loop)
from perennial.lifecycle.pace import measure_pace


@job("lifecycle.measure_pace", queue="upkeep", cron="*/10 * * * *")
def measure() -> None:
    measure_pace()
