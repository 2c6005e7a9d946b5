"""Users: who works here, with which role, in which teams."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from perennial.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from perennial.foundation.text import whole_number
from perennial.web.kit.pages import Button, Input
from perennial.web.screens.address import own_address
from perennial.web.screens.settings.frame import allowed, log_setting, settings_page
from perennial.workspace import staff
from perennial.workspace.actor import Actor
from perennial.workspace.models import Role, Team, User


def users(request: HttpRequest) -> HttpResponse:
    allowed(request, "users.manage")
    found = User.objects.select_related("role").prefetch_related("teams").order_by("-is_active", "name")[:500]
    rows = [{
        "name": user.name, "email": user.email, "role": _(user.role.name), "url": f"/settings/users/{user.pk}/",
        "teams": ", ".join(team.name for team in user.teams.all()), "seen": user.last_login,
        "state": "left" if not user.is_active else "" if user.last_login else "invited",
    } for user in found]  # fmt: skip
    count = sum(user.is_active for user in found)
    heading = ngettext("%(count)s person works here", "%(count)s people work here", count) % {"count": count}
    invite = Button(_("Invite somebody"), url="/settings/users/invite/", icon="user-plus", is_primary=True)
    teams = Button(_("New team"), url="/settings/teams/new/", icon="users-group")
    return settings_page(request, "web/settings/users.html", heading=heading, buttons=[teams, invite],
                         context={"users": rows})  # fmt: skip


def invite(request: HttpRequest) -> HttpResponse:
    by = allowed(request, "users.manage")
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            user = _invite(request, by)
        except Invalid as wrong:
            errors = {key: str(text) for key, text in wrong.fields.items()}
        except Conflict as conflict:
            errors = {"email": str(conflict)}
        else:
            messages.success(request, _("%(name)s is invited.") % {"name": user.name})
            return HttpResponseRedirect("/settings/users/")
    inputs = [
        Input("email", _("E-mail address"), "email", request.POST.get("email", ""), is_required=True, has_focus=True,
              error=errors.get("email", "")),
        Input("name", _("Name"), value=request.POST.get("name", "")),
        *_role_and_teams(request.POST, None, by),
    ]  # fmt: skip
    return _form(request, _("Invite somebody"), inputs, bool(errors), submit=_("Invite"))


def user(request: HttpRequest, user_id: int) -> HttpResponse:
    by = allowed(request, "users.manage")
    found = User.objects.select_related("role").filter(pk=user_id).first()
    if found is None:
        raise NotFound
    if request.method == "POST":
        _require_covered(found, by)
        _change(found, request.POST, by)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect("/settings/users/")
    quiet = [{"label": _("%(name)s has left") % {"name": found.name},
              "text": _("They can no longer come in. What they did stays theirs."),
              "button": Button(_("Close the account"), post=f"{request.path}leave/", is_danger=True)}]  # fmt: skip
    return settings_page(
        request, "web/settings/form.html", heading=found.name, sub=found.email,
        context={"action": request.path, "quiet": quiet if found.is_active else [],
                 "sections": [{"label": "", "text": "",
                               "inputs": _role_and_teams(request.POST, found, by)}]})  # fmt: skip


@require_POST
def leave(request: HttpRequest, user_id: int) -> HttpResponse:
    by = allowed(request, "users.manage")
    found = User.objects.select_related("role").filter(pk=user_id, is_active=True).first()
    if found is None:
        raise NotFound
    _require_covered(found, by)
    with transaction.atomic():
        staff.deactivate_user(found)
        log_setting(by.log_name, "users.leave", found.pk, {"is_active": [True, False]})
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = "/settings/users/"
    return response


def new_team(request: HttpRequest) -> HttpResponse:
    by = allowed(request, "users.manage")
    error = ""
    name = request.POST.get("name", "").replace("\x00", "").strip()[:80]
    if request.method == "POST":
        if not name:
            error = _("Give the team a name.")
        elif Team.objects.filter(name__iexact=name).exists():
            error = _("There is a team of this name.")
        else:
            team = Team.objects.create(name=name)
            log_setting(by.log_name, "teams.create", team.pk, {"name": name}, kind="create")
            return HttpResponseRedirect("/settings/users/")
    return _form(request, _("New team"), [Input("name", _("Name"), value=name, is_required=True, error=error,
                                                has_focus=True)], bool(error), submit=_("Add"))  # fmt: skip


def _invite(request: HttpRequest, by: Actor) -> User:
    role = _role(request.POST, by)
    with transaction.atomic():
        found = staff.invite_user(
            request.POST.get("email", ""), name=request.POST.get("name", "").replace("\x00", ""), role=role,
            teams=_teams(request.POST), base_url=own_address(request))  # fmt: skip
        log_setting(by.log_name, "users.invite", found.pk, {"email": found.email, "role": role.key}, kind="create")
    return found


def _change(found: User, sent: QueryDict, by: Actor) -> None:
    role, teams = _role(sent, by), _teams(sent)
    with transaction.atomic():
        changed: dict[str, list[object]] = {}
        if role.pk != found.role_id:
            staff.change_role(found, role)
            changed["role"] = [found.role.key, role.key]
        before = sorted(found.teams.values_list("id", flat=True))
        after = sorted(team.pk for team in teams)
        if before != after:
            found.teams.set(teams)
            changed["teams"] = [before, after]
        if changed:
            log_setting(by.log_name, "users.change", found.pk, changed)


def _require_covered(found: User, by: Actor) -> None:
    """Whoever manages users manages those who may no more than they themselves."""
    if not by.rights.covers(found.role.rights):
        raise Forbidden


def _role_and_teams(sent: QueryDict, found: User | None, by: Actor) -> list[Input]:
    roles = [(str(role.pk), _(role.name)) for role in Role.objects.order_by("id") if by.rights.covers(role.rights)]
    teams = [(str(team.pk), team.name) for team in Team.objects.order_by("name")]
    chosen = sent.getlist("team") or ([str(pk) for pk in found.teams.values_list("id", flat=True)] if found else [])
    inputs = [Input("role", _("Role"), "choice", sent.get("role", str(found.role_id) if found else ""), options=roles,
                    is_required=True)]  # fmt: skip
    return [*inputs, Input("team", _("Teams"), "choices", chosen, options=teams)] if teams else inputs


def _role(sent: QueryDict, by: Actor) -> Role:
    """The role that was chosen: one that gives nothing that `by` has not."""
    role = Role.objects.filter(pk=whole_number(sent.get("role", "")) or 0).first()
    if role is None or not by.rights.covers(role.rights):
        raise Invalid({"role": _("Choose a role.")})
    return role


def _teams(sent: QueryDict) -> list[Team]:
    return list(Team.objects.filter(pk__in=[whole_number(text) for text in sent.getlist("team")]))


def _form(request: HttpRequest, heading: str, inputs: list[Input], is_wrong: bool, *, submit: str) -> HttpResponse:
    return render(request, "web/form.html", {
        "title": heading, "heading": heading, "sub": "", "list_url": "/settings/users/", "list_label": _("Users"),
        "inputs": inputs, "errors": [], "hidden": [], "action": request.path, "submit_label": submit,
        "cancel_url": "/settings/users/",
    }, status=422 if is_wrong else 200)  # fmt: skip
