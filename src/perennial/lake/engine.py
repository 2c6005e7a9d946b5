"""DuckDB as the lake uses it: two threads, bounded memory, and nothing downloaded, ever."""

from __future__ import annotations

import duckdb

MEMORY = "512MB"


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
