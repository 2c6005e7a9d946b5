"""The end of the way, before the end of the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from perennial.automation.definition.scope import Scope
from perennial.automation.definition.steps import Step, StepKind, register_step
from perennial.automation.running.going import Going, Move, Traveller, all_go


class StopStep(Step):
    kind: Literal["stop"] = "stop"
    reason: Annotated[str, Field(max_length=200)] = ""


def _sentence(step: StopStep, scope: Scope) -> str:
    return _("Stop: %(reason)s") % {"reason": step.reason} if step.reason else _("Stop")


def _execute(step: StopStep, travellers: Sequence[Traveller], going: Going) -> dict[int, Move]:
    return all_go(travellers, Move(ends="done", sentence=step.reason))


register_step(StepKind("stop", StopStep, gettext_lazy("Stop"), "player-stop", _execute, _sentence))
