"""With whom a record is shared: GET and POST /people/7/shares, DELETE of one; who sees it: GET /people/7/seen-by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Invalid, NotFound
from perennial.foundation.text import whole_number
from perennial.objects.query import get
from perennial.objects.sharing.giving import EDIT, VIEW, Given, With, share_records, shares_of, stop_sharing
from perennial.objects.sharing.seeing import Seer, seers_of
from perennial.objects.types import ObjectType, Shared, type_by_path
from perennial.objects.writing import the_only
from perennial.rest.bodies import read_object, refuse_parts, refuse_unknown
from perennial.rest.idempotency import once
from perennial.rest.problems import WrongMethod, answer, endpoint
from perennial.rest.schemas import ID, MOMENT, body, cursor_list, header, ref, responses
from perennial.workspace.actor import Actor

PARTS = ("user", "team", "reach", "until")


@endpoint
def shares(request: HttpRequest, by: Actor, path: str, record_id: str) -> HttpResponse:
    kind, number = _record(path, record_id, by)
    refuse_unknown(request, ())
    if request.method == "POST":
        return once(request, by, lambda: _share(read_object(request), kind, number, by))
    if request.method not in ("GET", "HEAD"):
        raise WrongMethod(("GET", "HEAD", "POST"))
    return answer({"data": [_as_json(each) for each in shares_of(kind, number, by=by)], "next": None})


@endpoint
def share(request: HttpRequest, by: Actor, path: str, record_id: str, share_id: str) -> HttpResponse:
    kind, number = _record(path, record_id, by)
    if request.method != "DELETE":
        raise WrongMethod(("DELETE",))
    refuse_unknown(request, ())

    def stop() -> HttpResponse:
        stop_sharing(kind, number, whole_number(share_id) or 0, by=by)
        return HttpResponse(status=204)

    return once(request, by, stop)


@endpoint
def seen_by(request: HttpRequest, by: Actor, path: str, record_id: str) -> HttpResponse:
    """Everybody who sees the record, and why."""
    kind, number = _record(path, record_id, by, may_be_open=True)
    if request.method not in ("GET", "HEAD"):
        raise WrongMethod(("GET", "HEAD"))
    refuse_unknown(request, ())
    return answer({"data": [_seer(each) for each in seers_of(kind, number, by=by)], "next": None})


def paths_of_sharing(kind: ObjectType) -> dict[str, Any]:
    if kind.parts:
        return {}
    name, tags = kind.path.replace("-", "_"), [kind.path]
    record, number = ({"name": each, "in": "path", "required": True, "schema": ID} for each in ("id", "share"))
    found: dict[str, Any] = {
        f"/{kind.path}/{{id}}/seen-by": {
            "parameters": [record],
            "get": {
                "operationId": f"list_seers_of_{name}", "tags": tags,
                "summary": f"Who sees a record of {kind.label}, and why",
                "responses": responses({200: cursor_list(ref("Seer"))}, 400, 401, 403, 404, 422),
            },
        }
    }  # fmt: skip
    if isinstance(kind.access, Shared):
        return found
    return found | {
        f"/{kind.path}/{{id}}/shares": {
            "parameters": [record],
            "get": {
                "operationId": f"list_shares_of_{name}", "tags": tags,
                "summary": f"With whom a record of {kind.label} is shared",
                "responses": responses({200: cursor_list(ref("Share"))}, 400, 401, 403, 404, 422),
            },
            "post": {
                "operationId": f"share_{name}", "tags": tags,
                "summary": f"Share a record of {kind.label} with a user or a team, or change how",
                "parameters": [header("Idempotency-Key")], "requestBody": body(_SENT),
                "responses": responses({201: ref("Share")}, 400, 401, 403, 404, 409, 413, 415, 422),
            },
        },
        f"/{kind.path}/{{id}}/shares/{{share}}": {
            "parameters": [record, number],
            "delete": {
                "operationId": f"stop_sharing_{name}", "tags": tags, "summary": "Take a share back",
                "parameters": [header("Idempotency-Key")],
                "responses": responses({204: None}, 400, 401, 403, 404, 409, 413, 422),
            },
        },
    }  # fmt: skip


_REACH = {"enum": [VIEW, EDIT], "description": "See it, or see and change it."}
_UNTIL = {"anyOf": [MOMENT, {"type": "null"}], "description": "Null: for good."}
_SENT = {
    "type": "object",
    "additionalProperties": False,
    "description": "A user or a team, not both.",
    "properties": {"user": ID, "team": ID, "reach": _REACH, "until": _UNTIL},
}
SHARE = {
    "type": "object",
    "required": ["id", "with", "is_team", "reach", "until", "given_by", "given_at"],
    "properties": {
        "id": ID,
        "with": {"type": "string", "description": "The name of the user or of the team."},
        "is_team": {"type": "boolean"},
        "reach": _REACH,
        "until": _UNTIL,
        "given_by": {"type": "string"},
        "given_at": MOMENT,
    },
}
_WHY = {"type": "array", "items": {"enum": ["role", "owner", "deputy", "team", "share"]}}
SEER = {
    "type": "object",
    "required": ["kind", "id", "name", "role", "view", "edit"],
    "properties": {
        "kind": {"enum": ["user", "key"]},
        "id": ID,
        "name": {"type": "string"},
        "role": {"type": "string"},
        "view": {**_WHY, "description": "Why they see it."},
        "edit": {**_WHY, "description": "Why they may change it; empty when they may not."},
    },
}


def _record(path: str, record_id: str, by: Actor, *, may_be_open: bool = False) -> tuple[ObjectType, int]:
    kind, number = type_by_path(path), whole_number(record_id)
    if kind is None or not number or kind.parts or (isinstance(kind.access, Shared) and not may_be_open):
        raise NotFound
    get(kind, number, by=by, columns=())
    return kind, number


def _share(sent: dict[str, Any], kind: ObjectType, record_id: int, by: Actor) -> HttpResponse:
    refuse_parts(sent, PARTS)
    whom = With(_number(sent, "user"), _number(sent, "team"))
    before = {each.id for each in shares_of(kind, record_id, by=by)}
    run = share_records(kind, [record_id], whom, by=by, reach=sent.get("reach", VIEW), until=_until(sent))
    the_only(run)
    now = shares_of(kind, record_id, by=by)
    return answer(_as_json(_given(now, before, whom)), status=201)


def _given(now: list[Given], before: set[int], whom: With) -> Given:
    """The share that was made or changed: one with them."""
    return next((each for each in now if each.id not in before), None) or next(
        each for each in now if each.whom == whom.log_name
    )


def _number(sent: dict[str, Any], name: str) -> int | None:
    value = sent.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**63:
        raise Invalid({name: _("Name a user or a team by its id.")})
    return value


def _until(sent: dict[str, Any]) -> datetime | None:
    return moment_of(sent, "until")


def moment_of(sent: dict[str, Any], name: str) -> datetime | None:
    """A moment with its zone."""
    value = sent.get(name)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid({name: _("Give a moment with its zone, such as 2026-03-01T09:00:00Z.")})
    return moment


def _as_json(given: Given) -> dict[str, Any]:
    return {
        "id": given.id, "with": given.with_whom, "is_team": given.is_team, "reach": given.reach,
        "until": given.until, "given_by": given.given_by, "given_at": given.given_at,
    }  # fmt: skip


def _seer(seer: Seer) -> dict[str, Any]:
    return {"kind": seer.actor.kind, "id": seer.actor.id, "name": seer.actor.name, "role": seer.role,
            "view": seer.view, "edit": seer.edit}  # fmt: skip
