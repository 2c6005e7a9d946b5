"""What has to be done with a deployment's own Django: `python -m bench.inside enter | statements … | make | …`."""

# ruff: noqa: PLC0415, T201 - Django is set up before anything of ours is loaded; printing is the answer

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from bench import standing
from bench.metrics import read_shelf
from bench.rules.asking import ask
from perennial.server.environment import read_environment
from perennial.server.postgres import running
from perennial.server.run import set_up
from perennial.server.supervisor import embedded_cluster


def enter() -> dict[str, str]:
    """An administrator's session and two keys."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from perennial.server.demo import administrator
    from perennial.workspace.actor import SYSTEM
    from perennial.workspace.keys import create_key
    from perennial.workspace.models import Role

    user = administrator()
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.create()
    _key, api = create_key("bench", role=Role.objects.get(key="administrator"), by=SYSTEM)
    _key, intake = create_key("bench", role=None, by=SYSTEM)
    return {"session": str(session.session_key), "api_key": api, "write_key": intake}


def statements(session: str, paths: Sequence[str]) -> dict[str, int]:
    """How many statements each page takes, warm."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "localhost"})
    client.cookies["perennial_session"] = session
    counts = {}
    for path in paths:
        for _time in range(2):
            with CaptureQueriesContext(connection) as seen:
                answer = client.get(path)
                assert answer.status_code == 200, f"{path} answered {answer.status_code}"
        counts[path] = len([each for each in seen.captured_queries if not _is_bookkeeping(each["sql"])])
    return counts


def make() -> str:
    """The kind of thing that `bench.made` measures, with twenty fields; its key."""
    from perennial.objects.made.defining import make_field, make_kind
    from perennial.workspace.actor import SYSTEM

    unmake()
    made = make_kind(label="Bench boat", label_plural="Bench boats", by=SYSTEM)
    choices = {"choices": [{"key": key, "label": key.upper()} for key in "abc"]}
    for type, count in (("whole", 5), ("number", 3), ("money", 2), ("day", 2), ("flag", 2), ("choice", 2), ("text", 4)):
        for number in range(1, count + 1):
            options = choices if type == "choice" else {}
            make_field(made.key, type=type, label=f"{type} {number}", options=options, is_listed=number == 1, by=SYSTEM)
    return str(made.key)


def unmake() -> None:
    """Nothing of it is left, not even the memory of its keys."""
    from perennial.foundation.sql import execute
    from perennial.objects.made.catalogue import changed
    from perennial.objects.made.indexing import drop_indexes
    from perennial.objects.models import MadeField, MadeKind

    execute("TRUNCATE objects_record")
    for field in MadeField.objects.filter(object_key="made.bench_boat"):
        drop_indexes(field.pk)
        field.delete()
    MadeKind.objects.filter(key="made.bench_boat").delete()
    changed()


def clean(marks: dict[str, int]) -> dict[str, int]:
    """Remove what the measurements wrote, so that the deployment is as it was. Nothing else may be running."""
    from django.db import transaction

    from perennial.foundation.sql import execute, fetch

    standing.remove()
    customer, profile = marks["customers_customer"], marks["customers_profile"]
    order = marks["commerce_order"]
    with transaction.atomic():
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        removed = execute("DELETE FROM timeline_event WHERE profile_id > %s", [profile])
        removed += execute(
            "DELETE FROM timeline_event WHERE subject_kind = 'commerce.order' AND subject_id > %s", [order]
        )
        execute("DELETE FROM customers_task WHERE id > %s", [marks.get("customers_task", 2**62)])
        execute("DELETE FROM timeline_change WHERE id > %s", [marks["timeline_change"]])
        execute("DELETE FROM commerce_order_line WHERE order_id > %s", [order])
        execute("DELETE FROM commerce_order WHERE id > %s", [order])
        execute("DELETE FROM commerce_product WHERE id > %s", [marks["commerce_product"]])
        execute("DELETE FROM customers_identity WHERE profile_id > %s", [profile])
        execute("DELETE FROM customers_profile WHERE id > %s", [profile])
        for table in (
            "commerce_customer_facts",
            "commerce_customer_goods",
            "lifecycle_transition",
            "lifecycle_overdue",
            "lifecycle_state",
        ):
            execute(f"DELETE FROM {table} WHERE customer_id > %s", [customer])
        for table, column in fetch(
            "SELECT conrelid::regclass::text, attname FROM pg_constraint"
            " JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]"
            " WHERE contype = 'f' AND confrelid = 'customers_customer'::regclass"
            " AND conrelid::regclass::text LIKE 'foresight%'"
        ):
            execute(f'DELETE FROM {table} WHERE "{column}" > %s', [customer])
        execute("DELETE FROM customers_customer WHERE id > %s", [customer])
        execute("DELETE FROM workspace_apikey WHERE name = 'bench'")
    return {"events": removed}


def _is_bookkeeping(sql: str) -> bool:
    return sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))


def main() -> None:
    what, *rest = sys.argv[1:]
    environment = read_environment()
    with ExitStack() as stack:
        if environment.is_embedded:
            stack.enter_context(running(embedded_cluster(environment)))
        set_up()
        answer: Any = None
        match what:
            case "enter":
                answer = enter()
            case "statements":
                answer = statements(rest[0], rest[1:])
            case "make":
                answer = make()
            case "unmake":
                answer = unmake()
            case "metrics":
                answer = read_shelf()
            case "rules":
                answer = ask(*rest)
            case "hold":
                answer = standing.hold(int(rest[0]))
            case "start":
                answer = standing.start(*rest)
            case "forget":
                answer = standing.remove()
            case "clean":
                answer = clean(json.loads(rest[0]))
        print(json.dumps(answer))


if __name__ == "__main__":
    main()
