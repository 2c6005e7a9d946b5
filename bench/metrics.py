"""Every metric that comes with Perennial for twenty-four months, three of them beside the same by hand for DuckDB."""

# ruff: noqa: PLC0415 - Django is set up before anything of ours is loaded

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from bench.deployment import Deployment
from bench.figures import Figure
from bench.rules.asking import engine_by_hand

MONTHS = 24
TIMES = 3  # each is asked so often; the median counts
_MONTH = "date_trunc('month', timezone($zone, placed_at))::date"
_IN_TIME = "placed_at >= $start AND placed_at < $end"
BY_HAND = {
    "commerce.revenue": f"SELECT {_MONTH} AS month, sum(base_total) FROM orders WHERE {_IN_TIME} GROUP BY 1",
    "commerce.buyers": f"SELECT {_MONTH} AS month, count(DISTINCT customer_id) FROM orders"
    f" WHERE kind = 'order' AND {_IN_TIME} GROUP BY 1",
    "commerce.new_buyers": f"WITH first AS (SELECT customer_id, min(placed_at) AS placed_at FROM orders"
    f" WHERE kind = 'order' AND customer_id IS NOT NULL GROUP BY 1)"
    f" SELECT {_MONTH} AS month, count(*) FROM first WHERE {_IN_TIME} GROUP BY 1",
}


def shelf(it: Deployment, requests: int) -> list[Figure]:
    answers: list[dict[str, Any]] = it.inside("metrics")
    wrong = [each["key"] for each in answers if each["is_wrong"]]
    assert not wrong, wrong
    return [
        Figure(f"{each['key']}, {MONTHS} months", each["seconds"] * 1000, "ms",
               yardstick=None if each["by_hand"] is None else each["by_hand"] * 1000,
               yardstick_name="the same by hand for DuckDB" if each["by_hand"] is not None else "")
        for each in answers
    ]  # fmt: skip


def read_shelf() -> list[dict[str, Any]]:
    """For `bench.inside`: each metric with its median in seconds, that by hand, and whether they differ."""
    from perennial.foundation import clock
    from perennial.metrics.contract import declared_metrics
    from perennial.metrics.grain import Grain, Periods, beginning
    from perennial.metrics.reading import read
    from perennial.objects.zones import firm_zone
    from perennial.workspace.actor import SYSTEM

    last = beginning(clock.now().astimezone(firm_zone()).date(), Grain.MONTH)
    periods = Periods(Grain.MONTH, last.replace(year=last.year - MONTHS // 12), last, firm_zone())
    engine = engine_by_hand(clock.now())
    asked = {"zone": str(periods.zone), "start": periods.start, "end": periods.end}
    answers = []
    for metric in declared_metrics():
        seconds, told = _median(lambda each=metric: read(each, by=SYSTEM, first=periods.first, last=last,
                                                         grain=Grain.MONTH))  # fmt: skip
        sql, by_hand, is_wrong = BY_HAND.get(metric.key), None, False
        if sql is not None:
            by_hand, rows = _median(lambda query=sql: engine.execute(query, asked).fetchall())
            expected = {month: round(float(value), 2) for month, value in rows}
            is_wrong = {each.period: round(float(each.value or 0), 2) for each in told if each.value} != expected
        answers.append({"key": metric.key, "seconds": seconds, "by_hand": by_hand, "is_wrong": is_wrong})
    return answers


def _median(ask: Callable[[], Any]) -> tuple[float, Any]:
    found, took = ask(), []
    for _time in range(TIMES):
        started = time.perf_counter()
        ask()
        took.append(time.perf_counter() - started)
    return statistics.median(took), found
