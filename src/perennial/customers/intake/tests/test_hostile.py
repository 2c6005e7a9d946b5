"""Any batch, however broken: what is sound is stored in order, what is not is refused with its place and reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perennial.customers.intake.calls import Call, read_call
from perennial.customers.intake.tests.asking import an_intake, ask, basic
from perennial.customers.intake.tests.serving import make_key
from perennial.customers.intake.tests.test_calls import SENDER
from perennial.customers.intake.wire import Unreadable, open_batch
from perennial.foundation.sql import fetch

pytestmark = pytest.mark.django_db(transaction=True)

TEXTS = st.text(max_size=20) | st.sampled_from(["", "\x00", "\ud800", "null", "a" * 300, '"}],{', "\\u0000"])
NUMBERS = st.integers() | st.floats() | st.sampled_from([10**50, 1e308, -0.0])
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=12,
)  # fmt: skip
SOUND = st.fixed_dictionaries(
    {"type": st.just("track"), "userId": st.sampled_from(["a", "b"]), "event": st.just("Looked")},
    optional={"properties": st.dictionaries(st.text("abcé\"\\", max_size=5), st.integers(0, 9), max_size=3)},
)  # fmt: skip
WILD = st.fixed_dictionaries({}, optional={
    "type": st.sampled_from(["track", "identify", "page", "group", "alias", "x"]) | VALUES, "userId": TEXTS | VALUES,
    "anonymousId": TEXTS, "event": TEXTS, "properties": VALUES, "traits": VALUES, "context": VALUES,
    "timestamp": TEXTS | st.sampled_from(["2020-01-01", "9999-12-31T23:59:59Z", "1950-01-01"]), "messageId": VALUES,
    "groupId": TEXTS, "previousId": TEXTS, "name": TEXTS, "category": TEXTS, "channel": TEXTS, "sentAt": TEXTS,
})  # fmt: skip


def encoded(value: Any) -> bytes:
    return json.dumps(value).encode()  # writes NaN, Infinity and lone surrogates, as careless clients do


RAW = (
    SOUND.map(encoded)
    | WILD.map(encoded)
    | VALUES.map(encoded)
    | st.sampled_from(
        [b"{]", b'{"type":"track"', b"", b"\x00", b'{"a":"\xff"}', b"[" * 2000 + b"]" * 2000, b"tru", b'{"a" 1}']
    )
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(batches=st.lists(st.lists(RAW, min_size=1, max_size=8), min_size=1, max_size=6))
def test_one_bad_event_never_costs_a_good_one_its_place(batches: list[list[bytes]]) -> None:
    key_id, secret = make_key()
    with an_intake() as intake:
        for batch in batches:
            fetch("DELETE FROM timeline_event WHERE actor = %s RETURNING id", [f"key:{key_id}"])
            body = b'{"batch": [' + b",".join(batch) + b"]}"
            answer = ask(intake, "/v1/batch", body, headers=basic(secret))
            try:
                events = open_batch(body).events
            except Unreadable:  # unbalanced: nothing in it can be told apart
                assert answer.status == 400
                continue
            if not events:
                assert answer.status == 400
                continue
            read = [read_call(raw, SENDER._replace(key_id=key_id)) for raw in events]
            refused = [index for index, each in enumerate(read) if not isinstance(each, Call)]
            assert [each["index"] for each in answer.body["refused"]] == refused
            assert all(each["code"] != "not_storable" and each["message"] for each in answer.body["refused"])
            assert answer.status == (400 if len(refused) == len(events) else 200)
            calls = [each for each in read if isinstance(each, Call)]
            stored = fetch(
                "SELECT type, client_timestamp FROM timeline_event WHERE actor = %s AND source = 'Shop' ORDER BY id",
                [f"key:{key_id}"],
            )
            if answer.body.get("duplicates"):
                assert len(stored) == len(calls) - answer.body["duplicates"]
            else:
                assert stored == [(each.type, each.client_timestamp or None) for each in calls]


@settings(max_examples=200, deadline=None)
@given(
    batch=st.lists(SOUND.map(encoded) | WILD.map(encoded), max_size=6),
    broken=st.sampled_from([b"{tru}", b'{"\x00":1}']),
)
def test_a_batch_comes_apart_alike_with_and_without_a_broken_event(batch: list[bytes], broken: bytes) -> None:
    whole = b'{"batch": [' + b", ".join([*batch, broken]) + b'], "sentAt": "2026-01-01"}'
    frame = open_batch(whole)
    assert frame.events == [*batch, broken]
    assert frame.sent_at == b'"2026-01-01"'
