"""Who is on the way and who was: the runs of an automation, one run with its log, and taking a hand in it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from perennial.automation import steering
from perennial.automation.defining import PERMISSION
from perennial.automation.definition.scope import scope_of
from perennial.automation.definition.steps import kind_of, walk
from perennial.automation.models import Automation, Run
from perennial.automation.reading import Passing, automation_for, log_of, run_for, runs_of
from perennial.automation.running.live import program_by_id
from perennial.foundation.errors import NotFound
from perennial.foundation.text import whole_number
from perennial.objects.types import current, object_types
from perennial.studio.automations.building import Built, built_of
from perennial.studio.automations.cards import scopes_of
from perennial.studio.automations.places import HOME
from perennial.web.kit.pages import Choice
from perennial.web.screens.settings.frame import allowed
from perennial.web.screens.settings.objects.kinds import done
from perennial.workspace.actor import Actor

SHOWN = 50
_TONES = {"moving": "accent", "failed": "warn", "stopped": "", "refused": "", "done": "", "goal": "accent"}


@require_http_methods(["GET", "HEAD"])
def runs(request: HttpRequest, automation_id: int) -> HttpResponse:
    by = allowed(request, PERMISSION)
    automation = automation_for(automation_id, by=by)
    asked = request.GET
    state = asked.get("state", "") if asked.get("state", "") in Run.State.values else ""
    step = asked.get("step", "")[:40]
    before = whole_number(asked.get("before", ""))
    found = runs_of(automation, by=by, state=state, step=step, before=before, limit=SHOWN)
    labels = _labels_now(automation, by)
    url = f"{HOME}{automation.pk}/"
    return render(request, "studio/automations/runs.html", {
        "automation": automation, "url": url, "step": labels.get(step, step),
        "states": _choices(f"{url}runs/", state), "lines": [_line(each, automation, labels) for each in found],
        "more": f"?state={state}&step={step}&before={found[-1].run.pk}" if len(found) == SHOWN else "",
    })  # fmt: skip


@require_http_methods(["GET", "HEAD"])
def run_page(request: HttpRequest, run_id: int) -> HttpResponse:
    by = allowed(request, PERMISSION)
    passing = run_for(run_id, by=by)
    run = passing.run
    automation = automation_for(run.automation_id, by=by)
    labels = _labels_of(run, automation, by)
    return render(request, "studio/automations/run.html", {
        "automation": automation, "url": f"{HOME}{automation.pk}/", "act_url": f"{HOME}runs/{run.pk}/",
        "line": _line(passing, automation, labels), "run": run, "entries": log_of(run, by=by),
        "steps": list(labels.items()), "is_waiting": run.state == "moving" and run.phase == "waiting",
        "is_moving": run.state == "moving", "can_retry": run.state in ("failed", "stopped"),
    })  # fmt: skip


@require_POST
def steer(request: HttpRequest, run_id: int, does: str) -> HttpResponse:
    by = allowed(request, PERMISSION)
    match does:
        case "retry":
            steering.retry(run_id, by=by, step=request.POST.get("step", "")[:40])
            messages.success(request, _("It goes on."))
        case "skip":
            steering.skip_wait(run_id, by=by)
            messages.success(request, _("It waits no longer."))
        case "stop":
            steering.stop(run_id, by=by)
            messages.success(request, _("Stopped."))
        case _:
            raise NotFound
    return done(f"{HOME}runs/{run_id}/")


def _choices(url: str, chosen: str) -> list[Choice]:
    named = [("", _("All of them")), *((each.value, str(each.label)) for each in Run.State)]
    return [Choice(label, f"{url}?state={value}" if value else url, value == chosen) for value, label in named]


def _line(passing: Passing, automation: Automation, labels: dict[str, str]) -> dict[str, Any]:
    run = passing.run
    return {
        "url": f"{HOME}runs/{run.pk}/", "title": passing.title or f"#{run.record_id}",
        "record_url": f"/o/{automation.object_key}/{run.record_id}/", "state": Run.State(run.state).label,
        "tone": _TONES.get(run.state, ""), "step": labels.get(run.step, run.step) if run.state != "done" else "",
        "since": run.since, "entered_at": run.entered_at, "ended_at": run.ended_at, "due_at": run.due_at,
    }  # fmt: skip


def _labels_now(automation: Automation, by: Actor) -> dict[str, str]:
    """The sentences of the steps as the draft has them, which is what most know them by."""
    return _labels(built_of(automation, by))


def _labels_of(run: Run, automation: Automation, by: Actor) -> dict[str, str]:
    definition = program_by_id(run.version_id).definition
    kind = object_types.get(definition.object)
    if kind is None:
        raise NotFound
    return _labels(Built(automation, definition, scope_of(definition, current(kind), by), by))


def _labels(built: Built) -> dict[str, str]:
    around = scopes_of(built.definition, built.scope)
    steps = walk(built.definition.steps)
    return {step.key: str(kind_of(step).sentence(step, around[step.key])) for _depth, step in steps}
