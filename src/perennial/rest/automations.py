"""Automations by API: read, build, publish, pause, start, and look at who is on the way.

That there is one, and whether it runs, is told to whoever sees the records that it is about; what it does, its drafts
and its logs to whoever may build.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from perennial.automation import defining, steering
from perennial.automation.definition.limits import measured
from perennial.automation.definition.tree import json_schema
from perennial.automation.models import Automation, AutomationVersion
from perennial.automation.reading import (
    Passing,
    automation_for,
    automations_for,
    log_of,
    numbers_of,
    run_for,
    runs_of,
    standing_at,
    versions_of,
)
from perennial.automation.starting import start_all, start_for
from perennial.foundation.errors import Invalid, NotFound
from perennial.foundation.text import whole_number
from perennial.rest.batches import is_id, result_as_json
from perennial.rest.bodies import LONGEST_TEXT, read_object, refuse_parts, refuse_unknown, text_of
from perennial.rest.idempotency import once
from perennial.rest.problems import WrongMethod, answer, endpoint, require_read
from perennial.rest.schemas import LARGEST_ID
from perennial.workspace.actor import Actor

LARGEST = 1_000  # records of one start
_LONGEST = {"name": 200, "note": 400, "description": 4_000, "step": 40}
_PARTS = {
    "publish": ("version", "note", "moves"), "pause": (), "resume": (), "retire": (), "key": (),
    "roll-back": ("number", "moves"), "start": ("ids", "filter"),
}  # fmt: skip


@endpoint
def collection(request: HttpRequest, by: Actor) -> HttpResponse:
    """GET those about records that the key sees; POST {"name", "object", "draft"} makes one."""
    if request.method == "POST":
        refuse_unknown(request, ())
        return once(request, by, lambda: _make(read_object(request), by))
    require_read(request, "POST")
    refuse_unknown(request, ("object",))
    found = automations_for(by, object_key=request.GET.get("object", ""))
    return answer({"data": [as_json(each) for each in found], "next": None})


@endpoint
def schema(request: HttpRequest, by: Actor) -> HttpResponse:
    """The JSON Schema of a definition."""
    require_read(request)
    return answer(json_schema())


@endpoint
def one(request: HttpRequest, by: Actor, automation_id: str) -> HttpResponse:
    """GET it with its draft and numbers; PATCH name, description or draft, with the version it was read at."""
    found = _found(automation_id, by)
    if request.method == "PATCH":
        refuse_unknown(request, ())
        return once(request, by, lambda: _change(read_object(request), found, by))
    require_read(request, "PATCH")
    refuse_unknown(request, ())
    if not by.may(defining.PERMISSION):
        return answer(as_json(found))
    versions = [_version(each) for each in versions_of(found)]
    more = {"draft": found.draft, "versions": versions, "passed": numbers_of(found), "standing": standing_at(found)}
    return answer({**as_json(found), **more})


@endpoint
def act(request: HttpRequest, by: Actor, automation_id: str, verb: str) -> HttpResponse:
    """POST publish, pause, resume, roll-back, retire, key or start."""
    if verb not in _PARTS:
        raise NotFound
    if request.method != "POST":
        raise WrongMethod(("POST",))
    refuse_unknown(request, ())
    found = _found(automation_id, by)
    return once(request, by, lambda: _VERBS[verb](_parts(read_object(request), _PARTS[verb]), found, by))


@endpoint
def runs(request: HttpRequest, by: Actor, automation_id: str) -> HttpResponse:
    """Those on the way, and those who were, the latest first."""
    require_read(request)
    _require_builder(by)
    refuse_unknown(request, ("state", "step", "limit", "cursor"))
    limit = whole_number(request.GET.get("limit", "50")) or 50
    before = whole_number(request.GET.get("cursor", ""))
    state, step = (request.GET.get(key, "").replace("\x00", "")[:40] for key in ("state", "step"))
    passing = runs_of(_found(automation_id, by), by=by, state=state, step=step, before=before, limit=limit)
    end = str(passing[-1].run.pk) if len(passing) >= limit else None
    return answer({"data": [_run(each) for each in passing], "next": end})


@endpoint
def run(request: HttpRequest, by: Actor, run_id: str) -> HttpResponse:
    """One run with the log of its steps."""
    require_read(request)
    _require_builder(by)
    refuse_unknown(request, ())
    found = run_for(whole_number(run_id) or 0, by=by)
    log = [{"at": each.at, "step": each.step, "label": each.label, "code": each.code, "detail": each.sentence,
            "attempt": each.attempt} for each in log_of(found.run, by=by)]  # fmt: skip
    return answer({**_run(found), "log": log})


@endpoint
def steer(request: HttpRequest, by: Actor, run_id: str, verb: str) -> HttpResponse:
    """POST retry (from a step), stop, or skip-wait."""
    if verb not in ("retry", "stop", "skip-wait"):
        raise NotFound
    if request.method != "POST":
        raise WrongMethod(("POST",))
    refuse_unknown(request, ())
    number = whole_number(run_id) or 0

    def write() -> HttpResponse:
        sent = _parts(read_object(request), ("step",) if verb == "retry" else ())
        if verb == "retry":
            steering.retry(number, by=by, step=_text(sent, "step") if "step" in sent else "")
        elif verb == "stop":
            steering.stop(number, by=by)
        else:
            steering.skip_wait(number, by=by)
        return answer(_run(run_for(number, by=by)))

    return once(request, by, write)


def _require_builder(by: Actor) -> None:
    """To others there are no runs."""
    if not by.may(defining.PERMISSION):
        raise NotFound


def as_json(automation: Automation) -> dict[str, Any]:
    return {
        "id": automation.pk, "version": automation.version, "name": automation.name,
        "description": automation.description, "object": automation.object_key, "state": automation.state,
        "published": automation.published.number if automation.published else None,
        "paused_why": automation.paused_why, "next_at": automation.next_at,
    }  # fmt: skip


def _run(passing: Passing) -> dict[str, Any]:
    run = passing.run
    return {
        "id": run.pk, "automation": run.automation_id, "record": run.record_id, "title": passing.title,
        "state": run.state, "step": run.step, "phase": run.phase, "due_at": run.due_at, "entered_at": run.entered_at,
        "ended_at": run.ended_at, "attempt": run.attempt,
    }  # fmt: skip


def _version(version: AutomationVersion) -> dict[str, Any]:
    return {"number": version.number, "note": version.note, "published_by": version.published_by,
            "published_at": version.published_at}  # fmt: skip


def _make(sent: dict[str, Any], by: Actor) -> HttpResponse:
    parts = _parts(sent, ("name", "object", "draft"))
    made = defining.make(name=_text(parts, "name"), object_key=_text(parts, "object"), draft=_draft(parts), by=by)
    return answer({**as_json(made), "draft": made.draft}, status=201)


def _change(sent: dict[str, Any], found: Automation, by: Actor) -> HttpResponse:
    parts = _parts(sent, ("version", "name", "description", "draft"))
    changed = defining.change(
        found, by=by, version=_version_of(parts), name=_text(parts, "name") if "name" in parts else None,
        description=_text(parts, "description") if "description" in parts else None,
        draft=_draft(parts) if "draft" in parts else None,
    )  # fmt: skip
    return answer({**as_json(changed), "draft": changed.draft})


def _publish(sent: dict[str, Any], found: Automation, by: Actor) -> HttpResponse:
    note = _text(sent, "note") if "note" in sent else ""
    made = defining.publish(found, by=by, version=_version_of(sent), note=note, moves=_moves(sent))
    return answer(_version(made))


def _pause(sent: dict[str, Any], found: Automation, by: Actor) -> HttpResponse:
    defining.pause(found, by=by)
    return _now(found, by)


def _resume(sent: dict[str, Any], found: Automation, by: Actor) -> HttpResponse:
    defining.resume(found, by=by)
    return _now(found, by)


def _retire(sent: dict[str, Any], found: Automation, by: Actor) -> HttpResponse:
    defining.retire(found, by=by)
    return HttpResponse(status=204)


def _key(sent: dict[str, Any], found: Automation, by: Actor) -> HttpResponse:
    key = defining.new_secret(found, by=by)
    return answer({"key": key, "address": f"/api/v1/hooks/{found.pk}/{key}"}, status=201)


def _roll_back(sent: dict[str, Any], found: Automation, by: Actor) -> HttpResponse:
    number = sent.get("number")
    if not isinstance(number, int) or not is_id(number) or number >= 2**31:
        raise Invalid({"number": _("Name the number of a version.")})
    return answer(_version(defining.roll_back(found, number, by=by, moves=_moves(sent))))


def _start(sent: dict[str, Any], found: Automation, by: Actor) -> HttpResponse:
    """For ids, or in the background for all whom a filter finds."""
    defining.require(by)
    if "filter" in sent:
        start_all(found, _text(sent, "filter"), by=by)
        return answer(as_json(found), status=202)
    ids = sent.get("ids")
    is_list = isinstance(ids, list) and 1 <= len(ids) <= LARGEST
    if not is_list or not all(is_id(each) and each <= LARGEST_ID for each in ids or ()):
        raise Invalid({"ids": _("Name 1 to %(most)s records in one request.") % {"most": LARGEST}})
    return answer({"results": [result_as_json(each) for each in start_for(found, ids or [], by=by)]})


_VERBS: dict[str, Callable[[dict[str, Any], Automation, Actor], HttpResponse]] = {
    "publish": _publish, "pause": _pause, "resume": _resume, "retire": _retire, "key": _key, "roll-back": _roll_back,
    "start": _start,
}  # fmt: skip


def _now(found: Automation, by: Actor) -> HttpResponse:
    return answer(as_json(automation_for(found.pk, by=by)))


def _found(automation_id: str, by: Actor) -> Automation:
    return automation_for(whole_number(automation_id) or 0, by=by)


def _parts(sent: dict[str, Any], known: tuple[str, ...]) -> dict[str, Any]:
    refuse_parts(sent, known)
    return sent


def _text(sent: dict[str, Any], key: str) -> str:
    return text_of(sent, key, longest=_LONGEST.get(key, LONGEST_TEXT))


def _draft(sent: dict[str, Any]) -> dict[str, Any]:
    value = sent.get("draft", {})
    if not isinstance(value, dict):
        raise Invalid({"draft": _("This must be a JSON object.")})
    return dict(json.loads(json.dumps(measured(value), default=float)))  # fractions are read as decimals


def _version_of(sent: dict[str, Any]) -> int | None:
    if "version" not in sent:
        return None
    value = sent["version"]
    if not isinstance(value, int) or not is_id(value) or value >= 2**31:
        raise Invalid({"version": _("This must be a whole number.")})
    return value


def _moves(sent: dict[str, Any]) -> bool:
    value = sent.get("moves", False)
    if not isinstance(value, bool):
        raise Invalid({"moves": _("This must be true or false.")})
    return value
