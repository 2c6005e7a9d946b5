"""The draw: treated or control, by a keyed hash, so that it is the same however often it is asked, in Python and SQL.

The key is the play's own, drawn at random when the play is made and shown to nobody: whoever chooses people for a play
cannot know where they will fall, and the draws of two plays have nothing to do with each other.
"""

from __future__ import annotations

import hashlib
import secrets

from perennial.conditions.resolver import Sql

CONTROL_SHARE = 0.15
_BITS = 52  # what a float holds exactly, so that both ways of counting agree to the last person


def new_key() -> str:
    return secrets.token_hex(16)


def draw(key: str, record_id: int) -> float:
    """A number from 0 (inclusive) to 1, evenly spread over people."""
    digest = hashlib.sha256(f"{key}:{record_id}".encode()).digest()
    return float((int.from_bytes(digest[:8]) >> (64 - _BITS)) / 2**_BITS)


def is_control(key: str, record_id: int, share: float = CONTROL_SHARE) -> bool:
    return draw(key, record_id) < share


def draw_sql(key: str, column: str) -> Sql:
    """The same for a column of ids."""
    hashed = f"substr(encode(sha256(convert_to(%s || ':' || {column}, 'UTF8')), 'hex'), 1, {_BITS // 4})"
    return Sql(f"(('x' || {hashed})::bit({_BITS})::bigint / {2**_BITS}::float8)", (key,))
