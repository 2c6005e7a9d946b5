"""Where a page ended, sealed: whoever changes it is told so."""

from __future__ import annotations

import base64
import binascii
import json
from typing import NamedTuple

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Invalid

_LONGEST = 2_000
_SALT = "perennial.objects.cursor"


class Position(NamedTuple):
    """The last row of a page: its sort values as text (None where it has none) and its id."""

    sort: str
    values: list[str | None]
    id: int


def seal(position: Position) -> str:
    body = json.dumps(position, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_mark(body) + body).rstrip(b"=").decode()


def unseal(cursor: str, *, sort: str) -> Position:
    """The position, if we made this cursor for this order of rows."""
    try:
        if len(cursor) > _LONGEST:
            raise ValueError
        sealed = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        if not constant_time_compare(sealed[:12], _mark(sealed[12:])):
            raise ValueError
        position = Position(*json.loads(sealed[12:]))
    except (ValueError, binascii.Error, TypeError):
        raise _refusal() from None
    if position.sort != sort or not isinstance(position.values, list):
        raise _refusal()
    return position


def _mark(body: bytes) -> bytes:
    return salted_hmac(_SALT, body, algorithm="sha256").digest()[:12]


def _refusal() -> Invalid:
    return Invalid({"cursor": _("This cursor is not from this list. Start again from its first page.")})
