"""Heavy libraries of others, loaded by whoever first asks something of them.

The process that answers pages imports every room, and with the rooms what one import of a file or one export in a
thousand needs. A room that needs such a library now and then says so:

    if TYPE_CHECKING:
        import pyarrow as pa
    else:
        pa = on_demand("pyarrow", "pyarrow.parquet")
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import Any


class OnDemand:
    """Stands for a module until something of it is asked for."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def __getattr__(self, name: str) -> Any:
        return getattr(_load(self._names), name)


def on_demand(name: str, *parts: str) -> OnDemand:
    """The module of that name; with it come the parts ("pyarrow.parquet"), which are found as its attributes."""
    return OnDemand((name, *parts))


class _NoPandas(MetaPathFinder):
    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def settle_pyarrow() -> None:
    """With its first array pyarrow loads pandas, 35 MB of it, to ask whether a list is one of pandas' own. Once it has
    not found it, it asks no more; whoever wants pandas still gets it."""
    if "pandas" in sys.modules:
        return
    finder = _NoPandas()
    sys.meta_path.insert(0, finder)
    try:
        import_module("pyarrow").array([0])
    finally:
        sys.meta_path.remove(finder)


def _load(names: Sequence[str]) -> ModuleType:
    first = import_module(names[0])
    if names[0] == "pyarrow":
        settle_pyarrow()
    for name in names[1:]:
        import_module(name)
    return first
