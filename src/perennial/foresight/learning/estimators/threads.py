"""How many threads learn: two at most, and one where a table is so small that they would only wait for each other."""

from __future__ import annotations

_MOST = 2
_CELLS_FOR_MORE = 2_000_000


def threads_for(shape: tuple[int, ...]) -> int:
    """By the size alone, so that the same table is learnt in the same way on every machine."""
    return _MOST if shape[0] * shape[1] >= _CELLS_FOR_MORE else 1
