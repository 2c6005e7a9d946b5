from __future__ import annotations

import threading

import pytest

from perennial.foundation.jobs import Loop
from perennial.server.loops import WRITE_EVERY, LoopRunner
from perennial.server.models import LoopState

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_failing_turn_is_shown_tried_again_later_and_forgotten_when_it_succeeds() -> None:
    answers: list[int | Exception] = [ValueError("no such table"), ValueError("no such table"), 3, 0]

    def turn() -> int:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    runner = LoopRunner(Loop("test.turn", turn, every=0.5), threading.Event())
    first, second = runner.turn(), runner.turn()
    assert 0 < first < second
    state = LoopState.objects.get(name="test.turn")
    assert (state.failures, state.last_error, state.is_stalled) == (2, "ValueError: no such table", True)

    assert runner.turn() == 0.0, "there was work: look again at once"
    state.refresh_from_db()
    assert (state.failures, state.done, state.is_stalled) == (0, 3, False)
    assert state.last_error, "what went wrong last stays to be read"
    assert runner.turn() == 0.5


def test_idle_turns_hardly_write() -> None:
    runner = LoopRunner(Loop("test.idle", lambda: 0, every=0.1), threading.Event())
    runner.turn()
    before = LoopState.objects.get(name="test.idle").last_turn_at
    for _ in range(5):
        runner.turn()
    assert LoopState.objects.get(name="test.idle").last_turn_at == before
    runner.written_at -= WRITE_EVERY
    runner.turn()
    assert LoopState.objects.get(name="test.idle").last_turn_at > before
