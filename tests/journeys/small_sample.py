"""A twentieth of the sample's customers with the whole of their year, loaded as the demo loads all of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

WHOLE = Path(__file__).parents[2] / "sample" / "online_retail.parquet"
PREPARE = """
import sys, time
from pathlib import Path
from perennial.server.run import set_up
set_up()
from django.conf import settings
from perennial.foundation.sql import fetch
from perennial.timeline.consumers import lag_seconds
settings.SAMPLE_FOLDER = Path(sys.argv[1])
from perennial.server import demo
demo.prepare()
until = time.monotonic() + float(sys.argv[2])
LOGS = ("timeline_event", "timeline_change")
while any(lag_seconds("lifecycle", log) for log in LOGS) or fetch(SETTLED) != [(True,)]:
    if time.monotonic() > until:
        sys.exit(f"The sample did not come in: {fetch(STATE)}")
    time.sleep(0.3)
"""
# Everything is in, everybody has a stage, what moved is told, and how long stages take has been measured.
SETTLED = (
    "SELECT EXISTS (SELECT FROM objects_import WHERE is_sample AND status = 'done')"
    " AND NOT EXISTS (SELECT FROM customers_customer c WHERE NOT EXISTS"
    " (SELECT FROM lifecycle_state s WHERE s.customer_id = c.id))"
    " AND NOT EXISTS (SELECT FROM lifecycle_transition WHERE NOT is_told) AND EXISTS (SELECT FROM lifecycle_pace)"
)

STATE = (
    "SELECT (SELECT array_agg(status) FROM objects_import), (SELECT count(*) FROM customers_customer),"
    " (SELECT count(*) FROM lifecycle_state), (SELECT count(*) FROM lifecycle_transition WHERE NOT is_told),"
    " (SELECT count(*) FROM lifecycle_pace)"
)


def write_small_sample(folder: Path, *, one_in: int = 20) -> Path:
    """`one_in` is how many customers there are for each that is taken."""
    rows = pq.read_table(WHOLE)
    number = pc.fill_null(rows["CustomerID"], 1)
    rest = pc.subtract(number, pc.multiply(pc.divide(number, one_in), one_in))
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(rows.filter(pc.equal(rest, 0)), folder / WHOLE.name)
    return folder


def load_sample(folder: Path, environment: dict[str, str], *, patience: float = 240) -> None:
    """Into the Perennial that runs with this environment, and wait until all of it is there."""
    program = f"SETTLED, STATE = {SETTLED!r}, {STATE!r}\n{PREPARE}"
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder), str(patience)], env=environment, capture_output=True, text=True,
        check=False, timeout=patience + 60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
