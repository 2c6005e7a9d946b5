"""Taking a hand in one run: try a step again, stop it, or let it wait no longer.

A run acts with the rights of whoever published its version. So nobody else leads it past a condition or a question to
a step where it has not been, and what a person is asked nobody answers by skipping it.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from perennial.automation.defining import require
from perennial.automation.models import Automation, AutomationVersion, Run, StepLog
from perennial.automation.running.live import program_by_id
from perennial.automation.running.moving import free_parents
from perennial.foundation import clock
from perennial.foundation.errors import Conflict, NotFound
from perennial.objects.query import get
from perennial.objects.types import object_types
from perennial.workspace.actor import Actor


def retry(run_id: int, *, by: Actor, step: str = "") -> Run:
    """Go on with a run that failed or was stopped, at the step where it stands or at another of its version. What was
    done is not taken back: a step that is tried again is done again."""
    with transaction.atomic():
        run = _held(run_id, by)
        if run.state not in ("failed", "stopped", "moving"):
            raise Conflict(_("This has ended well. Start it anew instead."))
        at = step or run.step
        if at not in program_by_id(run.version_id).places:
            raise Conflict(_("There is no such step in the version that this runs by."))
        if not _has_been_at(run, at) and not _acts_for(run, by):
            raise Conflict(_("It has not been at this step. Only whoever published this version can lead it there."))
        attempt = run.attempt + 1 if at == run.step else 0
        return _put(run, by, code="retried", step=at, state="moving", phase="", attempt=attempt)


def stop(run_id: int, *, by: Actor) -> Run:
    with transaction.atomic():
        run = _held(run_id, by)
        if run.state != "moving":
            raise Conflict(_("This has ended already."))
        _put(run, by, code="stopped", state="stopped")
        free_parents([run.pk], clock.now())
        return run


def skip_wait(run_id: int, *, by: Actor) -> Run:
    """Go on as if what it waits for had come."""
    with transaction.atomic():
        run = _held(run_id, by)
        if run.state != "moving" or run.phase != "waiting":
            raise Conflict(_("This is not waiting."))
        if program_by_id(run.version_id).places[run.step].step.kind == "approval":
            raise Conflict(_("Somebody is asked here: whoever is asked answers."))
        return _put(run, by, code="skipped", state="moving", phase="met", step=run.step)


def _held(run_id: int, by: Actor) -> Run:
    """The run, locked; its record is one that the actor may see."""
    require(by)
    run = Run.objects.select_for_update().filter(pk=run_id).first()
    automation = Automation.objects.filter(pk=run.automation_id).first() if run else None
    kind = object_types.get(automation.object_key) if automation else None
    if run is None or kind is None:
        raise NotFound
    get(kind, run.record_id, by=by, columns=[kind.title])
    return run


def _has_been_at(run: Run, step: str) -> bool:
    return step == run.step or StepLog.objects.filter(run_id=run.pk, step=step).exists()


def _acts_for(run: Run, by: Actor) -> bool:
    return AutomationVersion.objects.filter(pk=run.version_id, published_by=by.log_name).exists()


def _put(
    run: Run, by: Actor, *, code: str, state: str, step: str = "", phase: str = "", attempt: int | None = None
) -> Run:
    now = clock.now()
    StepLog.objects.create(run_id=run.pk, step=run.step, attempt=run.attempt, code=code,
                           sentence=_("by %(name)s") % {"name": by.name}, at=now)  # fmt: skip
    is_on = state == "moving"
    run.state, run.phase, run.awaits = state, phase, ""
    run.step = step or run.step
    run.attempt = run.attempt if attempt is None else attempt
    run.due_at, run.ended_at, run.since = now if is_on else None, None if is_on else now, now
    if not phase:
        run.until = None
    run.save()
    return run
