"""Actions as programs run them, over a set of records, and taking back what a run did."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ValidationError

from perennial.foundation.errors import Invalid, NotFound, Text
from perennial.foundation.text import whole_number
from perennial.objects.actions import Action, actions
from perennial.objects.bulk.models import Bulk
from perennial.objects.bulk.undoing import take_back
from perennial.objects.fields.time import EARLIEST, LATEST
from perennial.objects.running import run_action
from perennial.objects.types import ObjectType, type_by_path
from perennial.rest.batches import is_id, result_as_json
from perennial.rest.bodies import read_object, refuse_unknown
from perennial.rest.bulks import as_json
from perennial.rest.idempotency import once
from perennial.rest.problems import WrongMethod, answer, endpoint
from perennial.rest.schemas import LARGEST_ID
from perennial.workspace.actor import Actor

LARGEST = 1000  # records of one run


@endpoint
def act(request: HttpRequest, by: Actor, path: str, key: str) -> HttpResponse:
    """POST {"ids": [id …], "input": {…}}: what an action is given is described by its schema."""
    kind, declared = type_by_path(path), actions.get(key)
    if kind is None or declared is None or kind.key not in declared.on:
        raise NotFound
    if request.method != "POST":
        raise WrongMethod(("POST",))
    refuse_unknown(request, ())
    return once(request, by, lambda: _run(read_object(request), kind, declared, by))


@endpoint
def undo(request: HttpRequest, by: Actor, run_id: str) -> HttpResponse:
    """POST takes back what a run changed, as far as nobody has changed it since."""
    number = whole_number(run_id)
    if not number:
        raise NotFound
    if request.method != "POST":
        raise WrongMethod(("POST",))
    refuse_unknown(request, ())

    def write() -> HttpResponse:
        undone = take_back(number, by=by)
        if isinstance(undone, Bulk):  # large: in batches, in the background
            return answer(as_json(undone), status=202)
        conflicts = [{"id": each.record_id, "field": each.field} for each in undone.conflicts]
        return answer({"run": undone.run_id, "restored": undone.restored, "conflicts": conflicts})

    return once(request, by, write)


def actions_of(kind: ObjectType) -> list[Action]:
    """Those that the API offers on this kind, in the order of their keys."""
    return sorted((each for each in actions.values() if kind.key in each.on), key=lambda each: each.key)


def _run(sent: dict[str, Any], kind: ObjectType, declared: Action, by: Actor) -> HttpResponse:
    ids, given = sent.get("ids"), sent.get("input", {})
    wrong: dict[str, Text] = {
        key[:80]: _("There is no such part; known are ids and input.") for key in sent.keys() - {"ids", "input"}
    }
    if not isinstance(ids, list) or not all(is_id(each) and each <= LARGEST_ID for each in ids):
        wrong["ids"] = _("This must be a list of ids.")
    elif not 1 <= len(ids) <= LARGEST:
        wrong["ids"] = _("Name 1 to %(most)s records in one request.") % {"most": LARGEST}
    if not isinstance(given, dict):
        wrong["input"] = _("The input must be a JSON object.")
    if wrong:
        raise Invalid(wrong)
    run = run_action(declared.key, ids or [], _strict(declared, given), by=by, on=kind.key)
    return answer({"run": run.id, "sentence": run.sentence, "results": [result_as_json(each) for each in run.results]})


def _strict(declared: Action, given: dict[str, Any]) -> BaseModel:
    """The input as its schema says it, not as lenient as a form's."""
    _refuse_unstorable(given)
    unknown = given.keys() - declared.input.model_fields.keys()
    if unknown:
        raise Invalid({f"input.{key}"[:80]: _("There is no such field.") for key in sorted(unknown)})
    try:
        found = declared.input.model_validate_json(msgspec.json.encode(given), strict=True)
    except ValidationError as error:
        raise Invalid({".".join(("input", *map(str, each["loc"]))): each["msg"] for each in error.errors()}) from None
    for key, value in found:
        if isinstance(value, date) and not EARLIEST < value.year < LATEST:
            raise Invalid({f"input.{key}": _("This day is too far away.")})
    return found


def _refuse_unstorable(value: Any) -> None:
    """No text has a zero character in PostgreSQL, and no id is larger than its integers."""
    if isinstance(value, str) and "\x00" in value:
        raise Invalid({"input": _("This holds a character that no text has.")})
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise Invalid({"input": _("This number is too large.")})
    if isinstance(value, dict | list):
        for each in [*value, *value.values()] if isinstance(value, dict) else value:
            _refuse_unstorable(each)
