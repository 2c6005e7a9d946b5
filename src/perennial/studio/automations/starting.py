"""Starting by hand: the chosen rows of a list, or all that match, enter an automation that is running."""

from __future__ import annotations

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from perennial.automation.defining import PERMISSION
from perennial.automation.models import Automation
from perennial.automation.reading import automations_for
from perennial.automation.starting import start_all, start_for
from perennial.foundation.errors import Conflict, NotFound
from perennial.foundation.text import whole_number
from perennial.objects.actions import Result
from perennial.objects.bulk.chosen import Chosen
from perennial.objects.types import ObjectType
from perennial.studio.automations.asking.forms import choice
from perennial.studio.automations.places import HOME
from perennial.web.kit.pages import Button
from perennial.web.regions import Toast, answer_regions
from perennial.web.screens.address import kind_of
from perennial.web.screens.bulk import chosen_rows, register_bulk_button
from perennial.web.screens.settings.frame import allowed
from perennial.workspace.actor import Actor


def _offered(kind: ObjectType, by: Actor) -> Button | None:
    if not by.may(PERMISSION):
        return None
    return Button(_("Start an automation"), dialog=f"{HOME}start/{kind.key}/", icon="player-play")


@require_POST
def start(request: HttpRequest, kind_key: str) -> HttpResponse:
    """First which, then it is done."""
    by = allowed(request, PERMISSION)
    kind = kind_of(kind_key, by)
    chosen = chosen_rows(request.POST)
    running = [each for each in automations_for(by) if _fits(each, kind)]
    number = whole_number(request.POST.get("automation", ""))
    if number is None:
        return _asked(request, kind, chosen, running)
    automation = next((each for each in running if each.pk == number), None)
    if automation is None:
        raise NotFound
    return answer_regions(request, toast=Toast(_started(automation, chosen, by), link=f"{HOME}{number}/runs/",
                                               link_label=_("Look")))  # fmt: skip


def _fits(automation: Automation, kind: ObjectType) -> bool:
    return automation.state == Automation.State.ON and automation.object_key in (kind.key, *kind.parts)


def _asked(request: HttpRequest, kind: ObjectType, chosen: Chosen, running: list[Automation]) -> HttpResponse:
    if not running:
        raise Conflict(_("No automation about %(things)s is running.") % {"things": kind.label_plural})
    hidden: list[tuple[str, object]] = [("id", id) for id in chosen.ids]
    if chosen.is_all:
        hidden = [("bulk_all", "1"), ("bulk_where", chosen.where), ("bulk_q", chosen.search)]
    count = len(chosen.ids)
    sub = (_("For all that match") if chosen.is_all else
           ngettext("For %(count)d record", "For %(count)d records", count) % {"count": count})  # fmt: skip
    inputs = [choice("automation", _("Which automation"), "", [(each.pk, each.name) for each in running])]
    return render(request, "web/_form_dialog.html", {
        "heading": _("Start an automation"), "sub": sub, "action": request.path, "inputs": inputs, "hidden": hidden,
        "errors": [], "submit_label": _("Start"),
    })  # fmt: skip


def _started(automation: Automation, chosen: Chosen, by: Actor) -> str:
    if chosen.is_all:
        if chosen.search:
            raise Conflict(_("Take the search out first: all that match are found by the filter."))
        start_all(automation, chosen.where, by=by)
        return _("“%(name)s” is being started for all that match.") % {"name": automation.name}
    results = start_for(automation, list(chosen.ids), by=by)
    return _told(automation, results)


def _told(automation: Automation, results: list[Result]) -> str:
    """How many entered, and why the others did not."""
    codes = Counter("in" if each.code == "done" else "out" for each in results)
    said = ngettext("%(count)d entered “%(name)s”.", "%(count)d entered “%(name)s”.", codes["in"])
    told = said % {"count": codes["in"], "name": automation.name}
    refused = next((str(each.sentence) for each in results if each.code != "done"), "")
    return f"{told} {refused}" if refused else told


register_bulk_button(_offered)
