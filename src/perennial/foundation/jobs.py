"""Background work, of two kinds.

A *job* is a batch on procrastinate's PostgreSQL queue: it claims hundreds or thousands of rows by a conditional
update, may run twice without harm, resumes after a kill, and tells whoever started it how far it is. `x.later()`
enqueues within the transaction that is open (so it starts on commit, or never); `x()` runs here and now.

A *loop* runs for as long as the worker does, a turn at a time: live processing and the lake's export. A turn
returns how much it did; after an idle turn the loop sleeps for `every` seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

P = ParamSpec("P")
R = TypeVar("R")


_first: list[Callable[[], object]] = []


def before_work(act: Callable[[], object]) -> None:
    """Have something done before every job and every turn of a loop: to follow what other processes have changed."""
    if act not in _first:
        _first.append(act)


def prepare_work() -> None:
    for act in _first:
        act()


class Job(Generic[P, R]):
    """A function that can also be enqueued. Arguments must be JSON: ids and plain values, never records."""

    def __init__(self, function: Callable[P, R], *, name: str, queue: str, retries: int, cron: str | None) -> None:
        self.function = function
        self.name = name
        self._task = app.task(
            name=name, queue=queue, retry=RetryStrategy(max_attempts=retries, exponential_wait=2) if retries else False
        )(_call(function, takes_timestamp=cron is not None))
        if cron is not None:
            app.periodic(cron=cron)(self._task)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.function(*args, **kwargs)

    def later(self, *, lock: str | None = None, once_key: str | None = None, **kwargs: Any) -> int:
        """Enqueue; the job's number. Jobs with the same `lock` run one after another, and in order."""
        return int(self._task.configure(lock=lock, queueing_lock=once_key).defer(**kwargs))


def _call(function: Callable[..., Any], *, takes_timestamp: bool) -> Callable[..., Any]:
    def work(**arguments: Any) -> Any:
        prepare_work()
        return function(**arguments)

    def periodic(timestamp: int) -> Any:  # procrastinate hands periodic tasks the second they were due
        prepare_work()
        return function()

    return periodic if takes_timestamp else wraps(function)(work)


def job(
    name: str, *, queue: str = "default", retries: int = 3, cron: str | None = None
) -> Callable[[Callable[P, R]], Job[P, R]]:
    """Declare a job under a permanent name ("customers.merge_people"). `cron` makes it periodic as well."""

    def declare(function: Callable[P, R]) -> Job[P, R]:
        return Job(function, name=name, queue=queue, retries=retries, cron=cron)

    return declare


@dataclass(frozen=True, slots=True)
class Loop:
    name: str
    turn: Callable[[], int]  # one turn: how much was done; 0 lets the loop sleep
    every: float  # seconds


loops: dict[str, Loop] = {}


def loop(name: str, *, every: float) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Declare an endless loop of the worker. A turn that raises is logged, shown as stalled, and tried again."""

    def declare(turn: Callable[[], int]) -> Callable[[], int]:
        if name in loops and loops[name].turn is not turn:
            raise ValueError(f"A loop named {name} is declared already.")
        loops[name] = Loop(name, turn, every)
        return turn

    return declare
