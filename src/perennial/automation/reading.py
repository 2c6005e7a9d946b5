"""What a person may see of automations: those about kinds that they may see, their runs, their log, their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet, Sum

from perennial.automation.definition.checking import kind_for
from perennial.automation.definition.scope import scope_of
from perennial.automation.definition.steps import kind_of
from perennial.automation.models import Automation, AutomationVersion, Run, StepLog, Tally
from perennial.automation.running.live import program_by_id
from perennial.foundation import clock
from perennial.foundation.errors import NotFound
from perennial.foundation.sql import fetch
from perennial.objects.query import allowed_ids
from perennial.objects.titles import titles_of
from perennial.objects.types import ObjectType, object_types
from perennial.objects.zones import firm_zone
from perennial.workspace.actor import Actor

MOST = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a run's log: which step, said by the version that the run had, and what came of it."""

    at: datetime
    step: str
    label: str
    code: str
    sentence: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Passing:
    """A run with what its record is called and where it stands."""

    run: Run
    title: str
    automation: str
    step: str


def automations_for(by: Actor, *, object_key: str = "") -> QuerySet[Automation]:
    """Those about records that the actor may see, the latest changed first."""
    keys = [key for key in object_types if kind_for(key, by=by) is not None and object_key in ("", key)]
    return (
        Automation.objects.filter(object_key__in=keys, retired_at=None)
        .select_related("published")
        .order_by("-changed_at", "-id")
    )


def automation_for(automation_id: int, *, by: Actor) -> Automation:
    found = automations_for(by).filter(pk=automation_id).first()
    if found is None:
        raise NotFound
    return found


def versions_of(automation: Automation) -> QuerySet[AutomationVersion]:
    return AutomationVersion.objects.filter(automation=automation).order_by("-number")


def numbers_of(automation: Automation, *, days: int = 30) -> dict[str, dict[str, int]]:
    """By step and outcome how many passed lately; under "" how many entered and how they ended."""
    since = clock.now().astimezone(firm_zone()).date() - timedelta(days=days)
    rows = (
        Tally.objects.filter(automation_id=automation.pk, day__gte=since)
        .values("step", "code")
        .annotate(total=Sum("count"))
    )
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["step"], {})[row["code"]] = row["total"]
    return found


def standing_at(automation: Automation) -> dict[str, int]:
    """How many are at each step now."""
    rows = fetch(
        "SELECT step, count(*) FROM automation_run WHERE automation_id = %s AND state = 'moving' GROUP BY step",
        [automation.pk],
    )
    return {str(step): count for step, count in rows}


def runs_of(
    automation: Automation, *, by: Actor, state: str = "", step: str = "", before: int | None = None, limit: int = 50
) -> list[Passing]:
    """The latest first, of records that the actor may see; `before` goes on from a run's number."""
    found = Run.objects.filter(automation_id=automation.pk, pk__lt=before or 2**63 - 1).order_by("-pk")
    if state:
        found = found.filter(state=state)
    if step:
        found = found.filter(step=step)
    return _seen(list(found[: min(limit, MOST)]), by)


def runs_about(kind: ObjectType, record_id: int, *, by: Actor, limit: int = 20) -> list[Passing]:
    """The ways of one record, whatever kind name they were built for: as a person, or as a customer."""
    keys = [each.key for each in object_types.values() if each.table == kind.table]
    automations = Automation.objects.filter(object_key__in=keys).values_list("pk", flat=True)
    found = Run.objects.filter(record_id=record_id, automation_id__in=list(automations)).order_by("-pk")
    return _seen(list(found[: min(limit, MOST)]), by)


def run_for(run_id: int, *, by: Actor) -> Passing:
    found = _seen(list(Run.objects.filter(pk=run_id)), by)
    if not found:
        raise NotFound
    return found[0]


def log_of(run: Run, *, by: Actor) -> list[Entry]:
    labels = _labels(run, by)
    return [
        Entry(each.at, each.step, labels.get(each.step, each.step), each.code, each.sentence, each.attempt)
        for each in StepLog.objects.filter(run_id=run.pk).order_by("pk")[:MOST]
    ]


def _seen(runs: Sequence[Run], by: Actor) -> list[Passing]:
    """With two statements a kind, however many they are."""
    automations = Automation.objects.in_bulk({each.automation_id for each in runs})
    by_kind: dict[str, list[int]] = {}
    for each in runs:
        by_kind.setdefault(automations[each.automation_id].object_key, []).append(each.record_id)
    seen = {
        (key, id)
        for key, ids in by_kind.items()
        if (kind := object_types.get(key)) is not None
        for id in allowed_ids(kind, ids, by=by, verb="view", with_deleted=True)
    }
    titles = titles_of(seen, by=by)
    return [
        Passing(each, titles.get((key, each.record_id), ""), automations[each.automation_id].name, each.step)
        for each in runs
        if (key := automations[each.automation_id].object_key, each.record_id) in seen
    ]


def _labels(run: Run, by: Actor) -> dict[str, str]:
    program = program_by_id(run.version_id)
    kind = object_types.get(program.definition.object)
    if kind is None:
        return {}
    scope = scope_of(program.definition, kind, by)
    return {key: kind_of(place.step).sentence(place.step, scope) for key, place in program.places.items()}
