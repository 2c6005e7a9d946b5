"""Whether a piece of JSON can be stored as it is: what PostgreSQL, the lake and a browser would choke on is refused.

Nearly all events pass on two scans of their bytes; only a suspicious one is taken apart and looked at whole.
"""

from __future__ import annotations

import math
import re
from typing import Any

import msgspec

from perennial.customers.intake.reasons import Refusal

DEEPEST = 32
LARGEST_WHOLE = 10**30

# Escapes may be NUL or half a character; exponents and long runs of digits may be no number that fits.
_SUSPICIOUS = re.compile(rb"\\u|[0-9][eE]|[0-9]{19}")


def why_unsound(raw: bytes) -> Refusal | None:
    """`raw` is well-formed as far as brackets and strings go."""
    if not raw.isascii():
        try:
            raw.decode()
        except UnicodeDecodeError:
            return Refusal("not_utf8")
    if raw.count(b"{") + raw.count(b"[") <= DEEPEST and _SUSPICIOUS.search(raw) is None:
        return None
    try:
        value = msgspec.json.decode(raw)
    except msgspec.ValidationError:
        return Refusal("number_out_of_range")
    except msgspec.DecodeError as error:
        return Refusal("malformed", str(error))
    except UnicodeDecodeError:
        return Refusal("not_utf8")
    except RecursionError:
        return Refusal("too_deep")
    return _why_unsound(value)


def _why_unsound(value: Any) -> Refusal | None:
    waiting = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if depth > DEEPEST:
            return Refusal("too_deep", f"More than {DEEPEST} levels.")
        match item:
            case str():
                if "\x00" in item:
                    return Refusal("nul")
            case dict():
                if any("\x00" in key for key in item):
                    return Refusal("nul")
                waiting.extend((each, depth + 1) for each in item.values())
            case list():
                waiting.extend((each, depth + 1) for each in item)
            case float():
                if not math.isfinite(item):
                    return Refusal("number_out_of_range")
            case int():
                if abs(item) > LARGEST_WHOLE:
                    return Refusal("number_out_of_range")
    return None
