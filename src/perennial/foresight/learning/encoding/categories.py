"""Choices: a column for each level that enough rows have; the rest, and levels never seen, count as others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from perennial.foresight.learning.dataset import Floats
else:
    np = on_demand("numpy")
    pa = on_demand("pyarrow", "pyarrow.compute")

_LEAST_ROWS = 10
_MOST_LEVELS = 250
BLANK, OTHER = "", "…"  # a level of its own each; neither can be written in a file


@dataclass(frozen=True, slots=True)
class CategoryCoding:
    """`levels` by how common they are; `BLANK` among them where rows enough say nothing. A flag has yes and no."""

    key: str
    levels: tuple[str, ...]

    @classmethod
    def of(cls, key: str, column: pa.ChunkedArray, at: NDArray[np.datetime64] | None = None) -> CategoryCoding | None:
        counted = texts_of(column).value_counts().to_pylist()
        ranked = sorted(((each["counts"], each["values"]) for each in counted), key=lambda pair: (-pair[0], pair[1]))
        kept = tuple(level for count, level in ranked if count >= _LEAST_ROWS)[:_MOST_LEVELS]
        return cls(key, kept) if len(ranked) > 1 and kept else None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CategoryCoding:
        return cls(data["key"], tuple(data["levels"]))

    @property
    def widths(self) -> tuple[int, int]:
        return len(self.levels), 1

    @property
    def choices(self) -> tuple[int, ...]:
        return (0,)

    @property
    def usual(self) -> str:
        return self.levels[0]

    def linear(self, column: pa.ChunkedArray, at: NDArray[np.datetime64] | None) -> Floats:
        codes = self.codes(column)
        made = np.zeros((len(codes), len(self.levels) + 1))
        made[np.arange(len(codes)), codes] = 1.0
        return made[:, :-1]

    def plain(self, column: pa.ChunkedArray, at: NDArray[np.datetime64] | None) -> Floats:
        return self.codes(column).astype(float)[:, None]

    def codes(self, column: pa.ChunkedArray) -> NDArray[np.int64]:
        """The place of the level; one behind the last for all others."""
        places = pa.compute.index_in(texts_of(column), value_set=pa.array(self.levels, pa.string()))
        return pa.compute.fill_null(places, len(self.levels)).to_numpy().astype(np.int64)  # type: ignore[no-any-return]


def texts_of(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_boolean(column.type):
        column = pa.compute.if_else(column, "yes", "no")
    return pa.compute.fill_null(pa.compute.cast(column, pa.string()), BLANK)
