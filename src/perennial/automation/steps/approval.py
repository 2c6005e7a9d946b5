"""Asking a person: approve, or refuse with a reason; and a way for when nobody answers in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ConfigDict, Field

from perennial.automation.definition.patience import Patience, fault_of_patience, until
from perennial.automation.definition.scope import Scope
from perennial.automation.definition.steps import Step, StepKind, Steps, register_step
from perennial.automation.definition.values import fault_of_value, filled
from perennial.automation.running.asking import ask
from perennial.automation.running.filling import read_records, values_for
from perennial.automation.running.going import Going, Move, Traveller
from perennial.objects.fields import Link
from perennial.workspace.models import Team, User

AWAITS = "approval"


class Whom(BaseModel):
    """The record's owner, a user or a team. Where the record has no owner, whoever published the automation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    owner: bool = False
    user: int | None = None
    team: int | None = None


class ApprovalStep(Step):
    kind: Literal["approval"] = "approval"
    question: Annotated[str, Field(min_length=1, max_length=300)]
    whom: Whom = Whom(owner=True)
    patience: Patience
    approved: Steps = ()
    refused: Steps = ()
    late: Steps = ()


def _check(step: ApprovalStep, scope: Scope) -> Iterator[str]:
    if fault := fault_of_value(step.question, scope.knows):
        yield fault
    whom = step.whom
    if sum((whom.owner, whom.user is not None, whom.team is not None)) != 1:
        yield _("Say who is asked: the owner, one person, or a team.")
    if whom.owner and scope.kind.field("owner") is None:
        yield _("Nobody owns such a record. Choose a person or a team to ask.")
    if whom.user is not None and not User.objects.filter(pk=whom.user, is_active=True).exists():
        yield _("This person is not here any more. Choose another.")
    if whom.team is not None and not Team.objects.filter(pk=whom.team).exists():
        yield _("This team is not here any more. Choose another.")
    yield from fault_of_patience(step.patience)


def _sentence(step: ApprovalStep, scope: Scope) -> str:
    return _("Ask: %(question)s") % {"question": step.question}


def _ways(step: ApprovalStep) -> Mapping[str, tuple[Step, ...]]:
    return {"approved": step.approved, "refused": step.refused, "late": step.late}


def _execute(step: ApprovalStep, travellers: Sequence[Traveller], going: Going) -> dict[int, Move]:
    asked = [each for each in travellers if each.phase == ""]
    due = until(step.patience, going.now)
    if asked:
        values = values_for([step.question], asked, going)
        owners = (
            read_records(going.kind, {each.record_id for each in asked}, ["owner"], by=going.by)
            if (step.whom.owner)
            else {}
        )
        rows = []
        for each in asked:
            owner = owners.get(each.record_id, {}).get("owner")
            user = owner.id if isinstance(owner, Link) else step.whom.user
            question = filled(step.question, values[each.run_id], now=going.now, zone=going.zone)
            rows.append((each, str(question or "")[:300], user or (None if step.whom.team else going.by.user_id)))
        ask(step.key, rows, team_id=step.whom.team, until=due, going=going)
    ways = {
        "": Move(stays=True, phase="waiting", code="waits", awaits=AWAITS, due_at=due, until=due),
        "met": Move(way="approved", sentence=_("approved")),
        "refused": Move(way="refused", sentence=_("refused")),
    }
    late = Move(way="late", sentence=_("nobody answered in time"))
    return {each.run_id: ways.get(each.phase, late) for each in travellers}


register_step(
    StepKind("approval", ApprovalStep, gettext_lazy("Ask a person"), "user-question", _execute, _sentence, _check,
             _ways)
)  # fmt: skip
