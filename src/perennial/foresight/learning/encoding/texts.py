"""Texts: which words stand in them, weighed by how rare they are."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from perennial.foresight.learning.dataset import Floats
else:
    np = on_demand("numpy")

_WORD = re.compile(r"\w[\w'’]+")
_LONGEST = 5_000  # characters of a text that are read
_LEAST_ROWS, _LEAST_SHARE, _MOST_SHARE = 5, 0.002, 0.5
_MOST_TERMS, _MOST_CELLS = 400, 4_000_000
_WEIGHT = 3.0  # puts a word of a text on a scale with other columns, so that one penalty does for all


@dataclass(frozen=True, slots=True)
class TextCoding:
    key: str
    terms: tuple[str, ...]
    rarities: tuple[float, ...]

    @classmethod
    def of(cls, key: str, column: pa.ChunkedArray, at: NDArray[np.datetime64] | None = None) -> TextCoding | None:
        count = len(column)
        seen: Counter[str] = Counter()
        for text in column.to_pylist():
            seen.update(set(terms_of(text)))
        least = max(_LEAST_ROWS, _LEAST_SHARE * count)
        fitting = sorted((-found, term) for term, found in seen.items() if least <= found <= _MOST_SHARE * count)
        kept = fitting[: max(50, min(_MOST_TERMS, _MOST_CELLS // max(count, 1)))]
        rarities = tuple(math.log((1 + count) / (1 - found)) + 1 for found, _term in kept)
        return cls(key, tuple(term for _found, term in kept), rarities) if kept else None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TextCoding:
        return cls(data["key"], tuple(data["terms"]), tuple(data["rarities"]))

    @property
    def widths(self) -> tuple[int, int]:
        return len(self.terms), len(self.terms)

    @property
    def choices(self) -> tuple[int, ...]:
        return ()

    def linear(self, column: pa.ChunkedArray, at: NDArray[np.datetime64] | None) -> Floats:
        places = {term: place for place, term in enumerate(self.terms)}
        made = np.zeros((len(column), len(self.terms)))
        for row, text in enumerate(column.to_pylist()):
            for term, times in Counter(terms_of(text)).items():
                place = places.get(term)
                if place is not None:
                    made[row, place] = (1 + math.log(times)) * self.rarities[place]
        lengths = np.sqrt((made**2).sum(axis=1, keepdims=True))
        made = np.divide(made, lengths, out=made, where=lengths > 0)
        return np.asarray(_WEIGHT * made, np.float64)

    def plain(self, column: pa.ChunkedArray, at: NDArray[np.datetime64] | None) -> Floats:
        return self.linear(column, at)


def terms_of(text: str | None) -> list[str]:
    """Words and pairs of words."""
    words = [word.casefold() for word in _WORD.findall((text or "")[:_LONGEST])]
    return words + [f"{one} {other}" for one, other in pairwise(words)]
