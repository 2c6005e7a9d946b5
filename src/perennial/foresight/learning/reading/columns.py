"""What a column of text is, told by its values and its heading, and its values read by that."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from perennial.foresight.learning.dataset import reads_like_text
from perennial.foresight.learning.reading import dates, numbers
from perennial.foundation.libraries import on_demand

if TYPE_CHECKING:
    import pyarrow as pa
else:
    pa = on_demand("pyarrow", "pyarrow.compute")

Shape = Literal["number", "flag", "category", "date", "text", "id", "empty"]
YES_AND_NO = (
    ("yes", "no"), ("y", "n"), ("true", "false"), ("t", "f"), ("1", "0"), ("1.0", "0.0"), ("on", "off"), ("ja", "nein"),
    ("da", "ne"), ("да", "нет"), ("иә", "жоқ"), ("oui", "non"), ("si", "no"), ("sí", "no"), ("sim", "não"),
)  # fmt: skip
_MOST = 0.95  # of the values must look like what the column is taken for
_LOOKED_AT = 20_000
_ID_WORDS = re.compile(r"(^|[\s_.-])(id|ids|uuid|guid|key|index|row|rowid|nr|no|num|number|#)$"
                       r"|^(id|uuid|guid|unnamed)\b",
                       re.IGNORECASE)  # fmt: skip
_FEW = 40  # rows that tell nothing about whether values repeat
_MOSTLY_DISTINCT = 0.9
_LONG_LEVEL = 200
_WAYS = 8  # of writing yes and no


@dataclass(frozen=True, slots=True)
class Reading:
    """How a column is read. `spellings` are the levels of a category: what all ways of writing one come down to."""

    name: str
    shape: Shape
    mark: numbers.Mark = "."
    form: str = ""
    yes: str = ""
    spellings: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_read(self) -> bool:
        return self.shape not in ("id", "empty")

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Reading:
        return cls(**data)


def guess(name: str, column: pa.ChunkedArray) -> Reading:
    """`column` is trimmed text, null where nothing is said."""
    present = column.drop_null()
    if not len(present):
        return Reading(name, "empty")
    seen = present.take(pa.array(range(0, len(present), max(1, len(present) // _LOOKED_AT)))).combine_chunks()
    distinct = pa.compute.unique(seen)
    words = {value.casefold() for value in distinct.to_pylist()} if len(distinct) <= _WAYS else set()
    for yes, no in YES_AND_NO:
        if words == {yes, no}:
            return Reading(name, "flag", yes=yes)
    form = dates.format_of(distinct)
    if form is not None:
        return Reading(name, "date", form=form)
    mark = numbers.decimal_mark(distinct.to_pylist())
    read = sum(numbers.number(value, mark) is not None for value in distinct.to_pylist())
    if read >= _MOST * len(distinct):
        return Reading(name, "id" if _is_running_number(name, present, len(column)) else "number", mark=mark)
    if _is_name_of_row(name, present, len(column)):
        return Reading(name, "id")
    if reads_like_text(present):
        return Reading(name, "text")
    return Reading(name, "category", spellings=_spellings(present))


def read(column: pa.ChunkedArray, how: Reading) -> pa.Array:
    """The typed values; null where a value cannot be read so."""
    plain = column.combine_chunks()
    if how.shape == "date":
        return dates.read(plain, how.form)
    if how.shape == "number":
        return _numbers(plain, how.mark)
    if how.shape == "flag":
        return _each(plain, pa.bool_(), lambda value: _truth(value, how.yes))
    if how.shape == "category":
        return _each(plain, pa.string(), lambda value: how.spellings.get(folded(value), value[:_LONG_LEVEL]))
    return plain


def folded(value: str) -> str:
    """Google, google and "GOOGLE " are one."""
    return " ".join(value.casefold().split())


def _truth(value: str, yes: str) -> bool | None:
    no = {no for word, no in YES_AND_NO if word == yes}
    return True if value.casefold() == yes else False if value.casefold() in no else None


def _numbers(plain: pa.Array, mark: numbers.Mark) -> pa.Array:
    if mark == ".":
        try:
            quick = plain.cast(pa.float64())
        except pa.ArrowInvalid:
            pass
        else:
            return pa.compute.if_else(pa.compute.is_finite(quick), quick, pa.scalar(None, pa.float64()))
    return _each(plain, pa.float64(), lambda value: numbers.number(value, mark))


def _each(plain: pa.Array, kind: pa.DataType, make: Callable[[str], Any]) -> pa.Array:
    """Each distinct value is looked at once."""
    coded = plain.dictionary_encode()
    known = pa.array([make(value) for value in coded.dictionary.to_pylist()], kind)
    return known.take(coded.indices)


def _spellings(present: pa.ChunkedArray) -> dict[str, str]:
    """The most common way of writing each level, by what they all come down to."""
    counted = present.value_counts()
    counts: Counter[str] = Counter()
    best: dict[str, tuple[int, str]] = {}
    for each in counted.to_pylist():
        value, count = each["values"][:_LONG_LEVEL], each["counts"]
        key = folded(value)
        counts[key] += count
        best[key] = max(best.get(key, (0, value)), (count, value))
    return {key: best[key][1] for key, _count in counts.most_common(_MOST_SPELLINGS)}


_MOST_SPELLINGS = 2_000


def _is_running_number(name: str, present: pa.ChunkedArray, rows: int) -> bool:
    """Everybody has one, no two are the same, they are whole, and they run on or are called a number."""
    if rows < _FEW or len(present) < rows or len(pa.compute.unique(present)) < _MOSTLY_DISTINCT * rows:
        return False
    values: Sequence[str] = present.to_pylist()
    if not all(value.isascii() and value.isdigit() for value in values):
        return False
    whole = [int(value) for value in values]
    return bool(_ID_WORDS.search(name)) or (len(set(whole)) == rows and max(whole) - min(whole) < 2 * rows)


def _is_name_of_row(name: str, present: pa.ChunkedArray, rows: int) -> bool:
    """A word or a name that hardly anybody shares says who a row is, not what it is like."""
    if rows < _FEW:
        return False
    share = len(pa.compute.unique(present)) / len(present)
    seen = present.slice(0, 2_000).to_pylist()
    few_words = sum(len(value.split()) for value in seen) / len(seen) <= 3
    is_called_so = bool(_ID_WORDS.search(name)) and share > 0.5
    return (few_words and share > 0.7 and len(present) >= _FEW) or is_called_so
