"""Those who look at the same record are told of each other, and only they."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from perennial.objects.types import object_types
from perennial.objects.writing import create_record, delete_record
from perennial.server.live import Hub, Listener, Queue, asked_place, listener_of
from perennial.workspace.tests.cast import PASSWORD, Cast, make_cast


def heard(queue: Queue) -> list[Any]:
    found = []
    while not queue.empty():
        lines = str(queue.get_nowait()).splitlines()
        found.append((lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: "))))
    return found


def opened(hub: Hub, id: int, name: str, place: str) -> Queue:
    queue = hub.open(Listener(id, name, place))
    assert queue is not None
    return queue


def test_people_come_and_go() -> None:
    hub = Hub()
    ada, other = opened(hub, 1, "Ada", "boat/4"), opened(hub, 3, "Eve", "boat/5")
    ben = opened(hub, 2, "Ben", "boat/4")
    assert heard(ada) == [("viewers", []), ("viewers", ["Ben"])]
    assert heard(ben) == [("viewers", ["Ada"])]
    second = opened(hub, 2, "Ben", "boat/4")
    assert heard(ada) == [("viewers", ["Ben"])]
    assert heard(second) == [("viewers", ["Ada"])], "nobody is another to themselves"
    hub.leave(ben)
    hub.leave(second)
    assert heard(ada)[-1] == ("viewers", [])
    assert heard(other) == [("viewers", [])]
    hub.tell(json.dumps({"at": "boat/4", "event": "talk"}))
    assert heard(ada) == [("talk", None)]
    assert heard(other) == []


@pytest.mark.parametrize(("query", "found"), [
    (b"at=customers.person/104", ("customers.person", 104)), (b"", None), (b"at=", None), (b"at=x", None),
    (b"at=x/-1", None), (b"at=x/99999999999999999999", None), (b"at=/5", None), (b"\xff\xfe=%00", None),
])  # fmt: skip
def test_the_place_is_read_from_the_address(query: bytes, found: Any) -> None:
    assert asked_place({"query_string": query}) == found


@pytest.mark.django_db(transaction=True)
def test_a_record_that_is_not_ones_own_is_no_place() -> None:
    cast = make_cast()
    id = create_record(object_types["customers.person"], {"name": "Cleo"}, by=cast.ada)

    def asks(name: str) -> Listener | None:
        return listener_of(session_of(name), ("customers.customer", id))

    assert asks("ada") == Listener(cast.ada.id, "Ada", f"customers.person/{id}")
    assert asks("ben") == Listener(cast.ben.id)
    assert asks("dov") == Listener(cast.dov.id)
    assert listener_of("made up", ("customers.person", id)) is None
    delete_record(object_types["customers.person"], id, by=cast.ada)
    assert asks("ada") == Listener(cast.ada.id)
    assert isinstance(cast, Cast)


def session_of(name: str) -> str:
    client = Client()
    client.post("/sign-in/", {"email": f"{name}@example.com", "password": PASSWORD})
    return str(client.session.session_key)
