"""What a step is handed when it is executed, and what it answers: everybody who has arrived, and where each goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Literal

from perennial.automation.definition.program import Program
from perennial.objects.types import ObjectType
from perennial.workspace.actor import Actor

Phase = Literal["", "waiting", "met", "late", "refused"]
Ending = Literal["done", "goal", "stopped", "failed"]


@dataclass(slots=True)
class Traveller:
    """A run that has come to a step, held until the transaction ends. `phase` says whether it waits there already."""

    run_id: int
    record_id: int
    phase: str
    since: datetime  # when it came to this step
    until: datetime | None  # when it waits in vain
    attempt: int
    context: dict[str, Any]

    def item(self, loop: str) -> int | None:
        """The record that a loop is at."""
        state = self.context.get("loops", {}).get(loop)
        return None if state is None or not state["ids"] else int(state["ids"][0])


@dataclass(frozen=True, slots=True)
class Going:
    """One step of one version, for a set of runs. `cause` marks what it leads to; `depth` is how many automations
    led to these runs, one through the other."""

    automation_id: int
    name: str
    version_id: int
    kind: ObjectType
    program: Program
    by: Actor
    now: datetime
    zone: tzinfo
    depth: int = 0
    is_trial: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """What became of one run at a step.

    Without more it goes on past the step; `way` leads into a part of it. `stays` keeps it there, until `due_at` or what
    it `awaits`. `ends` ends it. `code` and `sentence` are for its log, `context` replaces what it carries.
    """

    way: str = ""
    code: str = "done"
    sentence: str = ""
    stays: bool = False
    phase: Phase = ""
    due_at: datetime | None = None
    until: datetime | None = None
    awaits: str = ""
    ends: Ending | None = None
    context: Mapping[str, Any] | None = field(default=None)


def all_go(travellers: Sequence[Traveller], move: Move) -> dict[int, Move]:
    return dict.fromkeys((each.run_id for each in travellers), move)
