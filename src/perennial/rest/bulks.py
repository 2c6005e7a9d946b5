"""Many records at once, in the background: change or delete all that a filter finds, look how far it is, stop it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Invalid, NotFound, Text
from perennial.foundation.text import whole_number
from perennial.objects.bulk.changes import FieldChange, checked, read_changes
from perennial.objects.bulk.chosen import Chosen, may_change
from perennial.objects.bulk.models import Bulk
from perennial.objects.bulk.preview import preview
from perennial.objects.bulk.refusals import reasons, refusals
from perennial.objects.bulk.starting import get_bulk, start_delete, start_edit, stop
from perennial.objects.schema import condition_of
from perennial.objects.types import ObjectType, type_by_path
from perennial.rest.batches import is_id
from perennial.rest.bodies import read_object, refuse_unknown
from perennial.rest.idempotency import once
from perennial.rest.problems import WrongMethod, answer, endpoint
from perennial.rest.schemas import LARGEST_ID
from perennial.workspace.actor import Actor

LARGEST = 10_000  # ids in one request; a filter finds as many as there are
PARTS = ("ids", "filter", "search", "changes", "delete", "preview")
_SHOWN = 100  # refusals


@endpoint
def bulk(request: HttpRequest, by: Actor, path: str) -> HttpResponse:
    """POST {"filter": "…", "changes": [{"field": "…", "value": …}]}, or {"ids": […], "delete": true}."""
    kind = type_by_path(path)
    if kind is None:
        raise NotFound
    if request.method != "POST":
        raise WrongMethod(("POST",))
    refuse_unknown(request, ())
    return once(request, by, lambda: _start(read_object(request), kind, by))


@endpoint
def progress(request: HttpRequest, by: Actor, bulk_id: str) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        raise WrongMethod(("GET", "HEAD"))
    refuse_unknown(request, ())
    found = get_bulk(whole_number(bulk_id) or 0, by=by)
    refused = [{"id": each.record_id, "code": each.code, "detail": each.sentence}
               for each in refusals(found, by=by, limit=_SHOWN)]  # fmt: skip
    why = [{"detail": each.sentence, "count": each.records} for each in reasons(found)]
    return answer({**as_json(found), "refusals": refused, "reasons": why})


@endpoint
def stopped(request: HttpRequest, by: Actor, bulk_id: str) -> HttpResponse:
    """What is changed stays, and can be undone."""
    if request.method != "POST":
        raise WrongMethod(("POST",))
    refuse_unknown(request, ())
    found = get_bulk(whole_number(bulk_id) or 0, by=by)
    stop(found)
    found.refresh_from_db()
    return answer(as_json(found))


def as_json(bulk: Bulk) -> dict[str, Any]:
    return {
        "id": bulk.pk, "kind": bulk.object_key, "verb": bulk.verb, "status": bulk.status, "total": bulk.total,
        "done": bulk.done_with, "changed": bulk.changed, "unchanged": bulk.unchanged, "refused": bulk.refused,
        "run": bulk.run_id, "error": bulk.error,
    }  # fmt: skip


def _start(sent: dict[str, Any], kind: ObjectType, by: Actor) -> HttpResponse:
    chosen, changes = _read(sent)
    if sent.get("preview"):
        return answer(_preview(kind, chosen, changes, by))
    made = start_edit(kind, chosen, changes, by=by) if changes else start_delete(kind, chosen, by=by)
    return answer(as_json(made), status=202 if made.is_at_work else 200)


def _preview(kind: ObjectType, chosen: Chosen, changes: list[FieldChange], by: Actor) -> dict[str, Any]:
    if not may_change(kind, by=by, verb="edit" if changes else "delete"):
        raise NotFound
    condition_of(kind, chosen.where, by=by)
    told = checked(kind, changes, by=by) if changes else []
    seen = preview(kind, chosen, told, by=by, verb="edit" if changes else "delete")
    return {"count": seen.count, "left_out": seen.left_out}


def _read(sent: dict[str, Any]) -> tuple[Chosen, list[FieldChange]]:
    """Which records, and what becomes of them; no changes: they are deleted."""
    wrong: dict[str, Text] = {key[:80]: _("There is no such part.") for key in sent if key not in PARTS}
    ids, texts = sent.get("ids"), {key: sent.get(key, "") for key in ("filter", "search")}
    if ids is None and "filter" not in sent:
        wrong["filter"] = _("Say which records: by their ids, or by a filter; everything is a filter too.")
    elif ids is not None and ("filter" in sent or "search" in sent):
        wrong["ids"] = _("Name ids or a filter, not both.")
    elif ids is not None and not _are_ids(ids):
        wrong["ids"] = _("This must be a list of 1 to %(most)s ids.") % {"most": LARGEST}
    wrong |= {key: _("This must be text.") for key, text in texts.items() if not _is_text(text)}
    wrong |= {
        key: _("Say true or false.") for key in ("delete", "preview") if not isinstance(sent.get(key, False), bool)
    }
    if bool(sent.get("delete", False)) == ("changes" in sent):
        wrong["changes"] = _("Say what becomes of the records: changes, or delete.")
    elif "changes" in sent and not isinstance(sent["changes"], list):
        wrong["changes"] = _("This must be a list.")
    if wrong:
        raise Invalid(wrong)
    chosen = Chosen(tuple(ids)) if ids is not None else Chosen((), True, texts["filter"], texts["search"])
    return chosen, read_changes(sent["changes"]) if "changes" in sent else []


def _are_ids(ids: Any) -> bool:
    return (
        isinstance(ids, list) and 1 <= len(ids) <= LARGEST and all(is_id(each) and each <= LARGEST_ID for each in ids)
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and "\x00" not in value
