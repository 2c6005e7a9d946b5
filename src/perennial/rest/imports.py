"""Files brought in by programs: sent, mapped, tried, started, watched and taken back, as the import page does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Invalid, NotFound, Text
from perennial.foundation.text import whole_number
from perennial.objects.bulk.models import Bulk
from perennial.objects.importing import uploads
from perennial.objects.importing.skipped import reasons, skipped_csv
from perennial.objects.models import Import
from perennial.objects.types import type_by_path
from perennial.rest.bodies import read_object, refuse_unknown
from perennial.rest.bulks import as_json as bulk_as_json
from perennial.rest.problems import WrongMethod, answer, endpoint
from perennial.workspace.actor import Actor

PIECE = 256 * 1024
VERBS = ("start", "try", "pause", "go-on", "cancel", "revert")


@endpoint
def take(request: HttpRequest, by: Actor, path: str) -> HttpResponse:
    """POST the file itself, whatever its format; the answer says how it is read and which column is which field."""
    kind = type_by_path(path)
    if kind is None:
        raise NotFound
    if request.method != "POST":
        raise WrongMethod(("POST",))
    refuse_unknown(request, ("name",))
    name = request.GET.get("name", "").replace("\x00", "")
    return answer(as_json(uploads.upload(kind.key, _pieces(request), name=name, by=by)), status=201)


@endpoint
def listed(request: HttpRequest, by: Actor) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        raise WrongMethod(("GET", "HEAD"))
    refuse_unknown(request, ())
    return answer({"data": [as_json(each) for each in uploads.imports(by)], "next": None})


@endpoint
def one(request: HttpRequest, by: Actor, import_id: str) -> HttpResponse:
    """GET says how far it is; PATCH {"mapping": {field: column}, "options": {…}} how the file is to be read."""
    if request.method not in ("GET", "HEAD", "PATCH"):
        raise WrongMethod(("GET", "HEAD", "PATCH"))
    refuse_unknown(request, ())
    found = uploads.get_import(whole_number(import_id) or 0, by=by)
    if request.method == "PATCH":
        sent = _sent(read_object(request))
        mapping, options = sent.get("mapping", found.mapping), sent.get("options", found.options)
        found = uploads.set_up(found, mapping=mapping, options=options)
    why = [{"detail": each.sentence, "count": each.rows} for each in reasons(found)]
    return answer({**as_json(found), "reasons": why})


@endpoint
def act(request: HttpRequest, by: Actor, import_id: str, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise NotFound
    if request.method != "POST":
        raise WrongMethod(("POST",))
    refuse_unknown(request, ())
    found = uploads.get_import(whole_number(import_id) or 0, by=by)
    if verb == "revert":
        undone = uploads.revert(found, by=by)
        if isinstance(undone, Bulk):
            return answer(bulk_as_json(undone), status=202)
        conflicts = [{"id": each.record_id, "field": each.field} for each in undone.conflicts]
        return answer({"run": undone.run_id, "restored": undone.restored, "conflicts": conflicts})
    does: dict[str, Callable[[Import], object]] = {
        "start": partial(uploads.start, by=by), "try": partial(uploads.start_trial, by=by), "pause": uploads.pause,
        "go-on": uploads.go_on, "cancel": uploads.cancel,
    }  # fmt: skip
    does[verb](found)
    found.refresh_from_db()
    return answer(as_json(found))


@endpoint
def skipped(request: HttpRequest, by: Actor, import_id: str) -> HttpResponse | StreamingHttpResponse:
    """The rows that were not written, as CSV, each with its reason: to be corrected and sent again."""
    if request.method not in ("GET", "HEAD"):
        raise WrongMethod(("GET", "HEAD"))
    refuse_unknown(request, ())
    found = uploads.get_import(whole_number(import_id) or 0, by=by)
    return StreamingHttpResponse(skipped_csv(found), content_type="text/csv; charset=utf-8")


def as_json(found: Import) -> dict[str, Any]:
    return {
        "id": found.pk, "kind": found.kind, "name": found.name, "size": found.size, "status": found.status,
        "shape": found.shape, "mapping": found.mapping, "options": found.options, "rows": found.rows,
        "position": found.position, "created": found.created, "updated": found.updated, "unchanged": found.unchanged,
        "skipped": found.skipped, "run": found.run_id, "error": found.error, "trial": found.trial,
    }  # fmt: skip


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    while piece := request.read(PIECE):
        yield piece


def _sent(body: dict[str, Any]) -> dict[str, Any]:
    wrong: dict[str, Text] = {
        key[:80]: _("There is no such part.") for key in body if key not in ("mapping", "options")
    }
    wrong |= {key: _("This must be a JSON object.") for key, value in body.items() if not isinstance(value, dict)}
    if wrong:
        raise Invalid(wrong)
    return body
