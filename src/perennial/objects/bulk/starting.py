"""Starting a bulk, finding it again, stopping it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock
from perennial.foundation.errors import Forbidden, Invalid, NotFound
from perennial.foundation.ids import uuid7
from perennial.foundation.sql import execute
from perennial.objects.access import widest_reach
from perennial.objects.actions import Run
from perennial.objects.bulk.changes import FieldChange, checked
from perennial.objects.bulk.chosen import Chosen, may_change
from perennial.objects.bulk.models import Bulk
from perennial.objects.bulk.working import work
from perennial.objects.bulk.writing import DELETE, EDIT
from perennial.objects.jobs import run_bulk
from perennial.objects.schema import condition_of
from perennial.objects.types import ObjectType
from perennial.objects.writing.outcomes import keep_run, next_run_id
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach, Verb

AT_ONCE = 500  # records that are done while the caller waits
MOST_PICKED = 100_000  # ids that can be named one by one


def start_edit(kind: ObjectType, chosen: Chosen, changes: Sequence[FieldChange], *, by: Actor) -> Bulk:
    """Change fields of all that are chosen. Raises `Invalid` by field, `Forbidden` and `NotFound`."""
    _require(kind, chosen, by, "edit")
    told = [each.to_json() for each in checked(kind, changes, by=by)]
    return _start(kind, chosen, Bulk.Verb.EDIT, EDIT, by=by, changes=told)


def start_delete(kind: ObjectType, chosen: Chosen, *, by: Actor) -> Bulk:
    """Hide all that are chosen; undoing brings them back."""
    _require(kind, chosen, by, "delete")
    return _start(kind, chosen, Bulk.Verb.DELETE, DELETE, by=by, changes=[])


def get_bulk(bulk_id: int, *, by: Actor) -> Bulk:
    """Raises `NotFound`, also for another's."""
    found = Bulk.objects.filter(pk=bulk_id).first() if 0 < bulk_id < 2**63 else None
    if found is None or not (found.actor == by.log_name or by.may("settings.manage")):
        raise NotFound
    return found


def stop(bulk: Bulk) -> None:
    """End after the batch at hand; what is changed stays, and can be taken back."""
    Bulk.objects.filter(pk=bulk.pk, status__in=(Bulk.Status.READY, Bulk.Status.RUNNING)).update(
        status=Bulk.Status.CANCELLED, finished_at=clock.real_now()
    )


def _require(kind: ObjectType, chosen: Chosen, by: Actor, verb: Verb) -> None:
    if widest_reach(kind, by=by, verb="view") is Reach.NONE:
        raise NotFound
    if not may_change(kind, by=by, verb=verb):
        raise Forbidden
    if chosen.is_all:
        condition_of(kind, chosen.where, by=by)  # refused now, with its sentence, and not in the background
    elif not chosen.ids or len(chosen.ids) > MOST_PICKED:
        raise Invalid({"ids": _("Choose the records first.")})


def _start(
    kind: ObjectType, chosen: Chosen, verb: Bulk.Verb, action: str, *, by: Actor, changes: list[dict[str, Any]]
) -> Bulk:
    ids = [] if chosen.is_all else sorted({id for id in chosen.ids if 0 < id < 2**63})
    with transaction.atomic():
        run = Run(next_run_id(), uuid7())
        bulk = Bulk.objects.create(
            object_key=kind.key,
            verb=verb,
            changes=changes,
            where_text=chosen.where if chosen.is_all else "",
            search=chosen.search[:200] if chosen.is_all else "",
            is_all=chosen.is_all,
            is_gathered=not chosen.is_all,
            total=len(ids),
            run_id=run.id,
            cause=run.cause,
            actor=by.log_name,
            language=get_language() or by.language,
        )
        execute(
            "INSERT INTO objects_bulk_record (bulk_id, record_id, code, sentence)"
            " SELECT %s, u, '', '' FROM unnest(%s::bigint[]) u",
            [bulk.pk, ids],
        )
        keep_run(run, action, kind.key, by=by, input={"bulk": bulk.pk, "changes": changes})
        is_short = not chosen.is_all and len(ids) <= AT_ONCE
        if not is_short:
            run_bulk.later(bulk_id=bulk.pk)
    if is_short:
        work(bulk.pk)
        bulk.refresh_from_db()
    return bulk
