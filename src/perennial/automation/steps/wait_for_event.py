"""Waiting until something happens to the record, with a way of its own for those to whom it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from perennial.automation.definition.asked import Asked
from perennial.automation.definition.events import event_of, fault_of_event
from perennial.automation.definition.patience import Patience, fault_of_patience, until
from perennial.automation.definition.scope import Scope
from perennial.automation.definition.steps import Step, StepKind, Steps, register_step
from perennial.automation.running.going import Going, Move, Traveller
from perennial.conditions import TRUE

AWAITS = "event:"


class EventWaitStep(Step):
    """`event` is the type, `where` compares its properties. Whoever waits in vain goes `late`, then on."""

    kind: Literal["wait_for_event"] = "wait_for_event"
    event: Annotated[str, Field(max_length=200)]
    where: Asked = TRUE
    patience: Patience
    met: Steps = ()
    late: Steps = ()


def _check(step: EventWaitStep, scope: Scope) -> Iterator[str]:
    yield from fault_of_event(step.event, step.where, scope)
    yield from fault_of_patience(step.patience)


def _sentence(step: EventWaitStep, scope: Scope) -> str:
    info = event_of(step.event, scope)
    return _("Wait for “%(event)s”, at most %(patience)s") % {
        "event": str(info.label) if info else step.event, "patience": step.patience.said(),
    }  # fmt: skip


def _ways(step: EventWaitStep) -> Mapping[str, tuple[Step, ...]]:
    return {"met": step.met, "late": step.late}


def _execute(step: EventWaitStep, travellers: Sequence[Traveller], going: Going) -> dict[int, Move]:
    waits = Move(
        stays=True, phase="waiting", code="waits", awaits=f"{AWAITS}{step.event}"[:200],
        due_at=(due := until(step.patience, going.now)), until=due,
    )  # fmt: skip
    ways = {
        "met": Move(way="met", sentence=_("it happened")),
        "waiting": Move(way="late", sentence=_("it did not happen in time")),
    }
    return {each.run_id: ways.get(each.phase, waits) for each in travellers}


register_step(
    StepKind(
        "wait_for_event", EventWaitStep, gettext_lazy("Wait for an event"), "ear", _execute, _sentence, _check, _ways
    )
)
