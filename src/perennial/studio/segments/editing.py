"""Making a segment and changing one: its name, and its rule in the builder; the small acts on one that is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from perennial.conditions import Condition
from perennial.conditions.errors import ConditionError
from perennial.conditions.text import parse
from perennial.conditions.tree import TRUE
from perennial.foundation.errors import Conflict, Invalid, NotFound, Refused
from perennial.foundation.text import whole_number
from perennial.objects.access import widest_reach
from perennial.objects.schema import KindSchema
from perennial.objects.types import ObjectType, object_types
from perennial.rules import changing
from perennial.rules.models import Segment
from perennial.rules.segments import MAY_SHAPE, current_version, kind_of, segment_by_key
from perennial.studio.builder.drawing import drawn_rule
from perennial.studio.builder.sending import rule_sent, tree_sent
from perennial.studio.builder.subject import Subject
from perennial.studio.segments.pages import HOME
from perennial.web.kit.pages import Input
from perennial.web.screens.settings.frame import allowed
from perennial.web.screens.settings.objects.kinds import done
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

_ACTS: Mapping[str, Callable[..., None]] = {
    "publish": changing.publish, "pause": changing.pause, "retire": changing.retire, "restore": changing.restore,
}  # fmt: skip


_SAID = ("name", "description", "note", "tree", "condition")  # by an input of their own


def kinds_for(by: Actor) -> list[ObjectType]:
    """What takes in several kinds comes first: "customers" are people and companies."""
    seen = (each for each in object_types.values() if widest_reach(each, by=by, verb="view") is not Reach.NONE)
    return sorted(seen, key=lambda each: not each.parts)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """`?kind=` and `?filter=` begin with the filter of a list."""
    by = allowed(request, MAY_SHAPE)
    sent = request.POST if request.method == "POST" else request.GET
    kinds = kinds_for(by)
    if not kinds:
        raise NotFound
    kind = next((each for each in kinds if each.key == sent.get("kind")), kinds[0])
    errors: Mapping[str, Any] = {}
    is_static = sent.get("how") == "hand"
    if request.method == "POST":
        try:
            rule = None if is_static else rule_sent(request.POST, Subject(kind, by))
            made = changing.make_segment(kind, sent.get("name", ""), rule, by=by, is_live=True,
                                         description=sent.get("description", ""))  # fmt: skip
        except (Refused, ConditionError) as wrong:
            errors = _said(wrong)
        else:
            messages.success(request, _("%(name)s is there.") % {"name": made.name})
            return HttpResponseRedirect(f"{HOME}{made.key}/")
    tree = _tree(request, kind, by, _from_filter(sent.get("filter", ""), kind, by))
    return render(request, "studio/segments/edit.html", {
        "heading": _("New segment"), "is_new": True, "inputs": _inputs(sent, errors), "kinds": kinds, "kind": kind,
        "is_static": is_static, "all_url": HOME, "back_url": HOME, "form_errors": _elsewhere(errors),
        "rule": drawn_rule(tree, Subject(kind, by), error=str(errors.get("tree", errors.get("condition", "")))),
    }, status=422 if errors else 200)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: str) -> HttpResponse:
    by = allowed(request, MAY_SHAPE)
    segment = segment_by_key(key, by=by)
    if segment.state == Segment.State.RETIRED:
        raise NotFound
    kind, errors = kind_of(segment), cast(Mapping[str, Any], {})
    sent: Mapping[str, Any] = {"name": segment.name, "description": segment.description}
    if request.method == "POST":
        sent = request.POST
        try:
            rule = None if segment.is_static else rule_sent(request.POST, Subject(kind, by))
            changing.describe(segment, by=by, name=sent.get("name", ""), description=sent.get("description", ""))
            if rule is not None:
                number = whole_number(sent.get("number", ""))
                changing.change_rule(segment, rule, by=by, number=number, note=sent.get("note", ""))
        except (Refused, ConditionError) as wrong:
            errors = _said(wrong)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(f"{HOME}{segment.key}/")
    saved = TRUE if segment.is_static else current_version(segment).condition
    tree = _tree(request, kind, by, saved)
    return render(request, "studio/segments/edit.html", {
        "heading": _("Change %(name)s") % {"name": segment.name}, "is_new": False, "segment": segment, "kind": kind,
        "inputs": _inputs(sent, errors, with_note=not segment.is_static), "is_static": segment.is_static,
        "all_url": HOME, "back_url": f"{HOME}{segment.key}/", "form_errors": _elsewhere(errors),
        "number": segment.number,
        "rule": drawn_rule(tree, Subject(kind, by), error=str(errors.get("tree", errors.get("condition", "")))),
    }, status=422 if errors else 200)  # fmt: skip


@require_POST
def act(request: HttpRequest, key: str, word: str) -> HttpResponse:
    """Pause, publish, retire or restore."""
    by = allowed(request, MAY_SHAPE)
    segment = segment_by_key(key, by=by)
    if word not in _ACTS:
        raise NotFound
    try:
        _ACTS[word](segment, by=by)
    except (Conflict, Invalid) as wrong:
        messages.warning(request, " ".join(map(str, _said(wrong).values())))
    return done(f"{HOME}{segment.key}/")


@require_POST
def back(request: HttpRequest, key: str) -> HttpResponse:
    """To what an earlier version asked."""
    by = allowed(request, MAY_SHAPE)
    segment = segment_by_key(key, by=by)
    try:
        changing.roll_back(segment, whole_number(request.POST.get("version", "")) or 0, by=by)
    except (Conflict, Invalid, ConditionError) as wrong:
        messages.warning(request, " ".join(map(str, _said(wrong).values())))
    else:
        messages.success(request, _("It asks again what it asked then."))
    return done(f"{HOME}{segment.key}/")


def _tree(request: HttpRequest, kind: ObjectType, by: Actor, otherwise: Condition) -> Condition:
    """The rule as it was sent, or what there is."""
    if request.method == "POST" and request.POST.get("tree"):
        try:
            return tree_sent(request.POST, Subject(kind, by))
        except Invalid:
            return otherwise
    return otherwise


def _from_filter(text: str, kind: ObjectType, by: Actor) -> Condition:
    try:
        return parse(text, KindSchema(kind, by)) if text.strip() else TRUE
    except ConditionError:
        return TRUE


def _said(wrong: Refused) -> Mapping[str, Any]:
    fields = wrong.fields if isinstance(wrong, Invalid) else {}
    return fields or {"": str(wrong.sentence)}


def _elsewhere(errors: Mapping[str, Any]) -> list[str]:
    """What is wrong beside the inputs that say it themselves."""
    return [
        str(each) for key, each in errors.items() if key not in ("name", "description", "note", "tree", "condition")
    ]


def _inputs(sent: Mapping[str, Any], errors: Mapping[str, Any], *, with_note: bool = False) -> list[Input]:
    found = [
        Input("name", _("Name"), value=sent.get("name", ""), is_required=True, error=str(errors.get("name", "")),
              attributes={"maxlength": "80"}),
        Input("description", _("What it is for"), value=sent.get("description", ""),
              error=str(errors.get("description", ""))),
    ]  # fmt: skip
    if with_note:
        found.append(Input("note", _("Why it is changed"), value=sent.get("note", ""), is_whole=True,
                           error=str(errors.get("note", ""))))  # fmt: skip
    return found
