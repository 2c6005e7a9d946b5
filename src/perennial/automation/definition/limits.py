"""How much a definition may hold. Hostile ones are measured before anything of them is read; never by recursion."""

from __future__ import annotations

from typing import Any

import msgspec
from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Invalid

MOST_BYTES = 256_000
MOST_DEPTH = 60  # of the JSON: steps eight deep, each with a condition
MOST_NODES = 20_000
MOST_STEPS = 200
MOST_NESTED = 8  # steps within steps
MOST_WAYS = 20  # of one branch
MOST_DAYS = 3_650  # of a wait
MOST_RELATED = 200  # records that one loop walks through

_TOO_LARGE = _("This automation is too large. Split it, and start one from the other.")


def measured(data: Any) -> Any:
    """The same data, or `Invalid` when it is larger or deeper than anybody builds."""
    waiting = [(1, data)]
    nodes = 0
    while waiting:
        depth, each = waiting.pop()
        nodes += 1
        if depth > MOST_DEPTH or nodes > MOST_NODES:
            raise Invalid({"": _TOO_LARGE})
        if isinstance(each, dict):
            waiting.extend((depth + 1, value) for value in each.values())
        elif isinstance(each, list):
            waiting.extend((depth + 1, value) for value in each)
        elif isinstance(each, str) and "\x00" in each:
            raise Invalid({"": _("This holds a character that no text has.")})
    if len(msgspec.json.encode(data, enc_hook=str)) > MOST_BYTES:
        raise Invalid({"": _TOO_LARGE})
    return data
