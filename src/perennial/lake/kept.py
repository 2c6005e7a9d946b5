"""The lake kept open between questions: who types a rule asks ten times a minute, and opening costs as much as asking.

    with kept_lake() as lake:
        lake.answer(lake.table("events").count())

Questions of one process take turns. What was appended since the last one is seen after at most a second; after a quiet
minute the engine is closed, and its memory given back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from deltalake import DeltaTable
from django.conf import settings

from perennial.lake.engine import MEMORY, release_memory
from perennial.lake.engines.contract import Engine
from perennial.lake.place import root_url
from perennial.lake.reader import ENGINES, Lake, is_there, names_of_tables, show

CLOSED_AFTER = 60.0  # seconds without a question
LOOKED_EVERY = 1.0


@dataclass(slots=True)
class _Kept:
    """An open engine, what it shows, and in which version."""

    root: str
    name: str
    engine: Engine
    closing: ExitStack
    tables: dict[str, DeltaTable] = field(default_factory=dict)
    looked_at: float = 0.0
    used_at: float = 0.0

    def follow(self) -> None:
        """Show anew what has grown."""
        if time.monotonic() - self.looked_at < LOOKED_EVERY:
            return
        for name in names_of_tables():
            table, url = self.tables.get(name), f"{self.root}/{name}"
            if table is None:
                if is_there(url):
                    self.tables[name] = DeltaTable(url)
                    show(self.engine, name, self.tables[name])
                continue
            before = table.version()
            table.update_incremental()
            if table.version() != before:
                show(self.engine, name, table)
        self.looked_at = time.monotonic()


class _State:
    kept: _Kept | None = None
    lock = threading.Lock()


@contextmanager
def kept_lake() -> Iterator[Lake]:
    with _State.lock:
        kept = _opened()
        try:
            kept.follow()
            yield Lake(kept.engine, frozenset(kept.tables))
        except BaseException:  # whatever state the engine is in now, the next question begins with a new one
            _close()
            raise
        kept.used_at = time.monotonic()


def close_kept(*, idle_for: float = 0.0) -> None:
    """Close it when nobody has asked for so many seconds."""
    with _State.lock:
        if _State.kept is not None and time.monotonic() - _State.kept.used_at >= idle_for:
            _close()
            release_memory()


def _opened() -> _Kept:
    root, name = root_url(), settings.LAKE_ENGINE
    if _State.kept is not None and (_State.kept.root, _State.kept.name) != (root, name):
        _close()
    if _State.kept is None:
        closing = ExitStack()
        _State.kept = _Kept(root, name, closing.enter_context(ENGINES[name](MEMORY)), closing)
        threading.Thread(target=_close_when_idle, name="lake.kept", daemon=True).start()
    return _State.kept


def _close_when_idle() -> None:
    while _State.kept is not None:
        time.sleep(CLOSED_AFTER / 4)
        close_kept(idle_for=CLOSED_AFTER)


def _close() -> None:
    if _State.kept is not None:
        kept, _State.kept = _State.kept, None
        kept.closing.close()
