"""A test run: the way of one real record through the draft, with nothing sent and nothing kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from perennial.automation.defining import PERMISSION
from perennial.automation.definition.checking import faults
from perennial.automation.definition.steps import Step, kind_of, walk
from perennial.automation.reading import automation_for
from perennial.automation.trial import Trial, Walked, Written, try_out
from perennial.foundation.errors import Invalid, Refused
from perennial.foundation.text import whole_number
from perennial.objects.fields import ChoiceType, MemberType, RefType
from perennial.objects.fields.protocol import FieldType
from perennial.objects.titles import title_of
from perennial.objects.types import object_types
from perennial.studio.automations.asking.forms import choice
from perennial.studio.automations.building import Built, built_of
from perennial.studio.automations.cards import scopes_of
from perennial.studio.automations.given import Given, given_event, inputs_of
from perennial.studio.automations.places import HOME
from perennial.web.kit.pages import Input
from perennial.web.kit.reader import reader_of
from perennial.web.screens.inputs import input_of
from perennial.web.screens.settings.frame import allowed
from perennial.workspace.actor import Actor
from perennial.workspace.models import User

MOST_CHOICES = 12


@dataclass(frozen=True, slots=True)
class Line:
    icon: str
    walked: Walked
    writes: list[tuple[str, list[tuple[str, str]]]]
    then: str = ""  # what came of it after a wait


@require_http_methods(["GET", "HEAD", "POST"])
def try_page(request: HttpRequest, automation_id: int) -> HttpResponse:
    by = allowed(request, PERMISSION)
    built = built_of(automation_for(automation_id, by=by), by)
    record_id = whole_number(request.POST.get("record", ""))
    ways = {key.removeprefix("way."): value for key, value in request.POST.items() if key.startswith("way.")}
    trial, error, given = None, "", Given()
    wrong: Mapping[str, Any] = {}
    try:
        given = given_event(request.POST, built, record_id)
        if request.method == "POST" and record_id is None:
            error = _("Choose on whom it is tried.")
        elif record_id is not None:
            trial = try_out(built.definition, record_id, by=by, event=given.properties,
                            ways={key: str(value) for key, value in ways.items()})  # fmt: skip
    except Invalid as refusal:
        wrong = refusal.fields
        error = "" if "call" in wrong else " ".join(map(str, wrong.values()))
    except Refused as refusal:
        error = str(refusal)
    return render(request, "studio/automations/try.html", {
        "automation": built.automation, "url": f"{HOME}{automation_id}/", "trial": trial, "is_wrong": _is_wrong(built),
        "inputs": _inputs(built, record_id, {key: str(value) for key, value in ways.items()}, error),
        "told": inputs_of(built, given, request.POST, wrong, reader_of(by)), "given": given,
        "lines": _lines(built, trial) if trial is not None else [], "ending": _ending(trial),
    }, status=422 if error or wrong else 200)  # fmt: skip


def _is_wrong(built: Built) -> bool:
    return bool(faults(built.definition, by=built.by))


def _inputs(built: Built, record_id: int | None, ways: dict[str, str], error: str) -> list[Input]:
    kind = built.scope.kind
    found = [input_of("record", kind.label, RefType(kind.key), record_id, by=built.by, is_required=True, error=error)]
    around = scopes_of(built.definition, built.scope)
    for _depth, step in walk(built.definition.steps):
        if options := _ways_to_try(step):
            sentence = kind_of(step).sentence(step, around[step.key])
            found.append(choice(f"way.{step.key}", sentence, ways.get(step.key, "met"), options))
    return found[: MOST_CHOICES + 1]


def _ways_to_try(step: Step) -> list[tuple[str, str]]:
    match step.kind:
        case "wait_for_event" | "wait_until":
            return [("met", _("it comes")), ("late", _("nothing comes in time"))]
        case "approval":
            return [("met", _("approved")), ("refused", _("refused")), ("late", _("nobody answers"))]
    return []


def _lines(built: Built, trial: Trial) -> list[Line]:
    """What waits and then goes on is one line: the waiting is told where it ends."""
    steps = {step.key: step for _depth, step in walk(built.definition.steps)}
    found: list[Line] = []
    for each in trial.steps:
        line = Line(kind_of(steps[each.step]).icon, each, [_written(write, built.by) for write in each.writes])
        before = found[-1] if found else None
        if before is not None and before.walked.waits and not each.waits and before.walked.step == each.step:
            found[-1] = replace(before, writes=[*before.writes, *line.writes], then=each.outcome)
        else:
            found.append(line)
    return found


def _written(write: Written, by: Actor) -> tuple[str, list[tuple[str, str]]]:
    kind = object_types.get(write.object_key)
    label = str(kind.label) if kind is not None else write.object_key
    fields = {each.key: each for each in kind.fields} if kind is not None else {}
    told = []
    for key, value in write.values.items():
        if key not in fields:
            continue
        type = fields[key].type
        is_pair = write.kind == "update" and isinstance(value, list) and len(value) == 2
        shown = _shown(type, value[1], by) if is_pair else _shown(type, value, by)
        if is_pair and value[0] not in (None, ""):
            shown = f"{_shown(type, value[0], by)} → {shown}"
        if shown:
            told.append((str(fields[key].label), shown))
    return (_("Would make: %(kind)s") if write.kind == "create" else _("Would change: %(kind)s")) % {
        "kind": label
    }, told


def _shown(type: FieldType, value: Any, by: Actor) -> str:
    """A value as the change log holds it, in words."""
    if value is None or value == "":
        return ""
    match type:
        case MemberType():
            return User.objects.filter(pk=value).values_list("name", flat=True).first() or ""
        case RefType() if isinstance(value, int):
            return str(title_of(type.object_key, value, by=by))
        case ChoiceType():
            return str(dict(type.choices).get(value, value))
    if type.look == "moment" and isinstance(value, str):
        return reader_of(by).moment(datetime.fromisoformat(value))
    if isinstance(value, dict) and "amount" in value:
        return f"{value['amount']} {value.get('currency', '')}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _ending(trial: Trial | None) -> str:
    if trial is None:
        return ""
    return {
        "done": _("It reaches the end."), "goal": _("It reaches the goal."), "failed": _("It fails here."),
        "stopped": _("It stops here."), "too_long": _("It goes on for longer than a test run looks."),
    }.get(trial.ending, trial.ending)  # fmt: skip
