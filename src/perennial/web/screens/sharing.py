"""Sharing a record, and the page that says who sees it and why."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from perennial.foundation.errors import Forbidden, Invalid
from perennial.foundation.text import whole_number
from perennial.objects import query
from perennial.objects.access import Why, widest_reach
from perennial.objects.sharing.giving import EDIT, VIEW, With, can_share, share_records, shares_of, stop_sharing
from perennial.objects.sharing.seeing import Seer, seer_named, seers_of
from perennial.objects.types import ObjectType, Owned, Shared
from perennial.objects.writing import the_only
from perennial.web.kit.pages import Button, Input
from perennial.web.kit.reader import reader_of
from perennial.web.middleware import Page
from perennial.web.regions import is_partial
from perennial.web.screens.address import kind_of, record_url
from perennial.workspace.actor import Actor
from perennial.workspace.models import Team, User
from perennial.workspace.rights import Reach

_REACHES = ((VIEW, gettext_lazy("See it")), (EDIT, gettext_lazy("See and change it")))
_WHY: dict[Why, tuple[Promise, Promise]] = {  # on a record of its own, and on one that belongs to another
    "role": (gettext_lazy("their role"), gettext_lazy("their role")),
    "owner": (gettext_lazy("it is theirs"), gettext_lazy("what it belongs to is theirs")),
    "deputy": (gettext_lazy("they stand in for its owner"), gettext_lazy("they stand in for whom it belongs to")),
    "team": (gettext_lazy("it is their team's"), gettext_lazy("what it belongs to is their team's")),
    "share": (gettext_lazy("it was shared with them"), gettext_lazy("it was shared with them")),
}


def sharing_buttons(kind: ObjectType, record_id: int, *, by: Actor) -> list[Button]:
    """What a record's page offers under "More"."""
    if kind.parts:
        return []
    address = record_url(kind.key, record_id)
    share = [Button(_("Share"), dialog=f"{address}share/", icon="share")] if can_share(kind, by=by) else []
    return [*share, Button(_("Who can see this"), url=f"{address}seeing/", icon="eye")]


@require_GET
def seeing(request: HttpRequest, kind_key: str, record_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    row = query.get(kind, record_id, by=by, columns=())
    person = whole_number(request.GET.get("person", ""))
    named = None if person is None else seer_named(kind, record_id, person, by=by)
    seers = [named] if named is not None else seers_of(kind, record_id, by=by)
    reader, address = reader_of(by), record_url(kind.key, record_id)
    may_share = can_share(kind, by=by) and bool(query.lasting_ids(kind, [record_id], by=by, verb="edit"))
    users = User.objects.filter(is_active=True).order_by("name").values_list("id", "name")
    return render(request, "web/seeing.html", {
        "title": row.title or f"#{record_id}", "heading": _("Who sees %(title)s") % {"title": row.title or record_id},
        "record_url": address, "record_title": row.title or f"#{record_id}",
        "shares": [{"with": each.with_whom, "is_team": each.is_team, "reach": dict(_REACHES)[each.reach],
                    "by": each.given_by, "until": reader.moment(each.until) if each.until else "",
                    "stop_url": f"{address}share/{each.id}/stop/" if may_share else ""}
                   for each in shares_of(kind, record_id, by=by)],
        "buttons": [Button(_("Share"), dialog=f"{address}share/", icon="share", is_primary=True)] if may_share else [],
        "seers": [_said(kind, each) for each in seers], "people": list(users), "person": person if named else None,
        "is_open": isinstance(kind.access, Shared),
    })  # fmt: skip


def share(request: HttpRequest, kind_key: str, record_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    row = query.get(kind, record_id, by=by, columns=())
    if not can_share(kind, by=by) or not query.lasting_ids(kind, [record_id], by=by, verb="edit"):
        raise Forbidden
    if request.method != "POST":
        return _dialog(request, row, by, {})
    try:
        reach = request.POST.get("reach", VIEW)
        run = share_records(kind, [record_id], _whom(request.POST.get("with", "")), by=by, reach=reach,
                            until=_until(request.POST.get("until", ""), by))  # fmt: skip
    except Invalid as wrong:
        return _dialog(request, row, by, {key: str(text) for key, text in wrong.fields.items()})
    the_only(run)
    messages.success(request, _("Shared."))
    seen_at = f"{record_url(kind.key, record_id)}seeing/"
    return HttpResponse(headers={"HX-Redirect": seen_at}) if is_partial(request) else HttpResponseRedirect(seen_at)


@require_POST
def stop(request: HttpRequest, kind_key: str, record_id: int, share_id: int) -> HttpResponse:
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    stop_sharing(kind, record_id, share_id, by=by)
    return HttpResponseRedirect(f"{record_url(kind.key, record_id)}seeing/")


def _said(kind: ObjectType, seer: Seer) -> dict[str, Any]:
    return {
        "name": seer.actor.name, "role": _(seer.role), "is_key": seer.actor.kind == "key",
        "view": _reasons(kind, seer.view) or _why_not(kind, seer), "edit": _reasons(kind, seer.edit),
        "sees": bool(seer.view),
    }  # fmt: skip


def _reasons(kind: ObjectType, found: list[Why]) -> str:
    at = 0 if isinstance(kind.access, Owned) else 1
    return " · ".join(str(_WHY[each][at]) for each in dict.fromkeys(found))


def _why_not(kind: ObjectType, seer: Seer) -> str:
    if widest_reach(kind, by=seer.actor, verb="view") is Reach.NONE:
        return _("no: their role sees no %(kind)s") % {"kind": str(kind.label_plural).lower()}
    return _("no: their role sees what is theirs, and this is not, nor was it shared with them")


def _whom(text: str) -> With:
    kind, _colon, number = text.partition(":")
    id = whole_number(number)
    return With(user_id=id) if kind == "user" else With(team_id=id) if kind == "team" else With()


def _until(text: str, by: Actor) -> datetime | None:
    """The end of a day, in the zone of whoever shares."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
        return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(by.timezone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid({"until": _("Choose a day that is still to come.")}) from None


def _dialog(request: HttpRequest, row: query.Row, by: Actor, errors: dict[str, str]) -> HttpResponse:
    users = User.objects.filter(is_active=True).exclude(pk=by.user_id or 0).order_by("name")
    whom: list[tuple[str, str]] = [
        ("", _("Choose")),
        *((f"team:{team.pk}", _("Team %(name)s") % {"name": team.name}) for team in Team.objects.order_by("name")),
        *((f"user:{user.pk}", user.name) for user in users),
    ]
    sent = request.POST
    return render(request, "web/_form_dialog.html", {
        "heading": _("Share"), "sub": row.title or f"#{row.id}", "errors": [], "action": request.path, "hidden": [],
        "inputs": [
            Input("with", _("With"), "choice", sent.get("with", ""), options=whom, error=errors.get("with", ""),
                  is_required=True, has_focus=True),
            Input("reach", _("They may"), "choice", sent.get("reach", VIEW), options=_REACHES, is_required=True,
                  error=errors.get("reach", "")),
            Input("until", _("Until"), "day", sent.get("until", ""), error=errors.get("until", ""),
                  help=_("That day still counts. Empty: until you take it back.")),
        ],
        "submit_label": _("Share"),
    }, status=422 if errors else 200)  # fmt: skip
