"""What a column of unknown records holds, guessed from its heading and its values: a date, a name, an address."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["email", "phone", "day", "number", "code", "choice", "name", "text", "link", "id", "empty"]

_LOOKED_AT = 20_000
_MOST = 0.8  # of the values of a column must look like what it is taken for
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LINK = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
_PHONE = re.compile(r"[+(]?[\d\s().+/x-]{6,24}", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?[$€£]?\s?\d{1,3}(?:[ ,]?\d{3})*(?:[.,]\d+)?\s?[$€£%]?")
_DAY = re.compile(r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([T ][\d:.+Z-]*)?")
_PLAIN_DAY = re.compile(r"(1[89]|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_PHONE_WORDS = re.compile(r"phone|mobile|\btel|fax|cell|whatsapp", re.IGNORECASE)
_ID_WORDS = re.compile(
    r"(^|[\s_.-])(id|ids|uuid|guid|key|index|row|rowid|nr|no|#)$|^(id|uuid|guid|record|row|unnamed)\b|^$", re.IGNORECASE
)
_DIGIT = re.compile(r"\d")
_FEW_CHOICES = 30
_SHARE_OF_CHOICES = 0.02


@dataclass(frozen=True, slots=True)
class Column:
    """`name` is the heading, `key` its name among the prepared records."""

    name: str
    key: str
    kind: Kind
    filled: float = 1.0  # share of the records that have a value
    distinct: float = 1.0  # distinct values per value
    words: float = 1.0  # an average value has as many


def guess(name: str, values: Sequence[Sequence[str | None]], key: str) -> Column:
    """`values` are those of each file."""
    count = sum(map(len, values))
    present = [value.strip() for each in values for value in each if value and value.strip()]
    if not present or len(set(present)) == 1:
        return Column(name, key, "empty")
    step = max(1, len(present) // _LOOKED_AT)
    seen = present[::step]
    counts = Counter(seen)
    distinct = len(set(present)) / len(present)
    words = sum(len(value.split()) for value in seen) / len(seen)
    kind = _kind(name, seen, counts, words)
    if kind != "day" and _is_id(name, values, present, kind):
        kind = "id"
    return Column(name, key, kind, len(present) / count, distinct, words)


def _kind(name: str, seen: Sequence[str], counts: Counter[str], words: float) -> Kind:
    if _share(seen, _EMAIL.fullmatch) >= _MOST:
        return "email"
    if _share(seen, _LINK.match) >= _MOST:
        return "link"
    if _share(seen, _DAY.fullmatch) >= _MOST or _share(seen, _PLAIN_DAY.fullmatch) >= _MOST:
        return "day"
    if _share(seen, _looks_like_phone) >= _MOST and (
        _PHONE_WORDS.search(name) or _share(seen, lambda value: value[0] in "+(") >= 0.3
    ):
        return "phone"
    digits = _share(seen, _DIGIT.search)
    if digits >= _MOST and words < 1.5:
        is_amount = (
            _share(seen, _NUMBER.fullmatch) >= _MOST and _share(seen, lambda value: "." in value or "," in value) > 0.2
        )
        return "number" if is_amount else "code"
    if len(counts) <= max(_FEW_CHOICES, _SHARE_OF_CHOICES * len(seen)) and len(seen) / len(counts) >= 10:
        return "choice"
    longest = sorted(map(len, seen))[int(len(seen) * 0.9)]
    return "name" if words <= 2.5 and longest <= 40 and digits < 0.3 else "text"


def _share(seen: Sequence[str], test: Callable[[str], object]) -> float:
    return sum(1 for value in seen if test(value)) / len(seen)


def _looks_like_phone(value: str) -> bool:
    return bool(_PHONE.fullmatch(value)) and 6 <= sum(map(str.isdigit, value)) <= 15


def _is_id(name: str, values: Sequence[Sequence[str | None]], present: Sequence[str], kind: Kind) -> bool:
    """A number of the row: everybody has one, no two in a file are the same, and it runs on or is called a number."""
    if len(present) < sum(map(len, values)) or any(len(set(each)) < len(each) for each in values):
        return False
    if all(value.isascii() and value.isdigit() for value in present):
        numbers = [int(value) for value in present]
        if max(numbers) - min(numbers) < 2 * max(map(len, values)):
            return True
    return bool(_ID_WORDS.search(name)) and not any(" " in value for value in present[:1000])
