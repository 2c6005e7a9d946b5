"""A table to learn from: typed columns, what came of each row, and, where it is known, when the row was true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
else:
    np = on_demand("numpy")
    pa = on_demand("pyarrow", "pyarrow.compute")

Kind = Literal["number", "flag", "category", "date", "text"]
_WORDS_OF_TEXT = 4.0  # an average value of a text has more words than that of a choice
_SEEN = 5_000


@dataclass(frozen=True, slots=True)
class Dataset:
    """`features` has a column for each thing known of a row, under its permanent key: numbers, booleans, times, or
    text; `labels` are their names for people. `outcome` is boolean (did it happen?) or a number. `time` is the instant
    as of which a row was true: with it, what is learnt is always tried on what came later. `value` is money at stake
    in a row, `groups` whom a row belongs to; they are for the report and are not learnt from.
    """

    features: pa.Table
    outcome: NDArray[Any]
    question: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    time: NDArray[np.datetime64] | None = None
    value: Floats | None = None
    groups: NDArray[Any] | None = None

    def __len__(self) -> int:
        return len(self.outcome)

    @property
    def is_yes_or_no(self) -> bool:
        return bool(self.outcome.dtype == bool)

    def label(self, key: str) -> str:
        return self.labels.get(key, key)

    def without(self, keys: set[str]) -> Dataset:
        return replace(self, features=self.features.drop_columns([key for key in keys if key in self.keys]))

    def rows(self, places: NDArray[Any]) -> Dataset:
        """Some of the rows, in the order of their places."""

        def taken(array: NDArray[Any] | None) -> NDArray[Any] | None:
            return None if array is None else array[places]

        return replace(self, features=self.features.take(pa.array(places)), outcome=self.outcome[places],
                       time=taken(self.time), value=taken(self.value), groups=taken(self.groups))  # fmt: skip

    @property
    def keys(self) -> list[str]:
        return list(self.features.column_names)


def kind_of(column: pa.ChunkedArray) -> Kind:
    """What a typed column holds. Strings are a choice unless they read like sentences that hardly repeat."""
    types = pa.types
    if types.is_boolean(column.type):
        return "flag"
    if types.is_temporal(column.type):
        return "date"
    if types.is_integer(column.type) or types.is_floating(column.type) or types.is_decimal(column.type):
        return "number"
    return "text" if reads_like_text(column) else "category"


def reads_like_text(column: pa.ChunkedArray) -> bool:
    seen = [value for value in column.slice(0, _SEEN).to_pylist() if value]
    if not seen or len(set(seen)) * 5 < len(seen):
        return False
    return sum(len(str(value).split()) for value in seen) / len(seen) > _WORDS_OF_TEXT
