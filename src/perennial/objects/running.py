"""Running a registered action, the one way from page, API, automation and tests; and undoing what a run changed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ValidationError

from perennial.foundation.errors import Forbidden, Invalid, NotFound
from perennial.foundation.ids import uuid7
from perennial.objects.access import widest_reach
from perennial.objects.actions import Action, Result, Run, actions, may_write
from perennial.objects.query import allowed_ids
from perennial.objects.types import ObjectType, object_types
from perennial.objects.undoing import Conflict, Undone, undo_run
from perennial.objects.writing.outcomes import keep_run, next_run_id, refused
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

__all__ = ["Conflict", "Undone", "bind", "run_action", "undo_run"]

_MOST = 10_000


def run_action(
    key: str,
    ids: Sequence[int],
    data: Mapping[str, Any] | BaseModel | None = None,
    *,
    by: Actor,
    on: str = "",
    cause: uuid.UUID | None = None,
    occasions: Mapping[int, Mapping[str, Any]] | None = None,
) -> Run:
    """Run an action over a set of records of the kind `on` (of any of its kinds when that is not said).

    Raises `NotFound` for an action that does not exist, `Forbidden` without the right, `Invalid` with the fields of a
    wrong input. Records that the actor may not use the verb on are answered one by one. `cause` is what led to it: a
    run gets a cause of its own, by which its events are known. `occasions` is, by record, what else an action may tell.
    """
    declared = actions.get(key)
    if declared is None or (on and on not in declared.on):
        raise NotFound
    kinds = [object_types[each] for each in ((on,) if on else declared.on) if each in object_types]
    _require(declared, kinds, by)
    given = bind(declared, data)
    if len(ids) > _MOST:
        raise Invalid({"ids": _("At most %(most)d records at once.") % {"most": _MOST}})
    wanted = list(dict.fromkeys(ids))
    with transaction.atomic():
        run = Run(next_run_id(), uuid7(), object_key=on, occasions=occasions or {})
        allowed: set[int] = set()
        for kind in kinds:
            allowed |= allowed_ids(kind, wanted, by=by, verb=declared.verb)
        mine = [each for each in wanted if each in allowed]
        answers = declared.perform(mine, given, by=by, run=run) if mine or not wanted else []
        results = _in_order(wanted, answers)
        done = replace(run, results=tuple(results), sentence=_sentence(declared, results))
        keep_run(done, key, kinds[0].key if kinds else "", by=by, input=given.model_dump(mode="json"), parent=cause)
    return done


def bind(declared: Action, data: Mapping[str, Any] | BaseModel | None) -> BaseModel:
    """The typed input, or `Invalid` with a sentence for each field."""
    if isinstance(data, declared.input):
        return data
    try:
        return declared.input.model_validate(data.model_dump() if isinstance(data, BaseModel) else dict(data or {}))
    except ValidationError as error:
        raise Invalid({".".join(map(str, each["loc"])): each["msg"] for each in error.errors()}) from None


def _require(declared: Action, kinds: Sequence[ObjectType], by: Actor) -> None:
    if not any(widest_reach(kind, by=by, verb="view") > Reach.NONE for kind in kinds):
        raise NotFound
    if declared.permission and not by.may(declared.permission):
        raise Forbidden
    if not all(may_write(declared, kind.key, by) for kind in kinds):
        raise Forbidden
    if not any(widest_reach(kind, by=by, verb=declared.verb) > Reach.NONE for kind in kinds):
        raise Forbidden


def _in_order(wanted: Sequence[int], answers: Sequence[Result]) -> list[Result]:
    """A result for each record asked for, then those about records that the action made."""
    by_id = {result.id: result for result in answers}
    asked = [by_id.get(each) or refused("not_found", id=each) for each in wanted]
    return [*asked, *(result for result in answers if result.id not in set(wanted))]


def _sentence(declared: Action, results: Sequence[Result]) -> str:
    count = sum(result.is_done for result in results)
    return str(declared.sentence or declared.label).replace("{count}", str(count))
