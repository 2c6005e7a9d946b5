"""The lake kept open between questions: who types a rule asks ten times a minute, and opening costs as much as asking.

    with kept_lake() as lake:
        lake.answer(lake.table("events").count())

Questions of one process take turns (`turns`), so none may take for ever: after a minute it is broken off. What was
appended since the last one is seen after at most a second; after a quiet minute the engine is closed, and its memory
given back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from deltalake import DeltaTable
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Refused
from perennial.lake.engine import MEMORY, release_memory
from perennial.lake.engines.contract import Engine
from perennial.lake.files import may_have_grown
from perennial.lake.place import root_url
from perennial.lake.reader import ENGINES, Lake, is_there, names_of_tables, show
from perennial.lake.turns import spend, turn_of
from perennial.workspace.actor import Actor

CLOSED_AFTER = 60.0  # seconds without a question
LOOKED_EVERY = 1.0
LONGEST = 60.0  # seconds of one question


class TooLong(Refused):
    code = "too_long"
    status = 503
    sentence = _("This question takes too long. Ask about less: fewer conditions, fewer periods or a shorter time.")


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
            if not may_have_grown(table):
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
def kept_lake(by: Actor | None = None) -> Iterator[Lake]:
    """`by` is who asks, so that nobody's questions take the turns of everybody else (`turns`)."""
    with turn_of(by), _State.lock:
        began = time.monotonic()
        kept = _opened()
        is_over = threading.Event()
        limit = threading.Timer(LONGEST, _break_off, (kept.engine, is_over))
        limit.start()
        try:
            kept.follow()
            yield Lake(kept.engine, frozenset(kept.tables))
        except BaseException as error:  # whatever state the engine is in now, the next question begins with a new one
            _close()
            if is_over.is_set() and isinstance(error, Exception) and not isinstance(error, Refused):
                raise TooLong from error
            raise
        finally:
            limit.cancel()
            spend(by, time.monotonic() - began)
        kept.used_at = time.monotonic()


def _break_off(engine: Engine, is_over: threading.Event) -> None:
    is_over.set()
    engine.interrupt()


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
