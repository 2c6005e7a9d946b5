"""A user's own page about being away: who stands in, from when, until when."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from perennial.foundation import clock
from perennial.foundation.errors import Invalid
from perennial.foundation.text import whole_number
from perennial.timeline.notifications import notify
from perennial.web.kit.pages import Input
from perennial.web.kit.reader import Reader, reader_of
from perennial.web.middleware import Page
from perennial.web.screens.settings.frame import log_setting
from perennial.workspace.absences import absences_of, be_back, go_away, standing_in
from perennial.workspace.actor import Actor, actor_of_user
from perennial.workspace.models import Absence, User

ADDRESS = "/me/absence/"


def absence(request: HttpRequest) -> HttpResponse:
    page = cast(Page, request)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _go(request, page.user, page.actor)
        except Invalid as wrong:
            errors = {key: str(text) for key, text in wrong.fields.items()}
    reader = reader_of(page.actor)
    return render(request, "web/absence.html", {
        "title": _("Away"), "heading": _("When you are away"), "inputs": _inputs(request, page, errors),
        "absences": [{"name": each.deputy.name, "span": _span(each, reader), "back_url": f"{ADDRESS}{each.pk}/back/"}
                     for each in absences_of(page.user)],
        "standing_in": [{"name": each.user.name, "span": _span(each, reader)} for each in standing_in(page.user)],
        "action": ADDRESS,
    }, status=422 if errors else 200)  # fmt: skip


@require_POST
def back(request: HttpRequest, absence_id: int) -> HttpResponse:
    page = cast(Page, request)
    with transaction.atomic():
        ended = be_back(page.user, absence_id)
        log_setting(page.actor.log_name, "users.back", page.user.pk, {"deputy": ended.deputy_id})
        _tell_back(ended, page.user.name)
    messages.success(request, _("Welcome back."))
    return HttpResponseRedirect(ADDRESS)


def _go(request: HttpRequest, user: User, by: Actor) -> HttpResponse:
    starts, ends = _day(request, "starts", by), _day(request, "ends", by, is_end=True)
    with transaction.atomic():
        made = go_away(user, deputy_id=whole_number(request.POST.get("deputy", "")), starts=starts, ends=ends)
        told = {"deputy": made.deputy_id, "starts": made.starts.isoformat(), "ends": made.ends.isoformat()}
        log_setting(by.log_name, "users.away", user.pk, told)
        _tell_of(made, user.name)
    messages.success(request, _("%(name)s stands in for you.") % {"name": made.deputy.name})
    return HttpResponseRedirect(ADDRESS)


def _tell_of(made: Absence, name: str) -> None:
    """In the deputy's own language."""
    deputy = actor_of_user(made.deputy)
    with override(deputy.language):
        words = {"name": name, "span": _span(made, reader_of(deputy))}
        notify([deputy.id], _("You stand in for %(name)s: %(span)s.") % words, url=ADDRESS)


def _tell_back(ended: Absence, name: str) -> None:
    with override(actor_of_user(ended.deputy).language):
        sentence = _("%(name)s is back. You no longer stand in for them.") % {"name": name}
        notify([ended.deputy_id], sentence, url=ADDRESS)


def _span(each: Absence, reader: Reader) -> str:
    """The last day is the one that ends at the moment of the end."""
    last = each.ends - timedelta(microseconds=1)
    return _("%(start)s to %(end)s") % {"start": reader.day(each.starts), "end": reader.day(last)}


def _day(request: HttpRequest, name: str, by: Actor, *, is_end: bool = False) -> datetime | None:
    """The beginning of a day in the user's zone, or its end."""
    text = request.POST.get(name, "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text) + timedelta(days=int(is_end))
        return datetime.combine(day, time(), ZoneInfo(by.timezone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid({name: _("This is no day.")}) from None


def _inputs(request: HttpRequest, page: Page, errors: dict[str, str]) -> list[Input]:
    users = User.objects.filter(is_active=True).exclude(pk=page.user.pk).order_by("name").values_list("id", "name")
    today = clock.real_now().astimezone(ZoneInfo(page.actor.timezone)).date().isoformat()
    sent = request.POST
    return [
        Input("deputy", _("Who stands in"), "choice", sent.get("deputy", ""), options=[("", _("Choose")), *users],
              is_required=True, error=errors.get("deputy", "")),
        Input("starts", _("First day"), "day", sent.get("starts", today), is_required=True,
              error=errors.get("starts", "")),
        Input("ends", _("Last day"), "day", sent.get("ends", ""), is_required=True, error=errors.get("ends", "")),
    ]  # fmt: skip
