"""One call as a client sent it, checked: what becomes of it, or why it is refused. Asks nothing of the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from perennial.customers.intake.reasons import Refusal
from perennial.customers.intake.soundness import why_unsound
from perennial.customers.intake.wire import ABSENT, LARGEST_EVENT, Raw, text_of
from perennial.foundation.text import fold

LONGEST_ID = 200
LONGEST_NAME = 200
FUTURE_SKEW = timedelta(minutes=10)
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_TYPE = 60  # characters of a folded name

TYPES = {
    "identify": "customers.identified",
    "group": "customers.grouped",
    "alias": "customers.aliased",
    "page": "customers.page_viewed",
    "screen": "customers.screen_viewed",
}
_CHANNELS = {"browser": "web", "mobile": "app"}
_OF_CALL = {"page": "web", "screen": "app"}


class Sender(NamedTuple):
    """Everything about a request that its events share."""

    key_id: int
    source: str
    received_at: datetime  # real time
    offset: timedelta  # real minus business time
    sent_at: datetime | None = None
    context: bytes = b""
    call: str = ""  # named by the address; "" in a batch, where each event names its own
    is_history: bool = False


class Call(msgspec.Struct, gc=False):
    """A checked call, ready to be stored but for whose it is. `received_id` tells it from its own retries."""

    kind: str
    type: str
    user_id: str
    device: str  # the anonymousId
    other_id: str  # previousId of an alias, groupId of a group
    traits: bytes
    occurred_at: datetime
    client_timestamp: str
    channel: str
    properties: bytes
    received_id: str
    sender: Sender


class _Message(msgspec.Struct, gc=False):
    type: str | None = None
    messageId: str | int | None = None
    anonymousId: str | int | None = None
    userId: str | int | None = None
    previousId: str | int | None = None
    groupId: str | int | None = None
    event: str | None = None
    name: str | None = None
    category: str | None = None
    timestamp: str | None = None
    originalTimestamp: str | None = None
    sentAt: str | None = None
    channel: str | None = None
    properties: Raw = ABSENT
    traits: Raw = ABSENT
    context: Raw = ABSENT


class _Shown(msgspec.Struct, gc=False):
    """Where a page says what it is called, when the call has no name."""

    title: str = ""
    path: str = ""
    url: str = ""


_message = msgspec.json.Decoder(_Message)
_shown = msgspec.json.Decoder(_Shown)
_quote = msgspec.json.Encoder().encode


def read_call(raw: bytes, sender: Sender) -> Call | Refusal:
    """Check one event. The order of the checks is that of their cost and of what they rely on."""
    if len(raw) > LARGEST_EVENT:
        return Refusal("too_large", f"It has {len(raw)} bytes.")
    if not raw.startswith(b"{"):
        return Refusal("malformed" if not raw else "not_an_object")
    try:
        message = _message.decode(raw)
    except msgspec.ValidationError as error:
        return Refusal("wrong_type", str(error))
    except msgspec.DecodeError as error:
        return Refusal("nul" if b"\x00" in raw else "malformed", str(error))
    except UnicodeDecodeError:
        return Refusal("not_utf8")
    except RecursionError:
        return Refusal("too_deep")
    return why_unsound(raw) or _why_wrong_parts(message) or _read(message, sender)


def _why_wrong_parts(message: _Message) -> Refusal | None:
    for name, raw in (("properties", message.properties), ("traits", message.traits), ("context", message.context)):
        if (given := bytes(raw)) and given[:1] != b"{" and given != b"null":
            return Refusal("wrong_type", f"“{name}” must be an object.")
    return None


def _read(message: _Message, sender: Sender) -> Call | Refusal:
    kind = sender.call or message.type or ""
    user_id, device = _id(message.userId), _id(message.anonymousId)
    other_id, message_id = _id(message.previousId if kind == "alias" else message.groupId), _id(message.messageId)
    name = (message.event if kind == "track" else message.name) or ""
    refusal = _why_refused(kind, user_id, device, other_id, name)
    if refusal is not None:
        return refusal
    if max(len(user_id), len(device), len(other_id), len(message_id)) > LONGEST_ID:
        return Refusal("id_too_long")
    moment = _moment(message, sender)
    if isinstance(moment, Refusal):
        return moment
    return Call(
        kind=kind,
        type=TYPES.get(kind) or custom_type(name),
        user_id=user_id,
        device=device,
        other_id=other_id if kind in ("alias", "group") else "",
        traits=_object(message.traits) if kind in ("identify", "group") else b"",
        occurred_at=moment,
        client_timestamp=message.originalTimestamp or message.timestamp or "",
        channel=_channel(message.channel, kind),
        properties=_properties(message, sender, kind, name),
        received_id=received_id(sender.key_id, message_id) if message_id else "",
        sender=sender,
    )


def _why_refused(kind: str, user_id: str, device: str, other_id: str, name: str) -> Refusal | None:
    if kind not in TYPES and kind != "track":
        return Refusal("unknown_call")
    if kind == "alias":
        return None if user_id and other_id else Refusal("alias_incomplete")
    if not user_id and not device:
        return Refusal("id_missing")
    if kind == "track" and not name.strip():
        return Refusal("event_name_missing")
    if kind == "group" and not other_id:
        return Refusal("group_id_missing")
    return Refusal("name_too_long") if len(name) > LONGEST_NAME else None


def _id(value: str | int | None) -> str:
    return "" if value is None else str(value).strip()


def parse_moment(text: str) -> datetime | None:
    """ISO 8601; without a zone it is UTC, as Segment has it."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _moment(message: _Message, sender: Sender) -> datetime | Refusal:
    """When it happened, on the business clock.

    Segment's rule: what the client's clock says is measured against the client's own `sentAt`, so that a clock that is
    wrong does not matter. History keeps the dates that it names.
    """
    said = message.originalTimestamp or message.timestamp
    if sender.is_history and said:
        return _within_reason(parse_moment(said), now=sender.received_at - sender.offset)
    if not said:
        return sender.received_at - sender.offset
    moment = parse_moment(said)
    if moment is None:
        return Refusal("bad_timestamp", repr(said[:40]))
    sent_at = sender.sent_at
    if message.sentAt is not None:
        sent_at = parse_moment(message.sentAt)
        if sent_at is None:
            return Refusal("bad_timestamp", repr(message.sentAt[:40]))
    try:
        if sent_at is not None:
            moment = sender.received_at - (sent_at - moment)
        return _within_reason(moment - sender.offset, now=sender.received_at - sender.offset)
    except OverflowError:
        return Refusal("bad_timestamp", repr(said[:40]))


def _within_reason(moment: datetime | None, *, now: datetime) -> datetime | Refusal:
    """Within the skew the future is now: nothing can have happened after we heard of it."""
    if moment is None:
        return Refusal("bad_timestamp")
    if moment > now:
        return now if moment <= now + FUTURE_SKEW else Refusal("future_dated")
    return moment if moment >= EARLIEST else Refusal("too_old")


@lru_cache(maxsize=4096)
def custom_type(name: str) -> str:
    """The event type of a track call: "Order Completed" and "order_completed" are both custom.order_completed."""
    words = "_".join("".join(mark if mark.isalnum() else " " for mark in fold(name)).split())
    if not words or len(words) > LONGEST_TYPE:
        words = f"{words[: LONGEST_TYPE - 9]}_{blake2b(name.encode(), digest_size=4).hexdigest()}".lstrip("_")
    return f"custom.{words}"


def received_id(key_id: int, message_id: str) -> str:
    """A message id is unique to the key it came with; kept as a hash, whatever its length."""
    return blake2b(f"{key_id}:{message_id}".encode(), digest_size=16).hexdigest()


def _channel(said: str | None, kind: str) -> str:
    return _CHANNELS.get(said, said)[:40] if said else _OF_CALL.get(kind, "")


def _properties(message: _Message, sender: Sender, kind: str, name: str) -> bytes:
    """The client's own properties (or traits) as sent, and ours under names with a dollar in front.

    Ours stand last: where a client uses such a name itself, PostgreSQL keeps the last of two.
    """
    own = _object(message.traits if kind in ("identify", "group") else message.properties)
    added: list[bytes] = []
    if kind in ("page", "screen") and not name:
        name = _name_shown(own)
    if name:
        added.append(b'"$name":' + _quote(name))
    if kind in ("page", "screen") and message.category:
        added.append(b'"$category":' + _quote(message.category))
    if kind in ("identify", "alias", "group"):
        ids = (
            ("$user_id", message.userId),
            ("$anonymous_id", message.anonymousId),
            ("$previous_id", message.previousId),
            ("$group_id", message.groupId),
        )
        added.extend(_quote(key) + b":" + _quote(_id(value)) for key, value in ids if _id(value))
    context = _object(message.context, otherwise=sender.context)
    if context != b"{}":
        added.append(b'"$context":' + context)
    inner = own[1:-1].strip()
    return b"{" + b",".join([inner, *added] if inner else added) + b"}"


def _name_shown(properties: bytes) -> str:
    try:
        shown = _shown.decode(properties)
    except msgspec.DecodeError:
        return ""
    return (shown.title or shown.path or shown.url)[:LONGEST_NAME]


def _object(raw: Raw, otherwise: bytes = b"{}") -> bytes:
    given = bytes(raw)
    return given if given[:1] == b"{" else otherwise


def shared_context(raw: bytes) -> bytes:
    """The context that a batch states once for all its events, if it is sound."""
    is_object = raw[:1] == b"{" and len(raw) <= LARGEST_EVENT
    try:
        msgspec.json.decode(raw, type=dict) if is_object else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return b"{}"
    return raw if is_object and why_unsound(raw) is None else b"{}"


def shared_moment(raw: bytes) -> datetime | None:
    text = text_of(raw)
    return parse_moment(text) if text else None
