"""Asking people, and taking their answers: the run goes on in the same transaction in which it was answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from perennial.automation.models import Approval, Run
from perennial.automation.running.going import Going, Traveller
from perennial.foundation import clock
from perennial.foundation.errors import Conflict, Invalid, NotFound
from perennial.foundation.sql import copy_rows
from perennial.workspace.actor import Actor

_COLUMNS = ("run_id", "automation_id", "step", "object_key", "record_id", "question", "user_id", "team_id", "asked_at",
            "until", "reason", "decided_by")  # fmt: skip


def ask(
    step: str,
    asked: Sequence[tuple[Traveller, str, int | None]],
    *,
    team_id: int | None,
    until: datetime,
    going: Going,
) -> None:
    """(Who is on the way, the question, the user asked) for each."""
    copy_rows(
        "automation_approval",
        _COLUMNS,
        [
            (each.run_id, going.automation_id, step, going.kind.key, each.record_id, question, user_id, team_id,
             going.now, until, "", "")
            for each, question, user_id in asked
        ],
    )  # fmt: skip


def asked_of(by: Actor) -> Q:
    """What this actor is to answer: what they, those in whose place they stand, or their teams are asked."""
    return Q(decided_at=None) & (Q(user_id__in=_mine(by)) | Q(team_id__in=by.team_ids))


def may_answer(approval: Approval, by: Actor) -> bool:
    """Whoever is asked, and nobody else: what follows is done with the rights of whoever published the automation, so
    that the right to build automations is not enough."""
    return approval.user_id in _mine(by) or approval.team_id in by.team_ids


def _mine(by: Actor) -> list[int]:
    return [each for each in (by.user_id, *by.absent_ids) if each is not None]


def decide(approval_id: int, *, is_approved: bool, reason: str = "", by: Actor) -> Approval:
    """Answer. A refusal needs its reason; a question that was answered, or came too late, is answered no more."""
    if not is_approved and not reason.strip():
        raise Invalid({"reason": _("Say why not: whoever reads the log will ask.")})
    with transaction.atomic():
        found = Approval.objects.select_for_update().filter(pk=approval_id).first()
        if found is None or not may_answer(found, by):
            raise NotFound
        waits = Run.objects.select_for_update().filter(
            pk=found.run_id, state="moving", step=found.step, awaits="approval", phase="waiting"
        )
        if found.decided_at is not None or not waits.exists():
            raise Conflict(_("This has been answered already, or it is too late to."))
        now = clock.now()
        found.is_approved, found.reason = is_approved, reason.strip()[:400]
        found.decided_by, found.decided_at = by.log_name, now
        found.save()
        waits.update(phase="met" if is_approved else "refused", awaits="", due_at=now)
    return found
