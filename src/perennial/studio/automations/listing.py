"""All automations with what they did lately, and the beginning of a new one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from perennial.automation.defining import PERMISSION, make
from perennial.automation.models import Automation, Run, Tally
from perennial.automation.reading import automations_for
from perennial.foundation import clock
from perennial.foundation.errors import Invalid
from perennial.objects.access import widest_reach
from perennial.objects.types import object_types
from perennial.objects.zones import firm_zone
from perennial.rules.models import Segment
from perennial.rules.segments import segment_by_key
from perennial.studio.automations.asking.forms import choice
from perennial.studio.automations.building import built_of, is_changed
from perennial.studio.automations.cards import trigger_sentence
from perennial.studio.automations.examples import ABOUT, EXAMPLES, example_named
from perennial.studio.automations.places import HOME
from perennial.web.kit.pages import Button, Input
from perennial.web.screens.settings.frame import allowed
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

MOST = 500
_TONES = {Automation.State.ON: "accent", Automation.State.PAUSED: "warn"}


@require_http_methods(["GET", "HEAD"])
def overview(request: HttpRequest) -> HttpResponse:
    by = allowed(request, PERMISSION)
    found = list(automations_for(by)[:MOST])
    counts = _counts(found)
    context = {
        "lines": [_line(each, counts[each.pk], by) for each in found],
        "examples": EXAMPLES if _may_be_about(ABOUT, by) else [],
        "new": Button(_("New automation"), url=f"{HOME}new/", icon="plus", is_primary=True),
    }
    return render(request, "studio/automations/automations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """`?segment=` begins with who enters that segment."""
    by = allowed(request, PERMISSION)
    sent, errors = request.POST, {}
    segment = segment_by_key(key, by=by) if (key := request.GET.get("segment", "")) else None
    example = example_named(sent.get("example", ""))
    if request.method == "POST":
        try:
            if example is not None:
                made = make(name=str(example.name), object_key=ABOUT, draft=example.draft(by), by=by)
            else:
                draft = {"trigger": _begins(segment), "steps": []}
                made = make(name=sent.get("name", ""), object_key=sent.get("about", ""), draft=draft, by=by)
        except Invalid as wrong:
            errors = {key: str(text) for key, text in wrong.fields.items()}
        else:
            return HttpResponseRedirect(f"{HOME}{made.pk}/")
    kinds = [(each.key, each.label_plural) for each in object_types.values() if _may_be_about(each.key, by)]
    usual = segment.object_key if segment is not None else ABOUT
    about = choice("about", _("What it is about"), sent.get("about", usual), kinds)
    name = Input("name", _("Name"), value=sent.get("name", ""), is_required=True, error=errors.get("name", ""),
                 has_focus=True, placeholder=_("Win back who went quiet"))  # fmt: skip
    return render(request, "studio/automations/new.html", {"inputs": [name, about]}, status=422 if errors else 200)


def _begins(segment: Segment | None) -> dict[str, str]:
    return {"kind": "segment", "segment": segment.key, "on": "entered"} if segment is not None else {"kind": "hand"}


def _may_be_about(object_key: str, by: Actor) -> bool:
    kind = object_types.get(object_key)
    return kind is not None and widest_reach(kind, by=by, verb="view") is not Reach.NONE


def _line(automation: Automation, counts: dict[str, int], by: Actor) -> dict[str, Any]:
    try:
        built = built_of(automation, by)
        sentence, changed = trigger_sentence(built.definition, built.scope), is_changed(built)
    except Invalid:
        sentence, changed = _("A program kept a draft that cannot be read here."), False
    kind = object_types[automation.object_key]
    return {
        "name": automation.name, "url": f"{HOME}{automation.pk}/", "sentence": sentence, "about": kind.label_plural,
        "state": automation.get_state_display(), "tone": _TONES.get(Automation.State(automation.state), ""),
        "is_changed": changed, "moving": counts["moving"], "failed": counts["failed"], "done": counts["done"],
    }  # fmt: skip


def _counts(automations: Sequence[Automation]) -> dict[int, dict[str, int]]:
    """By two statements: who is on the way or in trouble from the index of these, who came through from the tallies."""
    ids = [each.pk for each in automations]
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    held = Run.objects.filter(automation_id__in=ids, state__in=("moving", "failed"))
    for row in held.values("automation_id", "state").annotate(n=Count("pk")):
        found[row["automation_id"]][row["state"]] = row["n"]
    since = clock.now().astimezone(firm_zone()).date() - timedelta(days=30)
    ended = Tally.objects.filter(automation_id__in=ids, day__gte=since, step="", code__in=("done", "goal"))
    for total in ended.values("automation_id").annotate(n=Sum("count")):
        found[total["automation_id"]]["done"] = total["n"]
    return found
