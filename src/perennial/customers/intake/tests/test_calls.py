"""Reading one call: what is refused and why, when it happened, what it is called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from perennial.customers.intake.calls import TYPES, Call, Sender, custom_type, read_call
from perennial.customers.intake.reasons import REASONS, Refusal
from perennial.timeline.types import event_types

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SENDER = Sender(1, "Shop", NOW, timedelta(), context=b"{}")


def read(raw: bytes | dict[str, object], sender: Sender = SENDER) -> Call | Refusal:
    return read_call(raw if isinstance(raw, bytes) else msgspec.json.encode(raw), sender)


def track(**more: object) -> dict[str, object]:
    return {"type": "track", "userId": "u1", "event": "Signed Up"} | more


def properties(inner: str) -> bytes:
    return b'{"type":"track","userId":"u1","event":"Bought","properties":' + inner.encode() + b"}"


@pytest.mark.parametrize(("code", "raw"), [
    ("malformed", b'{"type":'),
    ("malformed", b""),
    ("malformed", properties('{"a": tru}')),
    ("malformed", properties('{"a": "\\ud800"}')),
    ("not_an_object", b"[1]"),
    ("not_utf8", b'{"type":"track","userId":"u1","event":"x","properties":{"a":"\xff\xfe"}}'),
    ("too_large", properties('{"a": "' + "x" * 33_000 + '"}')),
    ("too_deep", properties("[" * 40 + "]" * 40).replace(b":[", b':{"a":[', 1).replace(b"]}", b"]}}")),
    ("too_deep", properties('{"a":' * 5000 + "1" + "}" * 5000)),
    ("nul", properties('{"a": "x\\u0000y"}')),
    ("nul", properties('{"a\\u0000": 1}')),
    ("nul", b'{"type":"track","userId":"u1","event":"x\x00"}'),
    ("number_out_of_range", properties('{"a": 1e999}')),
    ("number_out_of_range", properties('{"a": 1e-20000}')),
    ("number_out_of_range", properties('{"a": ' + "9" * 40 + "}")),
    ("wrong_type", track(userId=True)),
    ("wrong_type", track(event=5)),
    ("wrong_type", track(properties=[1])),
    ("wrong_type", track(context="x")),
    ("wrong_type", track(timestamp=1700000000)),
    ("unknown_call", track(type="purchase")),
    ("unknown_call", {"userId": "u1"}),
    ("id_missing", {"type": "track", "event": "x"}),
    ("id_missing", track(userId="  ")),
    ("id_too_long", track(userId="u" * 201)),
    ("id_too_long", track(messageId="m" * 201)),
    ("event_name_missing", track(event="")),
    ("name_too_long", track(event="e" * 201)),
    ("group_id_missing", {"type": "group", "userId": "u1"}),
    ("alias_incomplete", {"type": "alias", "userId": "u1"}),
    ("bad_timestamp", track(timestamp="yesterday")),
    ("future_dated", track(timestamp="2026-11-21T12:11:00Z")),
    ("too_old", track(timestamp="1969-12-31T23:59:59Z")),
    ("too_old", track(timestamp="0001-01-01T00:00:00Z")),
])  # fmt: skip
def test_what_cannot_be_stored_is_refused_with_its_reason(code: str, raw: bytes | dict[str, object]) -> None:
    refused = read(raw)
    assert isinstance(refused, Refusal)
    assert refused.code == code
    assert str(REASONS[code]) in refused.sentence


def test_what_only_looks_dangerous_is_taken() -> None:
    for inner in (
        '{"a": "\\\\u0000"}',
        '{"a": "\\u0410\\ud83d\\ude00"}',
        '{"a": 1.5e3}',
        '{"e": "3e4-e-100"}',
        '{"card": "12345678901234567890123456789012"}',
        '{"a": ' + "[" * 25 + "]" * 25 + "}",
    ):
        assert isinstance(read(properties(inner)), Call), inner


def test_ids_may_be_numbers() -> None:
    call = read(track(userId=42, messageId=7))
    assert isinstance(call, Call)
    assert call.user_id == "42"


@pytest.mark.parametrize(("said", "sent", "occurred"), [
    ("2026-11-21T11:00:00Z", None, NOW - timedelta(hours=1)),
    ("2026-11-21T13:00:00+03:00", None, NOW - timedelta(hours=2)),
    ("2026-11-21T11:00:00", None, NOW - timedelta(hours=1)),
    ("2026-11-21T12:05:00Z", None, NOW),  # within the skew, the future is now
    # The client's clock is two days ahead; it was 30 s between the event and its sending.
    ("2026-11-23T12:00:00Z", "2026-11-23T12:00:30Z", NOW - timedelta(seconds=30)),
    ("2020-01-01T00:00:00Z", "2020-01-01T01:00:00Z", NOW - timedelta(hours=1)),
    (None, None, NOW),
])  # fmt: skip
def test_a_wrong_clock_is_set_right_by_sent_at(said: str | None, sent: str | None, occurred: datetime) -> None:
    call = read(track(timestamp=said, sentAt=sent))
    assert isinstance(call, Call)
    assert call.occurred_at == occurred
    assert call.client_timestamp == (said or "")


def test_the_business_clock_is_applied_to_what_arrives_but_not_to_history() -> None:
    years = timedelta(days=5000)
    live = read(track(timestamp="2026-11-21T11:00:00Z"), SENDER._replace(offset=years))
    history = read(track(timestamp="2011-03-01T00:00:00Z"), SENDER._replace(offset=years, is_history=True))
    assert isinstance(live, Call)
    assert isinstance(history, Call)
    assert live.occurred_at == NOW - timedelta(hours=1) - years
    assert history.occurred_at == datetime(2011, 3, 1, tzinfo=UTC)


def test_a_name_becomes_a_type() -> None:
    assert custom_type("Order Completed") == custom_type("order_completed") == "custom.order_completed"
    assert custom_type("Заказ оформлен") == "custom.zakaz_oformlen"
    assert custom_type("???") != custom_type("!!!")
    assert len(custom_type("x" * 200)) <= len("custom.") + 60
    assert custom_type("x" * 199) != custom_type("x" * 200)


def test_our_own_properties_stand_beside_the_clients() -> None:
    call = read(track(properties={"plan": "pro"}, context={"ip": "1.2.3.4"}))
    assert isinstance(call, Call)
    assert msgspec.json.decode(call.properties) == {"plan": "pro", "$name": "Signed Up", "$context": {"ip": "1.2.3.4"}}
    page = read({"type": "page", "anonymousId": "d", "properties": {"title": "Home", "url": "https://x/"}})
    assert isinstance(page, Call)
    assert msgspec.json.decode(page.properties)["$name"] == "Home"


def test_every_call_has_a_type_with_a_sentence() -> None:
    assert set(TYPES.values()) <= event_types.keys()
