"""The `Way` contract: how deliveries of one sort go out.

    register_way(Way("integrations.webhook", prepare=ready_to_call))

`prepare` is handed all that were claimed together, and looks up what they need (where to, with which secret) by a
constant number of statements. It answers for each with a call that sends it, or with the outcome where it cannot be
sent at all. The calls run in threads beside each other, so they must not touch the database; they raise
`foundation.outbound.NotSent` or `InDoubt`, or answer an `Outcome`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

State = Literal["waiting", "sending", "done", "refused", "unsent", "doubt", "dropped"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is ours to send. It must begin before `begin_by`, by the wall clock: later it counts as in
    doubt for everybody else."""

    id: int
    key: str
    lane: str
    payload: Mapping[str, Any]
    attempts: int  # this one included
    begin_by: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """`is_busy`: the lane is spared for a while, whatever became of this one."""

    state: State
    status: int | None = None  # what the receiver answered
    sentence: str = ""
    is_busy: bool = False


Send = Callable[[], Outcome]
Prepare = Callable[[Sequence[Claimed]], Mapping[int, Send | Outcome]]


@dataclass(frozen=True, slots=True)
class Way:
    key: str
    prepare: Prepare


ways: dict[str, Way] = {}


def register_way(declared: Way) -> Way:
    """Refuses a key that is taken."""
    if declared.key in ways:
        raise ValueError(f"The way {declared.key} is declared twice.")
    ways[declared.key] = declared
    return declared
