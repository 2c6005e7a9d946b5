"""A program of its own: reads a Parquet file to its end in a process that may not grow. Its exit says how it went.

It imports nothing of ours, so that it starts quickly. Run by `parquet` for every file that comes in.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING or __name__ == "__main__":  # whoever asks for its limits needs none of it
    import pyarrow
    import pyarrow.compute
    import pyarrow.parquet

BATCH = 5_000  # rows at a time, here and in an import
DAMAGED, TOO_MUCH, LONG_CELL = 3, 4, 5
_MEMORY = 2 * 1024**3  # bytes beyond those of the empty process
_LONGEST_CELL = 200_000 * 4  # bytes; as in `shape`


def main(path: str) -> int:
    pyarrow.set_memory_pool(pyarrow.system_memory_pool())  # the others reserve room that they may never use
    if size := _size():
        resource.setrlimit(resource.RLIMIT_AS, (size + _MEMORY, size + _MEMORY))
    try:
        file = pyarrow.parquet.ParquetFile(path, pre_buffer=False)
        for batch in file.iter_batches(batch_size=BATCH, use_threads=False):
            if any(map(_has_long_cell, batch.columns)):
                return LONG_CELL
    except MemoryError:
        return TOO_MUCH
    except (pyarrow.ArrowException, OSError, OverflowError, ValueError):
        return DAMAGED
    return 0


def _has_long_cell(column: pyarrow.Array) -> bool:
    texts = column.dictionary if pyarrow.types.is_dictionary(column.type) else column
    type = texts.type
    if not (pyarrow.types.is_string(type) or pyarrow.types.is_large_string(type) or pyarrow.types.is_binary(type)
            or pyarrow.types.is_large_binary(type)):  # fmt: skip
        return bool(texts.nbytes > BATCH * _LONGEST_CELL)
    longest = pyarrow.compute.max(pyarrow.compute.binary_length(texts)).as_py()
    return bool(longest is not None and longest > _LONGEST_CELL)


def _size() -> int:
    """Bytes of this process; 0 where the system does not say, and would not keep to a limit either."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
