"""A registered action, by its key, on all who have come here as one set."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field, JsonValue, ValidationError

from perennial.automation.definition.scope import Scope
from perennial.automation.definition.steps import Step, StepKind, register_step
from perennial.automation.definition.values import fault_of_value, is_filled_in
from perennial.automation.running.acting import IfRefused, act_on, loop_kind
from perennial.automation.running.going import Going, Move, Traveller
from perennial.automation.running.occasions import occasions_of
from perennial.objects.actions import Action, Result, actions, actions_on
from perennial.objects.running import run_action


class ActionStep(Step):
    """`input` is the action's own, with placeholders where it differs from record to record. `about` names a loop
    whose record is acted on in place of the one on its way."""

    kind: Literal["action"] = "action"
    action: Annotated[str, Field(max_length=120)]
    input: dict[str, JsonValue] = {}
    about: Annotated[str, Field(max_length=40)] = ""
    if_refused: IfRefused = "stop"


def _check(step: ActionStep, scope: Scope) -> Iterator[str]:
    kind = scope.about(step.about)
    if kind is None:
        yield _("There is no loop “%(key)s” around this step.") % {"key": step.about}
        return
    offered = {each.key: each for each in actions_on(kind.key, scope.by)}
    declared = offered.get(step.action)
    if declared is None:
        yield _("There is no action “%(key)s” here, or your role does not let you use it. Choose another.") % {
            "key": step.action
        }
        return
    for value in step.input.values():
        if fault := fault_of_value(value, scope.knows):
            yield fault
    yield from _faults_of_input(declared, step.input)


def _faults_of_input(declared: Action, given: dict[str, Any]) -> Iterator[str]:
    """What is certain is checked now; what is filled in, when it is known."""
    open_fields = {key for key, value in given.items() if is_filled_in(value)}
    unknown = given.keys() - declared.input.model_fields.keys()
    if unknown:
        yield _("This action takes no “%(key)s”.") % {"key": sorted(unknown)[0][:80]}
    try:
        declared.input.model_validate({key: value for key, value in given.items() if key not in open_fields})
    except ValidationError as error:
        for each in error.errors():
            if not each["loc"] or each["loc"][0] not in open_fields:
                where = ".".join(map(str, each["loc"]))
                yield f"{where}: {each['msg']}." if where else f"{each['msg']}."


def _sentence(step: ActionStep, scope: Scope) -> str:
    declared = actions.get(step.action)
    return str(declared.label) if declared else step.action


def _execute(step: ActionStep, travellers: Sequence[Traveller], going: Going) -> dict[int, Move]:
    kind = loop_kind(going, step.about) if step.about else going.kind

    def act(pairs: list[tuple[Traveller, int]], data: Any) -> tuple[uuid.UUID | None, Sequence[Result]]:
        ids = [record_id for _each, record_id in pairs]
        occasions = occasions_of(pairs, going)
        run = run_action(step.action, ids, data, by=going.by, on=kind.key if kind else "", occasions=occasions)
        return run.cause, run.results[: len(ids)]

    return act_on(step.key, step.about, step.input, travellers, going, if_refused=step.if_refused, act=act)


register_step(StepKind("action", ActionStep, gettext_lazy("Do something"), "bolt", _execute, _sentence, _check))
