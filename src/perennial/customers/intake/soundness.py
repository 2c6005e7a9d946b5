"""Whether a piece of JSON can be stored as it is: what PostgreSQL, the lake and a browser would choke on is refused.

Nearly all events pass on one decoding and a few scans of their bytes; only a suspicious one is walked through.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from perennial.customers.intake.reasons import Refusal

DEEPEST = 32
MOST_DIGITS = 30
_DIGITS_AS_ZEROS = bytes(48 if 48 <= byte < 58 else 32 for byte in range(256))
_LONG_NUMBER = b"0" * (MOST_DIGITS + 1)
_TINY = re.compile(rb"[:,\[\s]-?[0-9][0-9.]*[eE]-0*[1-9][0-9]{2}")  # 1e-100: PostgreSQL would keep every decimal


def why_unsound(raw: bytes) -> Refusal | None:
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
    if (b"e-" in raw or b"E-" in raw) and _TINY.search(raw):
        return Refusal("number_out_of_range", "It is smaller than 1e-99.")
    is_plain = raw.count(b"{") + raw.count(b"[") <= DEEPEST and b"\\u0000" not in raw
    if is_plain and _LONG_NUMBER not in raw.translate(_DIGITS_AS_ZEROS):
        return None
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
            case int():
                if abs(item) >= 10**MOST_DIGITS:
                    return Refusal("number_out_of_range", f"It has more than {MOST_DIGITS} digits.")
    return None
