"""Many writes in one request, with a result for each: what is wrong with one row does not stop the others."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Invalid, NotFound, Refused
from perennial.objects.actions import Result, Run
from perennial.objects.types import ObjectType, type_by_path
from perennial.objects.writing import create_records, delete_records, refusal, update_records, upsert_records
from perennial.rest.bodies import read_object, refuse_unknown
from perennial.rest.idempotency import once
from perennial.rest.problems import WrongMethod, answer, endpoint
from perennial.workspace.actor import Actor

LARGEST = 1000


@endpoint
def batch(request: HttpRequest, by: Actor, path: str) -> HttpResponse:
    """POST {"create": [record …], "update": [record with id …], "upsert": […], "delete": [id …]}, in that order."""
    kind = type_by_path(path)
    if kind is None:
        raise NotFound
    if request.method != "POST":
        raise WrongMethod(("POST",))
    refuse_unknown(request, ())
    return once(request, by, lambda: _write(read_object(request), kind, by))


def _write(sent: dict[str, Any], kind: ObjectType, by: Actor) -> HttpResponse:
    wrong = {
        key[:80]: _("There is no such part; known are create, update, upsert and delete.")
        for key in sent
        if key not in parts_of(kind)
    }
    wrong |= {key: _("This must be a list.") for key, rows in sent.items() if not isinstance(rows, list)}
    if wrong:
        raise Invalid(wrong)
    if sum(map(len, sent.values())) > LARGEST:
        raise Invalid({"": _("At most %(most)s rows in one request. Send the rest in the next.") % {"most": LARGEST}})
    return answer(
        {
            part: [result_as_json(each) for each in _run(part, sent[part], kind, by)]
            for part in parts_of(kind)
            if part in sent
        }
    )


def parts_of(kind: ObjectType) -> tuple[str, ...]:
    """What a batch may do with this kind."""
    upsert = kind.can_create and kind.can_edit and kind.field(kind.external) is not None
    offered = (("create", kind.can_create), ("update", kind.can_edit), ("upsert", upsert), ("delete", kind.can_delete))
    return tuple(part for part, is_offered in offered if is_offered)


def _run(part: str, rows: list[Any], kind: ObjectType, by: Actor) -> list[Result]:
    """Rows that are not of the right shape are answered as such; the others run as one set."""
    shape = is_id if part == "delete" else _is_change if part == "update" else _is_object
    good = [row for row in rows if shape(row)]
    try:
        results = iter(_perform(part, good, kind, by).results if good else ())
    except Refused as error:  # refused as a whole, for want of a right: each row is told so
        results = iter([Result(None, error.code, str(error))] * len(good))
    malformed = Result(None, "malformed", str(_("This row is not what this part takes.")))
    return [next(results) if shape(row) else malformed for row in rows]


def _perform(part: str, rows: list[Any], kind: ObjectType, by: Actor) -> Run:
    if part == "create":
        return create_records(kind, rows, by=by)
    if part == "upsert":
        return upsert_records(kind, rows, by=by)
    if part == "delete":
        return delete_records(kind, rows, by=by)
    changes = {row["id"]: {key: value for key, value in row.items() if key not in ("id", "version")} for row in rows}
    if len(changes) < len(rows):
        raise Invalid({"update": _("The same id stands there twice. Put its changes into one row.")})
    versions = {row["id"]: row["version"] for row in rows if is_id(row.get("version"))}
    return update_records(kind, changes, by=by, versions=versions)


def result_as_json(result: Result) -> dict[str, Any]:
    if result.is_done:
        return {"id": result.id, "status": "done"}
    error = refusal(result)
    fields = (
        [{"field": key, "message": str(text)} for key, text in error.fields.items()]
        if isinstance(error, Invalid)
        else []
    )
    return {"id": result.id, "status": "refused", "code": error.code, "detail": str(error), "errors": fields}


def is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _is_change(value: Any) -> bool:
    return isinstance(value, dict) and is_id(value.get("id"))
