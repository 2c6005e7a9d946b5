"""What is done on the page of a play: it is started, paused, retired; done for somebody, or not, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from perennial.foresight.plays.defining import pause_play, retire_play, start_play
from perennial.foresight.plays.models import Decline
from perennial.foresight.plays.pages.places import HOME
from perennial.foresight.plays.queries import play_for
from perennial.foundation.errors import Invalid
from perennial.objects.running import run_action
from perennial.objects.writing import the_only
from perennial.web.kit.pages import Input
from perennial.web.middleware import Page
from perennial.web.regions import Toast, answer_regions
from perennial.web.screens.settings.objects.kinds import done

_ACTS: Mapping[str, Callable[..., Any]] = {"start": start_play, "pause": pause_play, "retire": retire_play}


@require_POST
def act(request: HttpRequest, key: str, verb: str) -> HttpResponse:
    by = cast(Page, request).actor
    play = play_for(key, by=by)
    _ACTS[verb](play, by=by)
    return done(HOME if verb == "retire" else f"{HOME}{play.key}/")


@require_POST
def do(request: HttpRequest, key: str, record_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    play = play_for(key, by=by)
    run = run_action("foresight.do_play", [record_id], {"play": play.pk}, by=by, on=play.object_key)
    result = the_only(run)
    said = str(result.sentence) or _("Done: it is under way.")
    return answer_regions(request, toast=Toast(said))


@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, key: str, record_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    play = play_for(key, by=by)
    errors: Mapping[str, Any] = {}
    if request.method == "POST":
        sent = {"play": play.pk, "reason": request.POST.get("reason", ""), "note": request.POST.get("note", "")}
        try:
            run = run_action("foresight.decline_play", [record_id], sent, by=by, on=play.object_key)
        except Invalid as wrong:
            errors = wrong.fields
        else:
            the_only(run)
            return answer_regions(request, toast=Toast(_("Left out of “%(play)s”.") % {"play": play.name},
                                                       undo=f"/undo/{run.id}/"))  # fmt: skip
    return render(request, "web/_form_dialog.html", {
        "heading": _("Not for them"), "sub": play.name, "action": request.path, "hidden": [], "errors": [],
        "inputs": [
            Input("reason", _("Why is it not for them?"), "choice", request.POST.get("reason", ""), is_required=True,
                  options=list(Decline.Reason.choices), error=str(errors.get("reason", ""))),
            Input("note", _("What else is to be known?"), value=request.POST.get("note", ""),
                  error=str(errors.get("note", ""))),
        ],
        "submit_label": _("Leave them out"),
    }, status=422 if errors else 200)  # fmt: skip
