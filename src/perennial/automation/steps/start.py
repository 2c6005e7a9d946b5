"""Starting another automation for the same record, and waiting for it to end, or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perennial.automation.definition.scope import Scope
from perennial.automation.definition.steps import Step, StepKind, register_step
from perennial.automation.models import Automation
from perennial.automation.running.entering import Arrival, enter
from perennial.automation.running.going import Going, Move, Traveller

AWAITS = "flow"


class StartStep(Step):
    """`automation` is the number of the other; it must be about the same kind of record."""

    kind: Literal["start"] = "start"
    automation: int
    waits: bool = False


def _check(step: StartStep, scope: Scope) -> Iterator[str]:
    other = Automation.objects.filter(pk=step.automation, retired_at=None).first()
    if other is None or other.object_key != scope.kind.key:
        yield _("Choose another automation that is about the same kind of record.")


def _sentence(step: StartStep, scope: Scope) -> str:
    other = Automation.objects.filter(pk=step.automation).first()
    named = {"name": other.name if other else f"#{step.automation}"}
    return _("Start “%(name)s” and wait for it") % named if step.waits else _("Start “%(name)s”") % named


def _execute(step: StartStep, travellers: Sequence[Traveller], going: Going) -> dict[int, Move]:
    moves = {each.run_id: Move(sentence=_("it has ended")) for each in travellers if each.phase != ""}
    arrived = [each for each in travellers if each.phase == ""]
    if not arrived:
        return moves
    other = Automation.objects.filter(pk=step.automation, state=Automation.State.ON, retired_at=None).first()
    if other is None:
        off = Move(code="refused", sentence=_("the other automation is not running"), ends="failed")
        return moves | {each.run_id: off for each in arrived}
    entered = enter(
        other,
        [Arrival(each.record_id, None, {"event": each.context.get("event", {})}, going.depth + 1,
                 each.run_id if step.waits else None) for each in arrived],
        now=going.now,
    )  # fmt: skip
    for each in arrived:
        if each.record_id not in entered:
            moves[each.run_id] = Move(code="refused", sentence=_("it may not be entered again"))
        else:
            moves[each.run_id] = (
                Move(stays=True, phase="waiting", code="waits", awaits=AWAITS) if step.waits else Move()
            )
    return moves


register_step(
    StepKind("start", StartStep, gettext_lazy("Start another automation"), "arrows-split-2", _execute, _sentence,
             _check)
)  # fmt: skip
