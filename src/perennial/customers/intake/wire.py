"""Taking a request's body apart: gzip with a limit, a batch into its events, even when some of them are broken."""

from __future__ import annotations

import re
import zlib
from typing import NamedTuple

import msgspec

LARGEST_REQUEST = 500 * 1024
LARGEST_EVENT = 32 * 1024
MOST_EVENTS = 5000

Raw = msgspec.Raw
ABSENT = Raw(b"")


class TooLarge(Exception):
    """The body is larger than a request may be, as sent or when unpacked."""


class Unreadable(Exception):
    """Nothing in the body can be told apart from the rest."""


class Frame(NamedTuple):
    """A request taken apart; what is not there is empty."""

    events: list[bytes]
    sent_at: bytes = b""
    context: bytes = b""
    write_key: bytes = b""


class _Batch(msgspec.Struct, gc=False):
    batch: list[Raw]
    sentAt: Raw = ABSENT
    context: Raw = ABSENT
    writeKey: Raw = ABSENT


class _Single(msgspec.Struct, gc=False):
    writeKey: Raw = ABSENT


_batch = msgspec.json.Decoder(_Batch)
_single = msgspec.json.Decoder(_Single)
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{},]', re.DOTALL)


def unpack(body: bytes, *, encoding: str) -> bytes:
    """Undo gzip or deflate; stops at the limit, however much the body would unpack to."""
    if encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise Unreadable(f"The content encoding {encoding[:40]} is not supported.")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        plain = unpacker.decompress(body, LARGEST_REQUEST + 1)
    except zlib.error as error:
        raise Unreadable("The body is not what its content encoding says.") from error
    if len(plain) > LARGEST_REQUEST:
        raise TooLarge
    if not unpacker.eof:
        raise Unreadable("The compressed body is cut off.")
    return plain


def open_batch(body: bytes) -> Frame:
    """The events of a batch, each as it was sent. Slow only when one of them is broken."""
    try:
        read = _batch.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _split(body)
    return Frame([bytes(raw) for raw in read.batch], bytes(read.sentAt), bytes(read.context), bytes(read.writeKey))


def open_single(body: bytes) -> Frame:
    """One event; only its write key is looked at here."""
    try:
        return Frame([body], write_key=bytes(_single.decode(body).writeKey))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Frame([body])


def text_of(raw: bytes) -> str:
    """The JSON string, or "" when it is none."""
    try:
        return msgspec.json.decode(raw, type=str) if raw else ""
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


def _split(body: bytes) -> Frame:
    """By brackets and commas alone, so that one broken event does not take the others with it."""
    parts = _members(body, 0)
    if parts is None:
        raise Unreadable("The body is not a JSON object that ends where it should.")
    named: dict[bytes, bytes] = {}
    for part in parts:
        key, colon, value = part.partition(b":")  # our own keys hold no colon
        if colon:
            named[key.strip()] = value.strip()
    events = _members(named.get(b'"batch"', b""), 0, opening=b"[")
    if events is None:
        raise Unreadable("A batch is an object with a list of events in “batch”.")
    return Frame(events, named.get(b'"sentAt"', b""), named.get(b'"context"', b""), named.get(b'"writeKey"', b""))


def _members(text: bytes, start: int, *, opening: bytes = b"{") -> list[bytes] | None:
    """What stands between the commas of the outermost object or list; None when the brackets do not match."""
    text = text.strip()
    if not text.startswith(opening, start):
        return None
    members: list[bytes] = []
    depth, begin = 0, start + 1
    for token in _TOKEN.finditer(text, start):
        mark = token.group()
        if mark in (b"{", b"["):
            depth += 1
        elif mark in (b"}", b"]"):
            depth -= 1
            if depth == 0:
                last = text[begin : token.start()].strip()
                is_end = token.end() == len(text)
                return ([*members, last] if last else members) if is_end else None
        elif mark == b"," and depth == 1:
            members.append(text[begin : token.start()].strip())
            begin = token.end()
    return None
