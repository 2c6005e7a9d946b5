"""Any order of identify, track and alias: compared with a slow, obvious model, however the calls are grouped."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perennial.customers.intake import received
from perennial.customers.intake.calls import Call
from perennial.customers.intake.storing import Item, store
from perennial.customers.intake.tests.test_calls import SENDER, read
from perennial.foundation import clock
from perennial.foundation.sql import fetch

pytestmark = pytest.mark.django_db
_worlds = count(1)

USERS = st.sampled_from(["ada", "ben", "cleo"])
DEVICES = st.sampled_from(["phone", "till", "tablet"])
STEPS = st.one_of(
    st.tuples(st.just("track"), st.none() | USERS, DEVICES),
    st.tuples(st.just("track"), USERS, st.none()),
    st.tuples(st.just("identify"), USERS, st.none() | DEVICES),
    st.tuples(st.just("lead"), st.none(), DEVICES),
    st.tuples(st.just("alias"), USERS, USERS | DEVICES),
)
Step = tuple[str, str | None, str | None]


@dataclass
class Stretch:
    """What one device did while it led to the same owner."""

    owner: object = None


@dataclass
class Model:
    owners: dict[str, object] = field(default_factory=dict)  # of users
    devices: dict[str, Stretch] = field(default_factory=dict)
    taken: list[object] = field(default_factory=list)

    def follow(self, step: Step) -> Stretch:
        kind, user, device = step
        if user is None:
            stretch = self.devices.setdefault(str(device), Stretch())
            if kind == "lead" and stretch.owner is None:
                stretch.owner = object()
            return stretch
        if user not in self.owners:
            lead = self.devices[device].owner if kind != "alias" and device in self.devices else None
            self.owners[user] = object() if lead is None or lead in self.taken else lead
            self.taken.append(self.owners[user])
        if device is not None and not (kind == "alias" and device in self.owners):
            stretch = self.devices.setdefault(device, Stretch())
            if stretch.owner is None:
                stretch.owner = self.owners[user]
            elif stretch.owner is not self.owners[user]:
                self.devices[device] = Stretch(self.owners[user])
        return Stretch(self.owners[user])


def item(step: Step, world: str) -> Item:
    kind, user, device = step
    said: dict[str, object] = {"type": "identify" if kind == "lead" else kind}
    if user:
        said["userId"] = f"{world}:{user}"
    if device:
        said["previousId" if kind == "alias" else "anonymousId"] = f"{world}:{device}"
    if kind == "track":
        said["event"] = "Looked"
    if kind == "lead":
        said["traits"] = {"email": f"{device}@{world}.example.com"}
    call = read(said, SENDER._replace(received_at=clock.real_now()))
    assert isinstance(call, Call), call
    return Item(1, b"", call=call)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=25), cuts=st.sets(st.integers(1, 24)))
def test_history_is_joined_and_two_people_are_never_fused(steps: list[Step], cuts: set[int]) -> None:
    received.rotate()
    world, model = f"w{next(_worlds)}", Model()
    expected = [model.follow(step) for step in steps]
    items = [item(step, world) for step in steps]
    edges = [0, *sorted(cut for cut in cuts if cut < len(items)), len(items)]
    for start, end in pairwise(edges):
        store(items[start:end], months=set())
    rows = dict(
        fetch(
            "SELECT e.id, p.customer_id FROM timeline_event e JOIN customers_profile p ON p.id = e.profile_id"
            " WHERE e.id = ANY(%s)",
            [[each.event_id for each in items]],
        )
    )
    found = [rows[each.event_id] for each in items if each.event_id is not None]
    names = {
        id(stretch.owner): customer
        for stretch, customer in zip(expected, found, strict=True)
        if stretch.owner is not None
    }
    assert found == [None if stretch.owner is None else names[id(stretch.owner)] for stretch in expected]
    assert len(set(names.values())) == len(names)
    users = fetch(
        "SELECT p.customer_id, count(DISTINCT i.value) FROM customers_identity i"
        " JOIN customers_profile p ON p.id = i.profile_id WHERE i.kind = 'user_id' AND starts_with(i.value, %s)"
        " GROUP BY 1",
        [world + ":"],
    )
    assert all(count == 1 and customer is not None for customer, count in users)
