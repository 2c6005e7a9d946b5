"""A ladder of conditions: each goes the first way whose condition holds, or the other one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ConfigDict, Field

from perennial.automation.definition.asked import Asked, fault_of, said
from perennial.automation.definition.limits import MOST_WAYS
from perennial.automation.definition.scope import Scope
from perennial.automation.definition.steps import Step, StepKind, Steps, register_step
from perennial.automation.running.going import Going, Move, Traveller
from perennial.automation.running.matching import matching

OTHERWISE = "otherwise"


class Way(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    when: Asked
    label: Annotated[str, Field(max_length=120)] = ""
    steps: Steps = ()


class BranchStep(Step):
    kind: Literal["branch"] = "branch"
    ways: Annotated[tuple[Way, ...], Field(min_length=1, max_length=MOST_WAYS)]
    otherwise: Steps = ()


def _check(step: BranchStep, scope: Scope) -> Iterator[str]:
    for number, way in enumerate(step.ways, start=1):
        if fault := fault_of(way.when, scope.schema):
            yield _("Way %(number)d: %(fault)s") % {"number": number, "fault": fault}


def _sentence(step: BranchStep, scope: Scope) -> str:
    return _("If %(condition)s") % {"condition": said(step.ways[0].when, scope.schema)}


def _ways(step: BranchStep) -> Mapping[str, tuple[Step, ...]]:
    return {**{f"way{number}": way.steps for number, way in enumerate(step.ways)}, OTHERWISE: step.otherwise}


def _execute(step: BranchStep, travellers: Sequence[Traveller], going: Going) -> dict[int, Move]:
    """A statement a rung, for those who are left."""
    left = {each.run_id: each.record_id for each in travellers}
    moves: dict[int, Move] = {}
    for number, way in enumerate(step.ways):
        ids = matching(going.kind, set(left.values()), way.when, by=going.by)
        said = way.label or _("way %(number)d") % {"number": number + 1}
        chosen = Move(way=f"way{number}", sentence=said)
        moves |= {run_id: chosen for run_id, record_id in left.items() if record_id in ids}
        left = {run_id: record_id for run_id, record_id in left.items() if record_id not in ids}
        if not left:
            break
    return moves | dict.fromkeys(left, Move(way=OTHERWISE, sentence=_("otherwise")))


register_step(StepKind("branch", BranchStep, gettext_lazy("Branch"), "git-branch", _execute, _sentence, _check, _ways))
