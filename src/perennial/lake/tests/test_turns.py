"""Nobody's questions take the turns of everybody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from perennial.lake import turns
from perennial.lake.turns import AT_ONCE, MOST_SECONDS, AskedTooMuch, spend, turn_of
from perennial.workspace.actor import SYSTEM

ADA, BEN = (replace(SYSTEM, kind="user", id=number) for number in (1, 2))


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    turns.forget()
    yield
    turns.forget()


def test_one_person_has_only_so_many_questions_waiting() -> None:
    with ExitStack() as waiting:
        for _question in range(AT_ONCE):
            waiting.enter_context(turn_of(ADA))
        with pytest.raises(AskedTooMuch):
            waiting.enter_context(turn_of(ADA))
        waiting.enter_context(turn_of(BEN))
        for _question in range(3 * AT_ONCE):  # the house itself is never refused
            waiting.enter_context(turn_of(SYSTEM))
            waiting.enter_context(turn_of(None))
    with turn_of(ADA):
        pass


def test_whoever_kept_the_engine_busy_lets_others_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000.0]
    monkeypatch.setattr(turns.time, "monotonic", lambda: now[0])
    spend(ADA, MOST_SECONDS + 1)
    with turn_of(ADA):  # nobody else waits
        pass
    with turn_of(BEN):
        with pytest.raises(AskedTooMuch), turn_of(ADA):
            pass
        now[0] += 4
        with turn_of(ADA):
            pass
