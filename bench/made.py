"""An object that a user made, with twenty fields and as many records as there are people, beside the built-in one."""

from __future__ import annotations

import csv
import time
import uuid
from functools import partial
from itertools import cycle, islice
from urllib.parse import quote

import psycopg

from bench.asking import Client, timed, together, warm
from bench.deployment import Deployment, costs
from bench.figures import Figure, percentile, times

FIELDS = 20
ROWS = 100  # of an import, for each request asked for
MOST_DEARER = 1.5
# Twenty values a record, as people would have them: counts, sums, days, words, choices.
FILL = """
INSERT INTO objects_record (kind, name, sort_key, folded, grams, version, is_sample, custom, created_at, updated_at)
SELECT 'made.bench_boat', c.name, c.sort_key, c.folded, c.grams, 1, false, jsonb_build_object(
  'whole_1', c.id % 97, 'whole_2', c.id % 1000, 'whole_3', c.id, 'whole_4', c.id % 7, 'whole_5', 1,
  'number_1', c.id / 8.0, 'number_2', c.id % 31 / 4.0, 'number_3', 1.5, 'money_1', '12.50', 'money_2', '99.00',
  'day_1', to_char(date '2024-01-01' + (c.id % 700)::int, 'YYYY-MM-DD'), 'day_2', '2026-01-01',
  'flag_1', c.id % 2 = 0, 'flag_2', false, 'choice_1', (ARRAY['a','b','c'])[1 + c.id % 3], 'choice_2', 'a',
  'text_1', 'Harbour ' || c.id % 500, 'text_2', 'Blue', 'text_3', 'North', 'text_4', c.city
), now(), now() FROM customers_customer c WHERE c.kind = 'person' AND c.deleted_at IS NULL
"""


def made(it: Deployment, requests: int) -> list[Figure]:
    kind = it.inside("make")
    try:
        _fill(it)
        return _measured(it, kind, requests)
    finally:
        it.inside("unmake")


def _fill(it: Deployment) -> None:
    with psycopg.connect(it.database, autocommit=True) as connection:
        connection.execute(FILL)
        connection.execute("VACUUM ANALYZE objects_record")
    time.sleep(3)  # the front looks for new definitions every two seconds
    it.settle()


def _measured(it: Deployment, kind: str, requests: int) -> list[Figure]:
    browser = it.browser()
    asked = [_list(kind, 'choice_1 = "b"', "-number_1"), _list(kind, "whole_1 < 50", "day_1"),
             _list(kind, 'flag_1 = true and text_2 = "Blue"', "-whole_3")]  # fmt: skip
    built_in = [_list("customers.person", 'country = "KZ"', "-worth"),
                _list("customers.person", 'stage = "loyalty"', "name"),
                _list("customers.person", 'standing = "quiet"', "-created_at")]  # fmt: skip
    warm(browser, asked)
    _wait_for_indexes(it)
    warm(browser, [*asked, *built_in])
    theirs = browser.timed(islice(cycle(built_in), requests))
    seconds, cost = costs(it, "made object, list", requests, lambda: browser.timed(islice(cycle(asked), requests)))
    found = times("made object, list of 50, one field filtered, one sorted", seconds, (20, 60), yardstick=theirs,
                  yardstick_name=f"the same of people; at most {MOST_DEARER} times")  # fmt: skip
    return [*found, cost, *_written(it, kind, requests)]


def _written(it: Deployment, kind: str, requests: int) -> list[Figure]:
    program = it.program()
    path = f"/api/v1/{kind.removeprefix('made.').replace('_', '-')}s"
    ours = [timed(lambda: program.ask("POST", path, _boat(), expects=(201,))) for _time in range(requests)]
    theirs = [
        timed(lambda: program.ask("POST", "/api/v1/people", _person(), expects=(201,))) for _time in range(requests)
    ]
    clients = [it.program() for _number in range(8)]
    listed = together(clients, [partial(_read, path=f"{path}?limit=50")] * (requests * 4))
    people = together(clients, [partial(_read, path="/api/v1/people?limit=50")] * (requests * 4))
    rate = _imported(it, kind, requests * ROWS)
    dearer = f"the same of a person; at most {MOST_DEARER} times"
    return [
        Figure("made object, create, p50", percentile(ours, 0.5) * 1000, "ms", 8,
               yardstick=percentile(theirs, 0.5) * 1000, yardstick_name=dearer),
        Figure("made object, API list of 50 at 8 connections", listed, "/s", 300, more=True, yardstick=people,
               yardstick_name="the same of people"),
        Figure("made object, CSV import", rate, "/s", 5_000, more=True),
    ]  # fmt: skip


def _list(kind: str, filter: str, sort: str) -> str:
    return f"/o/{kind}/?filter={quote(filter)}&sort={sort}"


def _wait_for_indexes(it: Deployment) -> None:
    """Those that the first look at the lists asked for."""
    while it.fetch("SELECT 1 FROM objects_made_field WHERE index_state = 'wanted' LIMIT 1"):
        time.sleep(0.5)


def _boat() -> bytes:
    mark = uuid.uuid4().hex
    return (f'{{"name": "Boat {mark[:8]}", "whole_1": 3, "number_1": 2.5, "choice_1": "a", "text_1": "Harbour",'
            f' "day_1": "2026-05-01", "external_id": "{mark}"}}').encode()  # fmt: skip


def _person() -> bytes:
    mark = uuid.uuid4().hex
    return (f'{{"name": "Bench {mark[:8]}", "email": "{mark}@bench.example", "country": "GB", "city": "Leeds",'
            f' "external_id": "{mark}"}}').encode()  # fmt: skip


def _read(client: Client, *, path: str) -> None:
    client.ask("GET", path)


def _imported(it: Deployment, kind: str, count: int) -> float:
    """Rows a second, by the import's own clock."""
    file = it.home / "bench-boats.csv"
    with file.open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["Name", "External id", "Whole 1", "Number 1", "Day 1", "Choice 1", "Text 1", "Flag 1"])
        for number in range(count):
            rows.writerow([f"Imported {number}", f"boat-{number}", number % 90, number / 8, "2026-05-01", "a",
                           f"Harbour {number % 500}", "yes"])  # fmt: skip
    it.settle()
    it.run("import", str(file), "--kind", kind)
    file.unlink()
    position, skipped, seconds, error = it.fetch(
        "SELECT position, skipped, extract(epoch FROM finished_at - started_at)::float8, error"
        " FROM objects_import ORDER BY id DESC LIMIT 1"
    )[0]
    assert not skipped, f"{skipped} rows were skipped"
    assert not error, error
    return float(position / seconds)
