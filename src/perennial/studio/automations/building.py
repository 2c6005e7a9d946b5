"""The page of an automation, and its flow: opened, changed step by step, and drawn again with what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods

from perennial.automation.defining import PERMISSION, change
from perennial.automation.definition.checking import faults
from perennial.automation.definition.scope import Scope, scope_of
from perennial.automation.definition.steps import step_kinds
from perennial.automation.definition.tree import Definition, read, written
from perennial.automation.definition.triggers import trigger_kinds
from perennial.automation.models import Automation, Run
from perennial.automation.reading import automation_for, numbers_of, standing_at
from perennial.foundation.errors import Invalid, NotFound, Text
from perennial.foundation.text import whole_number
from perennial.objects.types import current, object_types
from perennial.studio.automations import flow
from perennial.studio.automations.asking.forms import Form, Json
from perennial.studio.automations.asking.parts import PART_FORMS
from perennial.studio.automations.asking.steps import STEP_FORMS
from perennial.studio.automations.asking.triggers import TRIGGER_FORMS
from perennial.studio.automations.cards import (
    PARTS,
    TRIGGER,
    Drawing,
    Numbers,
    Opened,
    inner_scope,
    part_cards,
    scopes_of,
    step_cards,
)
from perennial.studio.automations.flow import Spot
from perennial.studio.automations.places import HOME
from perennial.web.screens.settings.frame import allowed
from perennial.workspace.actor import Actor


@dataclass(frozen=True, slots=True)
class Built:
    """A draft as it stands, read."""

    automation: Automation
    definition: Definition
    scope: Scope
    by: Actor

    @property
    def json(self) -> Json:
        return written(self.definition)


@require_http_methods(["GET", "HEAD"])
def page(request: HttpRequest, automation_id: int) -> HttpResponse:
    by = allowed(request, PERMISSION)
    automation = automation_for(automation_id, by=by)
    try:
        built = built_of(automation, by)
    except Invalid as wrong:  # a program kept what cannot be read
        sentences = [str(text) for text in wrong.fields.values()]
        return render(request, "studio/automations/broken.html", {"automation": automation, "sentences": sentences})
    return render(request, "studio/automations/automation.html", {**_context(built), **state_of(built)})


@require_http_methods(["GET", "HEAD", "POST"])
def flow_region(request: HttpRequest, automation_id: int) -> HttpResponse:
    """GET opens a card ("open"), or a step to be ("new" with its spot); POST changes the draft."""
    by = allowed(request, PERMISSION)
    built = built_of(automation_for(automation_id, by=by), by)
    if request.method != "POST":
        return _drawn(request, built, _opened(built, request.GET))
    does = request.POST.get("op", "")
    if does == "draw":
        return _drawn(request, built, _redrawn(built, request.POST))
    data = built.json
    try:
        focus = _done(built, data, does, request.POST)
        definition = read(data)
    except Invalid as wrong:
        said = " ".join(str(text) for text in wrong.fields.values()) or str(wrong)
        return _drawn(request, built, _redrawn(built, request.POST, error=said), status=422)
    version = whole_number(request.POST.get("version", ""))
    changed = change(built.automation, by=by, draft=written(definition), version=version)
    return _drawn(request, built_of(changed, by), None, focus=focus, is_changed=True)


def built_of(automation: Automation, by: Actor) -> Built:
    kind = object_types.get(automation.object_key)
    if kind is None:
        raise NotFound
    draft = {"trigger": {"kind": "hand"}, "steps": [], **automation.draft, "object": automation.object_key}
    definition = read(draft)
    return Built(automation, definition, scope_of(definition, current(kind), by), by)


def is_changed(built: Built) -> bool:
    """Whether the draft is another than what is published."""
    published = built.automation.published
    return published is not None and written(read(published.definition)) != built.json


def state_of(built: Built) -> dict[str, Any]:
    """How it stands: chips and what can be done."""
    automation = built.automation
    published = automation.published
    wrong = faults(built.definition, by=built.by)
    is_begun = bool(built.definition.steps)
    return {"is_begun": is_begun, "is_changed": is_changed(built), "faults_count": len(wrong), "automation": automation,
            "url": f"{HOME}{automation.pk}/",
            "is_paused": automation.state == Automation.State.PAUSED, "is_on": automation.state == Automation.State.ON,
            "is_by_hand": built.definition.trigger.kind == "hand",
            "is_called": built.definition.trigger.kind == "webhook",
            "version": published.number if published else None}  # fmt: skip


def _done(built: Built, data: Json, does: str, sent: QueryDict) -> str:
    """Change the JSON; the key of the card that has the focus afterwards. Raises `Invalid` and `NotFound`."""
    key = sent.get("key", "")
    match does:
        case "set" if key in PARTS:
            _set_part(built, data, key, sent)
        case "set":
            step = flow.found_step(data, key)
            form, scope = _form_of(step["kind"]), _scope_at(built, key)
            step.update(form.sent(sent, step, scope), note=sent.get("note", "").strip())
        case "add":
            kind, spot = sent.get("kind", ""), _spot(sent)
            key = flow.new_key(data, kind)
            kept = {"kind": kind, "key": key, "note": sent.get("note", "").strip()}
            made = {**_form_of(kind).sent(sent, {}, _scope_below(built, spot.parent)), **kept}
            flow.put(data, made, spot)
        case "move":
            flow.move(data, key, _spot(sent))
        case "up" | "down":
            flow.step_by(data, key, -1 if does == "up" else 1)
        case "copy":
            key = flow.duplicate(data, key)
        case "remove":
            flow.take_out(data, key)
            key = ""
        case _:
            raise NotFound
    return key


def _set_part(built: Built, data: Json, key: str, sent: QueryDict) -> None:
    if key == TRIGGER:
        kind = sent.get("kind", "")
        if kind not in TRIGGER_FORMS:
            raise NotFound
        data["trigger"] = {"kind": kind, **TRIGGER_FORMS[kind].sent(sent, data["trigger"], built.scope)}
        return
    name = key.removeprefix("@")
    found = PART_FORMS[name].sent(sent, {}, built.scope)
    match name:
        case "when":
            data["when"] = found["when"]
        case "exit":
            data["exit"] = found if found["when"] else None
        case _:
            data[name] = found


def _opened(built: Built, asked: QueryDict) -> Opened | None:
    data, key = built.json, asked.get("open", "")
    if key in PARTS:
        return _opened_part(built, key, _kept_part(data, key))
    if key:
        step = flow.found_step(data, key)
        return _opened_step(built, key, step)
    if kind := asked.get("new", ""):
        return _new_step(built, kind, _spot(asked), {})
    return None


def _redrawn(built: Built, sent: QueryDict, *, error: Text = "") -> Opened | None:
    """The open card with what was typed, after a choice was made anew or something could not be read."""
    key, kind, data = sent.get("key", ""), sent.get("kind", ""), built.json
    if key in PARTS:
        if key == TRIGGER and kind in TRIGGER_FORMS:
            is_same = kind == data["trigger"]["kind"] or sent.get("was") == kind
            typed = TRIGGER_FORMS[kind].sent(sent, {}, built.scope) if is_same else {}
            return _opened_part(built, key, {"kind": kind, **typed}, error=error)
        name = key.removeprefix("@")
        return _opened_part(built, key, PART_FORMS[name].sent(sent, {}, built.scope) if name in PART_FORMS else {},
                            error=error)  # fmt: skip
    if "parent" in sent and kind in STEP_FORMS and not key:
        spot = _spot(sent)
        typed = STEP_FORMS[kind].sent(sent, {}, _scope_below(built, spot.parent))
        return _new_step(built, kind, spot, typed, error=error, note=sent.get("note", ""))
    if sent.get("op") in ("set", "draw") and key:
        step = flow.found_step(data, key)
        typed = _form_of(step["kind"]).sent(sent, step, _scope_at(built, key))
        return _opened_step(built, key, {**step, **typed, "note": sent.get("note", "")}, error=error)
    return None


def _opened_part(built: Built, key: str, kept: Mapping[str, Any], *, error: Text = "") -> Opened:
    if key == TRIGGER:
        kind = kept["kind"]
        kinds = [(word, each.label) for word, each in trigger_kinds.items()]
        return Opened(key, kind, TRIGGER_FORMS[kind].inputs(dict(kept), built.scope), error=error, choices=kinds)
    name = key.removeprefix("@")
    return Opened(key, name, PART_FORMS[name].inputs(dict(kept), built.scope), error=error)


def _kept_part(data: Json, key: str) -> Json:
    name = key.removeprefix("@")
    return {"when": data["when"]} if name == "when" else dict(data[name] or {})


def _opened_step(built: Built, key: str, step: Json, *, error: Text = "") -> Opened:
    inputs = _form_of(step["kind"]).inputs(step, _scope_at(built, key))
    return Opened(key, step["kind"], inputs, error=error, note=str(step.get("note", "")))


def _new_step(built: Built, kind: str, spot: Spot, typed: Json, *, error: Text = "", note: str = "") -> Opened:
    inputs = _form_of(kind).inputs(typed, _scope_below(built, spot.parent))
    return Opened("", kind, inputs, spot, error=error, note=note)


def _form_of(kind: str) -> Form:
    if kind not in STEP_FORMS:
        raise NotFound
    return STEP_FORMS[kind]


def _spot(sent: QueryDict) -> Spot:
    return Spot(sent.get("parent", ""), sent.get("way", ""), whole_number(sent.get("index", "")) or 0)


def _scope_at(built: Built, key: str) -> Scope:
    return scopes_of(built.definition, built.scope).get(key, built.scope)


def _scope_below(built: Built, parent: str) -> Scope:
    step = built.definition.step(parent) if parent else None
    return inner_scope(step, _scope_at(built, parent)) if step is not None else built.scope


def _numbers(automation: Automation) -> Numbers:
    if automation.published_id is None:
        return Numbers()
    failed = Run.objects.filter(automation_id=automation.pk, state=Run.State.FAILED).values("step")
    counted = {row["step"]: row["n"] for row in failed.annotate(n=Count("pk"))}
    return Numbers(standing_at(automation), numbers_of(automation), counted)


def _context(built: Built, opened: Opened | None = None) -> dict[str, Any]:
    wrong = faults(built.definition, by=built.by)
    drawing = Drawing(wrong, _numbers(built.automation), opened)
    around = scopes_of(built.definition, built.scope)
    offered = [(word, step_kinds[word]) for word in STEP_FORMS]
    return {
        "automation": built.automation, "parts": part_cards(built.definition, built.scope, drawing),
        "steps": step_cards(built.definition.steps, "", "", around, drawing), "offered": offered,
        "about": built.scope.kind.label_plural, "lone_fault": wrong.get("steps", "") or wrong.get("object", ""),
        "is_begun": bool(built.definition.steps),
        "url": f"{HOME}{built.automation.pk}/",
    }  # fmt: skip


def _drawn(request: HttpRequest, built: Built, opened: Opened | None, *, focus: str = "", is_changed: bool = False,
           status: int = 200) -> HttpResponse:  # fmt: skip
    html = render_to_string("studio/automations/_flow.html", {**_context(built, opened), "focus": focus}, request)
    if is_changed:
        html += render_to_string("studio/automations/_state.html", {**state_of(built), "is_out_of_band": True}, request)
    return HttpResponse(html, status=status)
