"""Everybody enters an automation and takes their first step, as when somebody starts it by hand."""

from __future__ import annotations

import time
from typing import Any

import psycopg

from bench.deployment import Deployment
from bench.figures import Figure

MILLION = 1_000_000
BUDGET = 120.0  # seconds for a million
MOST_TASKS = 100_000
_RUNS = """
INSERT INTO bench_run (automation_id, version_id, record_id, state, step, phase, awaits, due_at, since, attempt,
                       entry_key, context, depth, entered_at, ended_at)
SELECT 1, 1, id, 'done', 'first', '', '', NULL, now(), 0, '', '{}', 0, now(), now() FROM customers_customer
WHERE kind = 'person' AND deleted_at IS NULL AND id <= %s
"""
# As the step does, but back again: so that everything is as it was.
_CHANGE = """
WITH changed AS (
    UPDATE customers_customer c SET city = k.city, version = c.version + 1, updated_at = now()
    FROM bench_kept k WHERE k.id = c.id AND c.kind = 'person' AND c.deleted_at IS NULL AND c.id <= %s RETURNING c.id)
INSERT INTO timeline_change (occurred_at, known_at, object_key, record_id, kind, "values", actor, action)
SELECT now(), now(), 'customers.person', id, 'update', '{"city": ["Bench on the Wold", null]}', 'system:0', 'bench'
FROM changed
"""
_CREATE = """
WITH made AS (
    INSERT INTO bench_task (id, title, customer_id, priority, version, is_sample, custom, created_at, updated_at,
                            sort_key, folded, grams)
    SELECT nextval('customers_task_id_seq'), 'Call ' || name, id, 'normal', 1, false, '{}', now(), now(), sort_key,
           folded, grams FROM customers_customer WHERE kind = 'person' AND deleted_at IS NULL AND id <= %s
    RETURNING id, title)
INSERT INTO timeline_change (occurred_at, known_at, object_key, record_id, kind, "values", actor, action)
SELECT now(), now(), 'customers.task', id, 'create', jsonb_build_object('title', title), 'system:0', 'bench' FROM made
"""


def journeys(it: Deployment, requests: int) -> list[Figure]:
    """A plain field for everybody, and a task for a part."""
    it.execute("DROP TABLE IF EXISTS bench_kept; CREATE TABLE bench_kept AS SELECT id, city FROM customers_customer")
    try:
        return [_journey(it, "change", it.people, _CHANGE), _journey(it, "create", min(it.people, MOST_TASKS), _CREATE)]
    finally:
        it.inside("forget")


def _journey(it: Deployment, step: str, most: int, effect: str) -> Figure:
    it.settle()
    where = "kind = 'person' AND deleted_at IS NULL"
    last, count = it.fetch(f"SELECT max(id), count(*) FROM (SELECT id FROM customers_customer WHERE {where}"
                           " ORDER BY id LIMIT %s) first", [most])[0]  # fmt: skip
    begun: dict[str, Any] = it.inside("start", step, f"id <= {last}")
    while (passed := _passed(it, begun["automation"])) < count:
        assert not it.fetch("SELECT 1 FROM automation_run WHERE automation_id = %s AND state = 'failed' LIMIT 1",
                            [begun["automation"]])  # fmt: skip
        time.sleep(0.2)
    seconds = time.time() - begun["asked_at"]
    assert passed == count, f"{passed} steps for {count} people"
    it.settle()
    bare = _bare(it, last, effect)
    what = {"change": "sets a field", "create": "opens a task"}[step]
    return Figure(f"{count:,} enter an automation, which {what}", seconds, "s", BUDGET * count / MILLION,
                  yardstick=bare, yardstick_name="bare INSERT of the runs, and of the effect with its log")  # fmt: skip


def _passed(it: Deployment, automation: int) -> int:
    """Those behind their first step, as counted when it is committed."""
    return int(it.fetch("SELECT coalesce(sum(count), 0) FROM automation_tally WHERE automation_id = %s AND step ="
                        " 'first' AND code = 'done'", [automation])[0][0])  # fmt: skip


def _bare(it: Deployment, last: int, effect: str) -> float:
    """The least that a database has to do for it, indexes and all."""
    with psycopg.connect(it.database, autocommit=True) as connection:
        for table, model in (("bench_run", "automation_run"), ("bench_task", "customers_task")):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
            connection.execute(f"CREATE TABLE {table} (LIKE {model} INCLUDING ALL)")
        started = time.perf_counter()
        connection.execute(_RUNS, [last])
        connection.execute(effect, [last])  # type: ignore[arg-type]
        seconds = time.perf_counter() - started
        connection.execute("DROP TABLE bench_run, bench_task")
        return seconds
