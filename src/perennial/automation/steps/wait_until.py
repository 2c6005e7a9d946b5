"""Waiting until a condition holds for the record, with a way of its own for those for whom it does not in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perennial.automation.definition.asked import Asked, fault_of, said
from perennial.automation.definition.patience import Patience, fault_of_patience, until
from perennial.automation.definition.scope import Scope
from perennial.automation.definition.steps import Step, StepKind, Steps, register_step
from perennial.automation.running.going import Going, Move, Traveller
from perennial.automation.running.matching import matching

AWAITS = "rule"
LOOKED_AGAIN = timedelta(minutes=15)  # for what time alone changes; what touches the record is looked at when it does


class RuleWaitStep(Step):
    kind: Literal["wait_until"] = "wait_until"
    when: Asked
    patience: Patience
    met: Steps = ()
    late: Steps = ()


def _check(step: RuleWaitStep, scope: Scope) -> Iterator[str]:
    if fault := fault_of(step.when, scope.schema):
        yield fault
    yield from fault_of_patience(step.patience)


def _sentence(step: RuleWaitStep, scope: Scope) -> str:
    return _("Wait until %(condition)s, at most %(patience)s") % {
        "condition": said(step.when, scope.schema), "patience": step.patience.said(),
    }  # fmt: skip


def _ways(step: RuleWaitStep) -> Mapping[str, tuple[Step, ...]]:
    return {"met": step.met, "late": step.late}


def _execute(step: RuleWaitStep, travellers: Sequence[Traveller], going: Going) -> dict[int, Move]:
    holds = matching(going.kind, {each.record_id for each in travellers}, step.when, by=going.by)
    met, late = Move(way="met", sentence=_("it holds")), Move(way="late", sentence=_("it did not hold in time"))
    moves: dict[int, Move] = {}
    for each in travellers:
        end = each.until or until(step.patience, going.now)
        if each.record_id in holds:
            moves[each.run_id] = met
        elif end <= going.now or each.phase == "late":
            moves[each.run_id] = late
        else:
            moves[each.run_id] = Move(
                stays=True, phase="waiting", code="" if each.phase == "waiting" else "waits", awaits=AWAITS,
                due_at=min(end, going.now + LOOKED_AGAIN), until=end,
            )  # fmt: skip
    return moves


register_step(
    StepKind("wait_until", RuleWaitStep, gettext_lazy("Wait for a rule"), "filter", _execute, _sentence, _check, _ways)
)
