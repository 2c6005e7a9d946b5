"""All plays, and those of the library to begin with."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from perennial.foresight.plays.defining import PERMISSION
from perennial.foresight.plays.library import READY, take_ready
from perennial.foresight.plays.models import Look, Play
from perennial.foresight.plays.pages.places import HOME
from perennial.foresight.plays.pages.words import STATE_TONES, VERDICTS, effect_said
from perennial.foresight.plays.queries import latest_looks, plays_for, sees_numbers
from perennial.metrics.making import metric_by_key
from perennial.web.kit.reader import Reader, reader_of
from perennial.web.middleware import Page


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    by = cast(Page, request).actor
    plays, reader = list(plays_for(by)), reader_of(by)
    looks = latest_looks([each for each in plays if sees_numbers(each, by=by)])
    taken = {each.key for each in plays}
    may_shape = by.may(PERMISSION)
    return render(request, "foresight/plays/plays.html", {
        "lines": [_line(each, looks.get(each.pk), reader) for each in plays],
        "ready": [each for each in READY if each.key not in taken] if may_shape else [],
        "take_url": f"{HOME}take/",
    })  # fmt: skip


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    made = take_ready(request.POST.get("key", ""), by=cast(Page, request).actor)
    return HttpResponseRedirect(f"{HOME}{made.key}/")


def _line(play: Play, look: Look | None, reader: Reader) -> dict[str, Any]:
    verdict, tone = VERDICTS[look.verdict] if look is not None else ("", "")
    effect = "" if look is None or look.effect is None else effect_said(look.effect, metric_by_key(play.metric), reader)
    return {
        "play": play, "url": f"{HOME}{play.key}/", "state": play.get_state_display(),
        "state_tone": STATE_TONES[Play.State(play.state)], "owner": play.owner.name if play.owner else "",
        "verdict": verdict, "tone": tone, "effect": effect,
        "people": "" if look is None else reader.number(look.treated + look.control),
    }  # fmt: skip
