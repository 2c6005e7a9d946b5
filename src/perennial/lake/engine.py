"""DuckDB as the lake uses it: two threads, bounded memory, and nothing downloaded, ever."""

from __future__ import annotations

import ctypes
import gc

import duckdb
import pyarrow as pa

from perennial.foundation.libraries import settle_pyarrow

MEMORY = "512MB"
settle_pyarrow()


def new_engine(memory: str = MEMORY) -> duckdb.DuckDBPyConnection:
    engine = duckdb.connect(
        config={
            "threads": 2,
            "memory_limit": memory,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    engine.execute("SET TimeZone = 'UTC'")
    return engine


def release_memory() -> None:
    """Give back to the system what a large piece of work has left with the allocators: hundreds of megabytes."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it
    if trim is not None:
        trim(0)
