"""The automations that are running now, read as one, with their programs kept from turn to turn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from perennial.automation.definition.program import Program, program_of
from perennial.automation.definition.steps import walk
from perennial.automation.definition.tree import read
from perennial.automation.models import Automation, AutomationVersion
from perennial.objects.importing.actors import actor_named
from perennial.objects.made.catalogue import when_built
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import Actor

_NAME = 60


@dataclass(frozen=True, slots=True)
class Live:
    """An automation with the version by which records enter it."""

    id: int
    name: str
    object_key: str
    version_id: int
    program: Program
    published_by: str

    @property
    def kind(self) -> ObjectType | None:
        return object_types.get(self.object_key)


def live_automations(ids: Iterable[int] | None = None) -> list[Live]:
    found = Automation.objects.filter(state=Automation.State.ON, retired_at=None, published__isnull=False)
    if ids is not None:
        found = found.filter(pk__in=list(ids))
    rows = found.order_by("pk").values_list("pk", "name", "object_key", "published_id", "published__published_by")
    return [Live(id, name, key, version, program_by_id(version), by) for id, name, key, version, by in rows]


@lru_cache(maxsize=2_000)
def program_by_id(version_id: int) -> Program:
    """Versions never change."""
    return program_of(read(AutomationVersion.objects.values_list("definition", flat=True).get(pk=version_id)))


@dataclass(frozen=True, slots=True)
class Awaited:
    """What steps of a version wait for: event types by step, and whether any waits for a rule."""

    events: dict[str, Any]
    has_rule: bool


@lru_cache(maxsize=2_000)
def awaited_by(version_id: int) -> Awaited:
    steps = [step for _depth, step in walk(program_by_id(version_id).definition.steps)]
    events = {step.key: step for step in steps if step.kind == "wait_for_event"}
    return Awaited(events, any(step.kind == "wait_until" for step in steps))


def forget_versions() -> None:
    """Another archive may have been loaded, in which the numbers mean others."""
    program_by_id.cache_clear()
    awaited_by.cache_clear()


when_built(forget_versions, forget_versions)


def actor_for(automation_id: int, name: str, published_by: str) -> Actor:
    """The automation as an actor, with the rights that whoever published it has now."""
    person = actor_named(published_by)
    behalf = person.user_id
    return replace(person, kind="automation", id=automation_id, name=name[:_NAME], on_behalf_of=behalf, absent_ids=())


def trial_actor(by: Actor) -> Actor:
    """An automation that somebody tries out, with their rights."""
    return replace(by, kind="automation", id=0, on_behalf_of=by.user_id, absent_ids=())
