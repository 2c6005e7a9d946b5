"""The corpus asked of the lake of a deployment: as a preview asks, and by hand. For `bench.inside`."""

# ruff: noqa: PLC0415 - Django is set up before anything of ours is loaded

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import duckdb

from bench.rules.corpus import Question, corpus

TIMES = 5  # each is asked so often, in turns; the median counts
VIEWS = {
    "people": "SELECT * FROM customers WHERE kind = 'person' AND deleted_at IS NULL",
    "companies": "SELECT * FROM customers WHERE kind = 'company' AND deleted_at IS NULL",
    "orders": "SELECT * FROM all_orders WHERE deleted_at IS NULL",
    "whose": "SELECT id AS profile, customer_id AS record FROM profile WHERE customer_id IS NOT NULL",
}


def ask(only: str = "") -> list[dict[str, Any]]:
    """For each question its name, both medians in seconds, and whether both found as many. Business time stands still
    meanwhile: a preview asks as of now, and the SQL by hand has to mean the same instant."""
    from perennial.foundation import clock
    from perennial.objects.made.catalogue import follow

    follow()  # events that only the shop's website knows
    asked_at = clock.now()
    clock.set_offset_source(lambda: clock.real_now() - asked_at)
    by_hand = engine_by_hand(asked_at)
    return [_both(each, by_hand) for each in corpus() if only in each.name]


def _both(question: Question, by_hand: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    from perennial.conditions import check
    from perennial.conditions.text import parse
    from perennial.objects.schema import schema_of
    from perennial.objects.types import object_types
    from perennial.rules.preview import count
    from perennial.workspace.actor import SYSTEM

    people = object_types["customers.person"]
    rule = check(parse(question.rule), schema_of(people))

    def ours() -> int:
        return count(people, rule, by=SYSTEM)

    def theirs() -> int:
        return int(by_hand.sql(question.sql).fetchall()[0][0])

    found, expected = ours(), theirs()
    seconds, yardstick = zip(*((_timed(ours), _timed(theirs)) for _time in range(TIMES)), strict=True)
    return {"name": question.name, "seconds": statistics.median(seconds), "by_hand": statistics.median(yardstick),
            "found": found, "expected": expected}  # fmt: skip


def engine_by_hand(asked_at: datetime) -> duckdb.DuckDBPyConnection:
    """The same engine with the same limits over the same files."""
    from deltalake import DeltaTable

    from perennial.lake.engines.duckdb import new_engine
    from perennial.lake.files import current_rows, scan
    from perennial.lake.place import root_url
    from perennial.objects.zones import firm_zone

    engine, root = new_engine(), root_url()
    engine.execute(f"CREATE MACRO asked() AS TIMESTAMPTZ '{asked_at.isoformat()}'")
    zone = str(firm_zone())
    earlier = f"timezone('{zone}', timezone('{zone}', asked()) - to_months(count))"
    engine.execute(f"CREATE MACRO months_ago(count) AS {earlier}")
    for log, name in (("events", "event"), ("changes", "change")):
        engine.execute(f"CREATE VIEW {log} AS SELECT * FROM {scan(engine, DeltaTable(f'{root}/{name}'), log)}")
    current = {"customers": ("record_customers_customer", "id"), "all_orders": ("record_commerce_order", "id"),
               "order_facts": ("fact_commerce_customer_facts", "customer_id"), "profile": ("profile", "id"),
               "lifecycle": ("fact_lifecycle_state", "customer_id")}  # fmt: skip
    for view, (name, id_column) in current.items():
        files = scan(engine, DeltaTable(f"{root}/{name}"), view)
        engine.execute(f"CREATE VIEW {view} AS {current_rows(files, id_column)}")
    for view, query in VIEWS.items():
        engine.execute(f"CREATE VIEW {view} AS {query}")
    return engine


def _timed(ask: Callable[[], int]) -> float:
    started = time.perf_counter()
    ask()
    return time.perf_counter() - started
