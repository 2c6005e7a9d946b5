"""When two headings are the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from perennial.foundation.text import fold


def same(heading: str) -> str:
    """A heading without case, spaces and signs: "Customer-ID", "customer id" and "CustomerID" are the same."""
    return "".join(filter(str.isalnum, fold(heading)))


def digest(headings: Sequence[str]) -> str:
    """By which a file with these headings is known again."""
    said = "\x1f".join(map(same, headings))
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()
