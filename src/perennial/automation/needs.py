"""Who is needed: those who are asked by an automation, and, for one that cannot go on, those who build them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perennial.automation.models import Approval, Automation
from perennial.automation.reading import automations_for
from perennial.automation.running.asking import asked_of
from perennial.foundation import clock
from perennial.objects.needs import Act, Need, NeedSource, Whose, register_need_source
from perennial.objects.titles import titles_of
from perennial.workspace.actor import Actor

DECIDE = gettext_lazy("Decide")
LOOK = gettext_lazy("Look")


def find_questions(by: Actor, whose: Whose, limit: int) -> Sequence[Need]:
    """Open questions to this actor, the first to come too late first; of records that they may see."""
    if whose == "unassigned":
        return []
    asked = list(Approval.objects.filter(asked_of(by), until__gt=clock.now()).order_by("until", "pk")[:limit])
    titles = titles_of(((each.object_key, each.record_id) for each in asked), by=by)
    names = dict(Automation.objects.filter(pk__in={each.automation_id for each in asked}).values_list("pk", "name"))
    return [
        Need(
            key=f"automation.approval:{each.pk}",
            reason_key=each.asked_at.isoformat(),
            object_key=each.object_key,
            record_id=each.record_id,
            name=titles[(each.object_key, each.record_id)],
            reason=each.question,
            detail=_("Asked by “%(name)s”") % {"name": names.get(each.automation_id, "")},
            due_at=each.until,
            act=Act(DECIDE, url=f"/automations/approvals/{each.pk}/"),
        )
        for each in asked
        if (each.object_key, each.record_id) in titles
    ]


def find_stopped(by: Actor, whose: Whose, limit: int) -> Sequence[Need]:
    """Automations that paused by themselves."""
    if not by.may("automation.shape") or whose == "mine":
        return []
    paused = automations_for(by).filter(state=Automation.State.PAUSED).exclude(paused_why="")
    return [
        Need(
            key=f"automation.paused:{each.pk}", reason_key=each.changed_at.isoformat(), object_key=each.object_key,
            record_id=0,  # about no record: it leads to the automation
            name=each.name, reason=_("This automation has stopped"), detail=each.paused_why,
            act=Act(LOOK, url=f"/automations/{each.pk}/"),
        )
        for each in paused[:limit]
    ]  # fmt: skip


register_need_source(NeedSource("automation.questions", gettext_lazy("What automations ask"), find_questions))
