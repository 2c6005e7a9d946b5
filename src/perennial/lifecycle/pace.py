"""How long each stage takes those who move on from it: measured now and then, because it changes slowly."""

from __future__ import annotations

from django.db import transaction

from perennial.foundation import clock
from perennial.foundation.sql import execute
from perennial.lifecycle.definitions import STAGES

_ONE = """
SELECT '{stage}' AS stage, count(*) AS n,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY left_{stage} - entered_{stage}) AS half,
       percentile_disc(0.75) WITHIN GROUP (ORDER BY left_{stage} - entered_{stage}) AS most
FROM lifecycle_state WHERE left_{stage} >= entered_{stage}
"""
_MEASURE = f"""
INSERT INTO lifecycle_pace (stage, moved_on, half_days, days, measured_at)
SELECT stage, n, half, most, %s FROM ({" UNION ALL ".join(_ONE.format(stage=stage) for stage in STAGES[:-1])}) AS each
WHERE n > 0
"""


@transaction.atomic
def measure_pace() -> None:
    """By the last stay of each customer who left a stage."""
    execute("DELETE FROM lifecycle_pace")
    execute(_MEASURE, [clock.now()])
