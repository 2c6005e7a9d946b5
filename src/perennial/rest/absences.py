"""Who is away and who stands in: for keys that may manage users. GET and POST /absences, DELETE of one ends it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Forbidden, Invalid, NotFound
from perennial.foundation.text import whole_number
from perennial.rest.bodies import read_object, refuse_parts, refuse_unknown
from perennial.rest.idempotency import once
from perennial.rest.problems import WrongMethod, answer, endpoint
from perennial.rest.schemas import ID, MOMENT, body, cursor_list, header, ref, responses
from perennial.rest.sharing import moment_of
from perennial.timeline.record import Change, log_changes
from perennial.workspace.absences import all_absences, be_back, go_away
from perennial.workspace.actor import Actor
from perennial.workspace.models import Absence, User

PERMISSION = "users.manage"
PARTS = ("user", "deputy", "starts", "ends")


@endpoint
def absences(request: HttpRequest, by: Actor) -> HttpResponse:
    """Those that are not over."""
    _require(by)
    refuse_unknown(request, ())
    if request.method == "POST":
        return once(request, by, lambda: _go(read_object(request), by))
    if request.method not in ("GET", "HEAD"):
        raise WrongMethod(("GET", "HEAD", "POST"))
    return answer({"data": [_as_json(each) for each in all_absences()], "next": None})


@endpoint
def absence(request: HttpRequest, by: Actor, absence_id: str) -> HttpResponse:
    _require(by)
    if request.method != "DELETE":
        raise WrongMethod(("DELETE",))
    refuse_unknown(request, ())
    found = next((each for each in all_absences() if each.pk == whole_number(absence_id)), None)
    if found is None:
        raise NotFound
    return once(request, by, lambda: _end(found, by))


def paths_of_absences() -> dict[str, Any]:
    number = {"name": "id", "in": "path", "required": True, "schema": ID}
    return {
        "/absences": {
            "get": {
                "operationId": "list_absences", "tags": ["absences"],
                "summary": "Who is away or will be, and who stands in; for keys that manage users",
                "responses": responses({200: cursor_list(ref("Absence"))}, 400, 401, 403, 404, 422),
            },
            "post": {
                "operationId": "add_absence", "tags": ["absences"],
                "summary": "Name who stands in for a user, from one moment until another",
                "parameters": [header("Idempotency-Key")], "requestBody": body(_SENT),
                "responses": responses({201: ref("Absence")}, 400, 401, 403, 404, 409, 413, 415, 422),
            },
        },
        "/absences/{id}": {
            "parameters": [number],
            "delete": {
                "operationId": "end_absence", "tags": ["absences"],
                "summary": "End an absence now, or call off one that was to come",
                "parameters": [header("Idempotency-Key")],
                "responses": responses({204: None}, 400, 401, 403, 404, 409, 413, 422),
            },
        },
    }  # fmt: skip


_SENT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["user", "deputy", "ends"],
    "properties": {
        "user": {**ID, "description": "Who is away."},
        "deputy": {**ID, "description": "Who stands in, with the rights of their own role."},
        "starts": {**MOMENT, "description": "Left out: now."},
        "ends": MOMENT,
    },
}
_PERSON = {"type": "object", "required": ["id", "name"], "properties": {"id": ID, "name": {"type": "string"}}}
ABSENCE = {
    "type": "object",
    "required": ["id", "user", "deputy", "starts", "ends"],
    "properties": {"id": ID, "user": _PERSON, "deputy": _PERSON, "starts": MOMENT, "ends": MOMENT},
}


def _require(by: Actor) -> None:
    if not by.may(PERMISSION):
        raise Forbidden


def _go(sent: dict[str, Any], by: Actor) -> HttpResponse:
    refuse_parts(sent, PARTS)
    user = User.objects.filter(pk=_number(sent, "user"), is_active=True).first()
    if user is None:
        raise Invalid({"user": _("There is no such person.")})
    with transaction.atomic():
        made = go_away(
            user, deputy_id=_number(sent, "deputy"), starts=moment_of(sent, "starts"), ends=moment_of(sent, "ends")
        )  # fmt: skip
        told = {"deputy": made.deputy_id, "starts": made.starts.isoformat(), "ends": made.ends.isoformat()}
        log_changes([Change("users", user.pk, "configure", told)], actor=by.log_name, action="users.away")
    return answer(_as_json(made), status=201)


def _end(found: Absence, by: Actor) -> HttpResponse:
    with transaction.atomic():
        ended = be_back(found.user, found.pk)
        log_changes([Change("users", found.user_id, "configure", {"deputy": ended.deputy_id})], actor=by.log_name,
                    action="users.back")  # fmt: skip
    return HttpResponse(status=204)


def _number(sent: dict[str, Any], name: str) -> int:
    value = sent.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**63:
        raise Invalid({name: _("Name a user by their id.")})
    return value


def _as_json(each: Absence) -> dict[str, Any]:
    return {
        "id": each.pk, "user": {"id": each.user_id, "name": each.user.name},
        "deputy": {"id": each.deputy_id, "name": each.deputy.name}, "starts": each.starts, "ends": each.ends,
    }  # fmt: skip
