"""The API as programs use it: creating people, reading lists, one connection and eight."""

from __future__ import annotations

import json
import uuid
from functools import partial

import psycopg

from bench.asking import Client, timed, together
from bench.deployment import Deployment, costs
from bench.figures import Figure, times

CONNECTIONS = 8


def create(it: Deployment, requests: int) -> list[Figure]:
    program = it.program()
    for _time in range(10):
        program.ask("POST", "/api/v1/people", _person(), expects=(201,))
    seconds = [timed(lambda: program.ask("POST", "/api/v1/people", _person(), expects=(201,)))
               for _time in range(requests)]  # fmt: skip
    bare = _bare_inserts(it, requests)
    clients = [it.program() for _number in range(CONNECTIONS)]
    bodies = [_person() for _time in range(requests * 4)]
    rate, cost = costs(
        it, "create a person", len(bodies), lambda: together(clients, [partial(_create, body=each) for each in bodies])
    )
    single = 1 / (sum(bare) / len(bare))
    return [
        times("create a person", seconds, (8, 0), yardstick=bare, yardstick_name="bare INSERT of the row alone")[0],
        Figure(
            f"create at {CONNECTIONS} connections",
            rate,
            "/s",
            250,
            more=True,
            yardstick=single,
            yardstick_name="bare INSERT, one connection",
        ),
        cost,
    ]


def lists(it: Deployment, requests: int) -> list[Figure]:
    """Each connection reads on, page after page."""
    clients = [it.program() for _number in range(CONNECTIONS)]
    after: dict[int, str] = {}

    def read(client: Client) -> None:
        cursor = after.get(id(client), "")
        answer = json.loads(client.ask("GET", f"/api/v1/people?limit=50{'&cursor=' + cursor if cursor else ''}"))
        assert len(answer["data"]) == 50 or not answer["next"]
        after[id(client)] = answer["next"] or ""

    together(clients, [read] * 40)
    rate, cost = costs(it, "API list of 50", requests * 4, lambda: together(clients, [read] * (requests * 4)))
    bare = it.repeat("SELECT * FROM customers_customer WHERE kind = 'person' AND deleted_at IS NULL"
                     " ORDER BY worth DESC, id DESC LIMIT 50", [()] * requests)  # fmt: skip
    figure = Figure(f"API list of 50 at {CONNECTIONS} connections", rate, "/s", 300, more=True,
                    yardstick=len(bare) / sum(bare), yardstick_name="bare indexed query, one connection")  # fmt: skip
    return [figure, cost]


def _create(client: Client, *, body: bytes) -> None:
    client.ask("POST", "/api/v1/people", body, expects=(201,))


def _person() -> bytes:
    mark = uuid.uuid4().hex
    return json.dumps({
        "name": f"Bench {mark[:8]}", "email": f"{mark}@bench.example", "country": "GB", "city": "Leeds",
        "external_id": mark,
    }).encode()  # fmt: skip


def _bare_inserts(it: Deployment, count: int) -> list[float]:
    """The same row, each in a transaction of its own; taken back by the cleaning, as all that was measured."""
    statement = (
        "INSERT INTO customers_customer (kind, name, email, country, city, external_id, sort_key, folded, grams,"
        " version, is_sample, custom, created_at, updated_at) SELECT 'person', %(name)s::text, %(mark)s::text ||"
        " '@bare.example', 'GB', 'Leeds', %(mark)s::text, lower(%(name)s::text), lower(%(name)s::text),"
        " ARRAY(SELECT (random() * 16000000)::int FROM generate_series(1, 60)), 1, false, '{}', now(), now()"
    )
    with psycopg.connect(it.database, autocommit=True) as connection:
        marks = [uuid.uuid4().hex for _time in range(count)]
        return [timed(lambda mark=mark: connection.execute(statement, {"name": f"Bare {mark[:8]}", "mark": mark}))
                for mark in marks]  # type: ignore[misc]  # fmt: skip
