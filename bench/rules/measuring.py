"""Previews of the corpus, each as a ratio to the same question by hand."""

from __future__ import annotations

import json
import statistics
import time
from typing import Any

from bench import intake
from bench.deployment import Deployment
from bench.figures import Figure

MOST_DEARER = 2.0
MEDIAN_BUDGET = 500.0  # milliseconds
TAIL = 8  # fresh files
MOVED = 100  # people whose city is changed and changed back


def previews(it: Deployment, requests: int) -> list[Figure]:
    _leave_a_fresh_tail(it)
    answers: list[dict[str, Any]] = it.inside("rules")
    wrong = [f"{each['name']}: {each['found']} for {each['expected']}" for each in answers
             if each["found"] != each["expected"]]  # fmt: skip
    assert not wrong, wrong
    ratios = sorted(each["seconds"] / each["by_hand"] for each in answers)
    dearer = sum(ratio > MOST_DEARER for ratio in ratios)
    by_hand = "the same by hand for DuckDB, over the same files"
    return [
        Figure("preview of a rule, median of the corpus", statistics.median(each["seconds"] for each in answers) * 1000,
               "ms", MEDIAN_BUDGET, yardstick=statistics.median(each["by_hand"] for each in answers) * 1000,
               yardstick_name=by_hand),
        Figure("preview, dearest against by hand", ratios[-1], "times", MOST_DEARER),
        Figure(f"previews of {len(answers)} above {MOST_DEARER:.0f} times", float(dearer), "", 0),
        *(Figure(f"preview, {each['name']}", each["seconds"] * 1000, "ms", yardstick=each["by_hand"] * 1000,
                 yardstick_name=by_hand) for each in answers),
    ]  # fmt: skip


def _leave_a_fresh_tail(it: Deployment) -> None:
    """Events and changes that lie in files of their own, as they do on any working day."""
    client = it.program()
    people = it.fetch("SELECT id, city FROM customers_customer WHERE kind = 'person' AND deleted_at IS NULL"
                      " AND city <> '' ORDER BY id LIMIT %s", [MOVED])  # fmt: skip
    for id, city in people:
        for there in ("Elsewhere", city):
            client.ask("PATCH", f"/api/v1/people/{id}", json.dumps({"city": there}).encode())
    post = intake.poster(it.port, it.write_key, 1)
    for _file in range(TAIL):
        post([intake.body(intake.track() for _time in range(intake.BATCH))])
        time.sleep(2.2)  # the exporter pauses for two seconds between files
    it.settle()
