"""Many records at once: changed, taken back, deleted, brought back; by the worker, as anybody would have it done."""

from __future__ import annotations

import time
import uuid
from urllib.parse import urlencode

import psycopg

from bench.asking import Client
from bench.deployment import Deployment
from bench.figures import Figure

MOST = 100_000
BUDGET = 20.0  # seconds for as many
_TOKEN = "0123456789abcdef0123456789abcdef"  # noqa: S105 - both halves of the check are the browser's own to say
_AT_WORK = "SELECT status, extract(epoch FROM finished_at - started_at)::float8, changed, error FROM objects_bulk"


def bulks(it: Deployment, requests: int) -> list[Figure]:
    """Over the first hundred thousand people, whom a filter finds."""
    count = min(MOST, it.people)
    (last,) = it.fetch(
        "SELECT max(id) FROM (SELECT id FROM customers_customer WHERE kind = 'person' AND deleted_at IS NULL"
        " ORDER BY id LIMIT %s) first",
        [count],
    )[0]
    chosen = {"bulk_all": "1", "bulk_where": f"id <= {last}", "bulk_q": "", "_step": "run"}
    change = {"field-0": "city", "how-0": "set", "value-0-city": f"Bulk {uuid.uuid4().hex[:8]}"}
    bare = _bare(it, int(last))
    named = "bare UPDATE and log of the same, by two statements"
    edited = _done(it, "/o/customers.person/bulk/edit/", chosen | change)
    undone = _done(it, _undo_of(it), {})
    deleted = _done(it, "/o/customers.person/bulk/delete/", chosen)
    restored = _done(it, _undo_of(it), {})
    it.settle()
    budget = BUDGET * count / MOST
    size = f"{count:,} records"
    return [
        Figure(f"bulk edit of {size}", edited, "s", budget, yardstick=bare, yardstick_name=named),
        Figure(f"bulk edit of {size} taken back", undone, "s", budget, yardstick=bare, yardstick_name=named),
        Figure(f"bulk delete of {size}", deleted, "s", budget),
        Figure(f"bulk delete of {size} taken back", restored, "s", budget),
    ]


def _done(it: Deployment, path: str, sent: dict[str, str]) -> float:
    """Seconds by the bulk's own clock."""
    it.settle()
    browser = Client(it.port, {  # a new connection: the last one has been given up while everything settled
        "Cookie": f"perennial_session={it.session}; perennial_csrf={_TOKEN}", "X-CSRFToken": _TOKEN,
        "Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true",
    })  # fmt: skip
    browser.ask("POST", path, urlencode(sent).encode(), expects=(200, 302))
    while True:
        status, seconds, changed, error = it.fetch(f"{_AT_WORK} ORDER BY id DESC LIMIT 1")[0]
        if status not in ("ready", "running"):
            assert status == "done", error
            assert changed, "nothing was changed"
            return float(seconds)
        time.sleep(0.1)


def _undo_of(it: Deployment) -> str:
    return f"/bulk/{it.fetch('SELECT max(id) FROM objects_bulk')[0][0]}/undo/"


def _bare(it: Deployment, last: int) -> float:
    """The least that a database has to do for it; rolled back."""
    with psycopg.connect(it.database) as connection:
        started = time.perf_counter()
        where = "kind = 'person' AND deleted_at IS NULL AND id <= %s"
        connection.execute(
            'INSERT INTO timeline_change (occurred_at, known_at, object_key, record_id, kind, "values",'
            " actor, action)"
            " SELECT now(), now(), 'customers.person', id, 'update',"
            " jsonb_build_object('city', jsonb_build_array(city, 'Bulk on the Wold')), 'system:0', 'bench'"
            f" FROM customers_customer WHERE {where}",
            [last],
        )
        connection.execute(
            "UPDATE customers_customer SET city = 'Bulk on the Wold', version = version + 1, updated_at = now()"
            f" WHERE {where}",
            [last],
        )
        seconds = time.perf_counter() - started
        connection.rollback()
        return seconds
