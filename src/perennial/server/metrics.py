"""/metricsz for Prometheus: requests as they come, the rest looked up when asked for."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Iterator
from typing import Any

from django.db import DatabaseError, connection
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from perennial.foundation import clock
from perennial.lake.progress import lags
from perennial.server.health import queue_depths
from perennial.server.models import LoopState

CONTENT_TYPE = CONTENT_TYPE_LATEST
log = logging.getLogger(__name__)

REQUESTS = Counter("perennial_requests_total", "Requests answered.", ["kind", "method", "status"])
SECONDS = Histogram(
    "perennial_request_seconds",
    "How long requests took.",
    ["kind"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.03, 0.06, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5, 5, 10),
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def kind_of(path: str) -> str:
    if path.startswith("/api/"):
        return "api"
    return "static" if path.startswith("/static/") else "page"


def note_request(kind: str, method: str, status: int, *, seconds: float) -> None:
    REQUESTS.labels(kind, method if method in _METHODS else "other", str(status)).inc()
    SECONDS.labels(kind).observe(seconds)


def may_read(scope: dict[str, Any], *, token: str) -> bool:
    """With a token, whoever shows it; without, this machine only, and no one whom a proxy brings."""
    headers = dict(scope["headers"])
    if token:
        shown = headers.get(b"authorization", b"").removeprefix(b"Bearer ")
        return hmac.compare_digest(shown, token.encode())
    client = (scope.get("client") or ("", 0))[0]
    return client in ("127.0.0.1", "::1") and b"x-forwarded-for" not in headers and b"forwarded" not in headers


def page() -> str:
    try:
        return generate_latest(REGISTRY).decode()
    finally:
        connection.close()


class _Looked(Collector):
    """What only the database knows."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            depths = queue_depths()
            states = list(LoopState.objects.order_by("name"))
            lake_lags = lags()
        except DatabaseError:
            log.warning("Metrics from the database are missing: it does not answer.")
            return
        lag = GaugeMetricFamily("perennial_lake_lag_seconds", "Age of the oldest row to export.", labels=["source"])
        for source, seconds in lake_lags.items():
            lag.add_metric([source], seconds)
        yield lag
        jobs = GaugeMetricFamily("perennial_jobs", "Jobs in the queue.", labels=["queue", "status"])
        for (queue, status), count in depths.items():
            jobs.add_metric([queue, status], count)
        age = GaugeMetricFamily("perennial_loop_age_seconds", "Since the loop's last turn.", labels=["loop"])
        failures = GaugeMetricFamily("perennial_loop_failures", "Failed turns in a row.", labels=["loop"])
        done = GaugeMetricFamily("perennial_loop_done", "Things done so far.", labels=["loop"])
        now = clock.real_now()
        for state in states:
            failures.add_metric([state.name], state.failures)
            done.add_metric([state.name], state.done)
            if state.last_turn_at:
                age.add_metric([state.name], (now - state.last_turn_at).total_seconds())
        yield from (jobs, age, failures, done)

    def describe(self) -> Iterator[GaugeMetricFamily]:
        return iter(())  # nothing is looked up at import


REGISTRY.register(_Looked())
