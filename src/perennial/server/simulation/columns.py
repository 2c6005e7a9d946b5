"""Columns of text made without a Python object a row: joined names, JSON, ids, trigrams."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from perennial.server.simulation.model import Numbers

_HEX = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), np.uint16)
_LIST_ROWS = 50_000


def texts(values: Sequence[str | None]) -> pa.Array:
    return pa.array(list(values), pa.string())


def pick(values: Sequence[str] | pa.Array, places: Numbers) -> pa.Array:
    """The value at each place."""
    known = values if isinstance(values, pa.Array) else texts(values)
    return known.take(pa.array(places))


def joined(*parts: Any, by: str = "", skip: bool = False) -> pa.Array:
    """Parts put together, row by row; each is a column or one text for all. A missing part makes the whole missing,
    unless it is skipped."""
    columns = [part if isinstance(part, pa.Array) else pa.scalar(part) for part in parts]
    return pc.binary_join_element_wise(*columns, by, null_handling="skip" if skip else "emit_null")


def whole(numbers: Numbers, *, digits: int = 0) -> pa.Array:
    """Whole numbers as text, with zeros in front."""
    text = pa.array(numbers).cast(pa.string())
    return pc.utf8_lpad(text, digits, "0") if digits else text


def money(cents: Numbers) -> pa.Array:
    """Cents as a decimal number in text: 1250 is 12.50."""
    sign = pick(("", "-"), (cents < 0).astype(np.int8))
    size = np.abs(cents)
    return joined(sign, whole(size // 100), ".", whole(size % 100, digits=2))


def moments(microseconds: Numbers) -> pa.Array:
    return pa.array(microseconds, pa.timestamp("us", "UTC"))


def missing(count: int) -> pa.Array:
    return pa.nulls(count, pa.string())


def only_where(column: pa.Array, those: Numbers) -> pa.Array:
    return pc.if_else(pa.array(those), column, pa.scalar(None, column.type))


def json_of(**fields: pa.Array) -> pa.Array:
    """An object a row; fields are text columns without anything that JSON would escape, and left out where missing."""
    members = [joined(f'"{key}": "', column, '"') for key, column in fields.items()]
    return joined("{", joined(*members, by=", ", skip=True), "}")


def time_ids(microseconds: Numbers, random: np.random.Generator) -> pa.Array:
    """UUIDs of version 7 whose time is the given one, in 32 hexadecimal digits."""
    count = len(microseconds)
    data = np.empty((count, 16), np.uint8)
    data[:, :6] = (microseconds // 1000).astype(">u8").view(np.uint8).reshape(count, 8)[:, 2:]
    data[:, 6:] = random.integers(0, 256, (count, 10), np.uint8)
    data[:, 6] = data[:, 6] & 0x0F | 0x70
    data[:, 8] = data[:, 8] & 0x3F | 0x80
    digits = np.ascontiguousarray(_HEX[data])
    offsets = np.arange(0, 32 * count + 1, 32, dtype=np.int32)
    return pa.Array.from_buffers(pa.string(), count, [None, pa.py_buffer(offsets), pa.py_buffer(digits)])


def gram_lists(folded: pa.Array) -> pa.Array:
    """What `foundation.text.grams` says of each row, as PostgreSQL writes an array."""
    parts = [_gram_lists(folded.slice(start, _LIST_ROWS)) for start in range(0, len(folded), _LIST_ROWS)]
    return pa.concat_arrays(parts) if parts else texts(())


def _gram_lists(folded: pa.Array) -> pa.Array:
    count = len(folded)
    offsets = np.frombuffer(folded.buffers()[1], np.int32)[folded.offset : folded.offset + count + 1]
    data = np.frombuffer(folded.buffers()[2], np.uint8)[offsets[0] : offsets[-1]].astype(np.int64)
    codes = data[:-2] << 16 | data[1:-1] << 8 | data[2:]
    lengths = np.diff(offsets)
    rows = np.repeat(np.arange(count, dtype=np.int64), lengths)
    ends = np.repeat(offsets[1:] - offsets[0], lengths)
    within = np.arange(len(data)) + 2 < ends  # a trigram ends where its row does
    keys = rows[within] << 24 | codes[within[:-2]]
    keys.sort()  # by rows, and quicker than numpy's own `unique`
    keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])] if len(keys) else keys
    bounds = np.searchsorted(keys >> 24, np.arange(count + 1)).astype(np.int32)
    numbers = pa.array((keys & 0xFFFFFF).astype(np.int32)).cast(pa.string())
    return joined("{", pc.binary_join(pa.ListArray.from_arrays(pa.array(bounds), numbers), ","), "}")
