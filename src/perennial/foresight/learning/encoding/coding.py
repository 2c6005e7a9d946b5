"""What every coding can do, and the codings of all columns side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol

from perennial.foresight.learning.dataset import kind_of
from perennial.foresight.learning.encoding.categories import CategoryCoding
from perennial.foresight.learning.encoding.dates import DateCoding
from perennial.foresight.learning.encoding.numbers import NumberCoding
from perennial.foresight.learning.encoding.texts import TextCoding
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from perennial.foresight.learning.dataset import Floats
else:
    np = on_demand("numpy")


class Coding(Protocol):
    """`linear` and `plain` have a row for each row and a column for each of `widths`; `choices` are the places among
    the plain columns that hold codes without order."""

    @property
    def key(self) -> str: ...
    @property
    def widths(self) -> tuple[int, int]: ...
    @property
    def choices(self) -> tuple[int, ...]: ...
    def linear(self, column: pa.ChunkedArray, at: NDArray[np.datetime64] | None) -> Floats: ...
    def plain(self, column: pa.ChunkedArray, at: NDArray[np.datetime64] | None) -> Floats: ...


_KINDS: dict[str, Any] = {"number": NumberCoding, "category": CategoryCoding, "flag": CategoryCoding,
                          "date": DateCoding, "text": TextCoding}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Encoding:
    codings: tuple[Coding, ...]

    @property
    def keys(self) -> list[str]:
        return [each.key for each in self.codings]

    def linear(self, table: pa.Table, at: NDArray[np.datetime64] | None = None) -> Floats:
        made = np.empty((table.num_rows, sum(each.widths[0] for each in self.codings)))
        start = 0
        for each in self.codings:
            made[:, start : start + each.widths[0]] = each.linear(table[each.key], at)
            start += each.widths[0]
        return made

    def plain(self, table: pa.Table, at: NDArray[np.datetime64] | None = None) -> NDArray[np.float32]:
        made = np.empty((table.num_rows, sum(each.widths[1] for each in self.codings)), np.float32)
        start = 0
        for each in self.codings:
            made[:, start : start + each.widths[1]] = each.plain(table[each.key], at)
            start += each.widths[1]
        return made

    def owners(self, *, is_linear: bool) -> list[str]:
        """To which column of the table each column made of it belongs."""
        return [each.key for each in self.codings for _place in range(each.widths[0 if is_linear else 1])]

    @property
    def choices(self) -> list[int]:
        places, start = [], 0
        for each in self.codings:
            places += [start + place for place in each.choices]
            start += each.widths[1]
        return places

    def to_json(self) -> list[dict[str, Any]]:
        kinds: dict[type, str] = {
            CategoryCoding: "category", NumberCoding: "number", DateCoding: "date", TextCoding: "text"}  # fmt: skip
        codings: tuple[Any, ...] = self.codings
        return [{"kind": kinds[type(each)], **asdict(each)} for each in codings]

    @classmethod
    def from_json(cls, data: Sequence[Mapping[str, Any]]) -> Encoding:
        return cls(
            tuple(_KINDS[each["kind"]].from_json({k: v for k, v in each.items() if k != "kind"}) for each in data)
        )


def encoding_of(table: pa.Table, at: NDArray[np.datetime64] | None = None) -> Encoding:
    """The codings for all columns; one that says nothing has none."""
    found = (_KINDS[kind_of(table[key])].of(key, table[key], at) for key in table.column_names)
    return Encoding(tuple(each for each in found if each is not None))
