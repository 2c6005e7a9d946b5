"""Live segments and automations for the measurements, made and removed with a deployment's own Django.

For `bench.inside`. All of them are named "Bench …", by which they are found again.
"""

# ruff: noqa: PLC0415 - Django is set up before anything of ours is loaded

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

ENTERED = "Bench hot"
ENTERING = "did custom.bench_signal within 7 days where (score > 90)"
TYPES = 20  # event types that the ordinary events are of: custom.bench_0 …
STAGES = ("reach", "acquisition", "conversion", "retention", "loyalty")
COUNTRIES = ("GB", "KZ", "DE", "FR", "BA")


def rules(count: int) -> Iterator[str]:
    """Of many kinds, and with few members in the sample: windows and properties, sums, facts, stages, combinations."""
    made = 0
    while made < count:
        n = made // 10
        event = f"custom.bench_{n % TYPES}"
        yield from (
            f"did {event} at least {2 + n} times within {7 + n} days",
            f'did {event} at least {3 + n} times within 30 days where (category = "c{n}" and score > {40 + n})',
            f"sum(score of {event} within {10 + n} days) > {900 + 10 * n}",
            f"last(score of {event} within {5 + n} days) > {90 + n % 9} and did {event} at least 4 times within 2 days",
            f'stage = "{STAGES[n % 5]}" and did custom.bench_signal at least 2 times within {3 + n} days',
            f"fact:commerce.order_count >= {30 + n} and did not commerce.order_placed within {60 + n} days",
            f'stage = "{STAGES[n % 5]}" and worth >= {9_000 + 100 * n} and country = "{COUNTRIES[n % 5]}"',
            f"has commerce.order.customer at least {25 + n} times",
            f"fact:commerce.last_order_at within {1 + n} days and did commerce.order_placed at least {20 + n} times",
            f"in segment bench_hot and did {event} at least {5 + n} times within 14 days",
        )
        made += 10


def hold(count: int) -> dict[str, Any]:
    """The segment that people will enter, an automation that opens a task for each, and as many other rules."""
    from perennial.foundation.jobs import prepare_work

    prepare_work()  # takes note of the event types that have been seen
    by = _administrator()
    started = time.perf_counter()
    if not _mine():
        hot = _segment(ENTERED, ENTERING, by)
        step = {"kind": "create", "key": "task", "object": "customers.task",
                "fields": {"title": "Call {{ name }}", "customer": "{{ id }}"}}  # fmt: skip
        _automation({"kind": "segment", "segment": hot, "on": "entered"}, step, by)
    for number, rule in enumerate(rules(count)):
        _segment(f"Bench {number}", rule, by)
    return {"segments": len(_mine()), "seconds": time.perf_counter() - started}


def start(step: str, people: str) -> dict[str, Any]:
    """All people whom a filter finds enter an automation of one step; which one, and when that was asked for."""
    from perennial.automation.starting import start_all

    steps = {
        "change": {"kind": "change", "key": "first", "fields": {"city": "Bench on the Wold"}},
        "create": {"kind": "create", "key": "first", "object": "customers.task",
                   "fields": {"title": "Call {{ name }}", "customer": "{{ id }}"}},
    }  # fmt: skip
    by = _administrator()
    made = _automation({"kind": "hand"}, steps[step], by)
    asked_at = time.time()
    start_all(made, people, by=by)
    return {"automation": made.pk, "asked_at": asked_at}


def remove() -> dict[str, int]:
    """Nothing of them is left, and who followed the logs for them follows no more."""
    from django.db import transaction

    from perennial.automation.models import Automation
    from perennial.foundation.sql import execute, fetch
    from perennial.objects.made.catalogue import changed
    from perennial.rules.models import Segment

    with transaction.atomic():
        execute("UPDATE rules_mark SET version = version + 1")
        segments, automations = _mine(), [id for (id,) in fetch(
            "SELECT id FROM automation_automation WHERE name LIKE 'Bench %%'")]  # fmt: skip
        for table in ("rules_stay", "rules_touched", "rules_segment_version"):
            execute(f"DELETE FROM {table} WHERE segment_id = ANY(%s::bigint[])", [segments])
        execute("DELETE FROM rules_segment WHERE id = ANY(%s::bigint[])", [segments])
        execute(
            "DELETE FROM timeline_event WHERE type IN ('rules.segment_entered', 'rules.segment_left')"
            " AND occurred_at > now() - interval '1 day' AND properties ->> 'segment' LIKE 'bench_%%'"
        )
        execute("DELETE FROM automation_step_log l USING automation_run r WHERE l.run_id = r.id"
                " AND r.automation_id = ANY(%s::bigint[])", [automations])  # fmt: skip
        for table in ("automation_run", "automation_tally", "automation_effect"):
            execute(f"DELETE FROM {table} WHERE automation_id = ANY(%s::bigint[])", [automations])
        execute("UPDATE automation_automation SET published_id = NULL WHERE id = ANY(%s::bigint[])", [automations])
        execute("DELETE FROM automation_version WHERE automation_id = ANY(%s::bigint[])", [automations])
        execute("DELETE FROM automation_automation WHERE id = ANY(%s::bigint[])", [automations])
        for name, others in (("rules", Segment.objects), ("automation", Automation.objects)):
            if not others.exists():
                execute("DELETE FROM timeline_consumer WHERE name = %s", [name])
                execute("UPDATE rules_mark SET watched = '{}' WHERE %s = 'rules'", [name])
        # The types of events that were seen stay known: without their columns the lake would begin anew.
        if fetch("SELECT to_regclass('bench_kept') IS NOT NULL")[0][0]:  # what a run that was broken off has changed
            execute("UPDATE customers_customer c SET city = k.city FROM bench_kept k WHERE k.id = c.id"
                    " AND c.city = 'Bench on the Wold'")  # fmt: skip
        execute("DROP TABLE IF EXISTS bench_run, bench_task, bench_kept")
        changed()
    return {"segments": len(segments), "automations": len(automations)}


def _segment(name: str, rule: str, by: Any) -> str:
    from perennial.conditions.text import parse
    from perennial.objects.types import object_types
    from perennial.rules.changing import make_segment

    return make_segment(object_types["customers.person"], name, parse(rule), by=by, is_live=True).key


def _automation(trigger: dict[str, Any], step: dict[str, Any], by: Any) -> Any:
    from perennial.automation.defining import make, publish
    from perennial.automation.models import Automation

    count = Automation.objects.filter(name__startswith="Bench ").count()
    made = make(
        name=f"Bench {count}", object_key="customers.person", draft={"trigger": trigger, "steps": [step]}, by=by
    )
    publish(made, by=by)
    made.refresh_from_db()
    return made


def _mine() -> list[int]:
    from perennial.foundation.sql import fetch

    return [id for (id,) in fetch("SELECT id FROM rules_segment WHERE name LIKE 'Bench %%'")]


def _administrator() -> Any:
    from perennial.server.demo import administrator
    from perennial.workspace.actor import actor_of_user

    return actor_of_user(administrator())
