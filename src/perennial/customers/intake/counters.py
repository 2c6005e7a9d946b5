"""What the intake tells Prometheus."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

EVENTS = Counter("perennial_intake_events_total", "Events that came in, by what became of them.", ["outcome"])
ANSWERS = Counter("perennial_intake_answers_total", "Answers to intake requests.", ["status"])
GROUP = Histogram(
    "perennial_intake_group_events", "Events in one commit.", buckets=(1, 10, 100, 300, 1000, 3000, 10_000)
)
COMMIT = Histogram(
    "perennial_intake_commit_seconds", "How long storing a group took.",
    buckets=(0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10),
)  # fmt: skip
WAITING = Gauge("perennial_intake_waiting_events", "Events that wait for their commit.")
