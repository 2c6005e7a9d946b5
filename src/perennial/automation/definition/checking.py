"""Whether a definition makes sense for whoever publishes it: every fault with its step and the cure."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from perennial.automation.definition.asked import fault_of
from perennial.automation.definition.limits import MOST_NESTED, MOST_STEPS
from perennial.automation.definition.scope import Scope, scope_of
from perennial.automation.definition.steps import Step, kind_of, walk
from perennial.automation.definition.tree import AGAIN, EXIT, WHEN, Definition
from perennial.automation.definition.triggers import TRIGGER, trigger_kinds
from perennial.foundation.errors import Invalid, Text
from perennial.objects.access import widest_reach
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach


def kind_for(object_key: str, *, by: Actor) -> ObjectType | None:
    """The kind of records, if there is one for this actor."""
    kind = object_types.get(object_key)
    return None if kind is None or widest_reach(kind, by=by, verb="view") is Reach.NONE else kind


def faults(definition: Definition, *, by: Actor) -> dict[str, Text]:
    """What is wrong, by the key of the step ("trigger", "when", "again" and "exit" for the other parts)."""
    kind = kind_for(definition.object, by=by)
    if kind is None:
        return {"object": _("Choose what this automation is about.")}
    found: dict[str, Text] = {}
    for key, sentence in _faults(definition, scope_of(definition, kind, by)):
        found.setdefault(key, sentence)
    return found


def checked(definition: Definition, *, by: Actor) -> Definition:
    """The definition itself, or `Invalid` with all its faults."""
    if found := faults(definition, by=by):
        raise Invalid(found)
    return definition


def _faults(definition: Definition, scope: Scope) -> Iterator[tuple[str, Text]]:
    trigger = definition.trigger
    yield from ((TRIGGER, each) for each in trigger_kinds[trigger.kind].check(trigger, scope))
    if sentence := fault_of(definition.when, scope.schema):
        yield WHEN, sentence
    if definition.exit is not None and (sentence := fault_of(definition.exit.when, scope.schema)):
        yield EXIT, sentence
    yield from ((AGAIN, each) for each in _faults_of_again(definition, scope))
    if not definition.steps:
        yield "steps", _("Add a step: an automation without one does nothing.")
    yield from _faults_of_shape(definition)
    yield from _faults_of_steps(definition.steps, scope)


def _faults_of_again(definition: Definition, scope: Scope) -> Iterator[Text]:
    again = definition.again
    if (again.how == "after") != (again.days is not None):
        yield _("“Once in so many days” needs the number of days, and no other rule does.")
    if again.how == "key":
        if not again.property:
            yield _(
                "Choose the property of the event that tells one time from another, such as the number of an order."
            )
        elif not scope.knows(f"event.{again.property}"):
            yield _("What starts this automation has no “%(key)s”.") % {"key": again.property[:80]}
    elif again.property:
        yield _("Only “once for each” takes a property.")


def _faults_of_shape(definition: Definition) -> Iterator[tuple[str, Text]]:
    seen: set[str] = set()
    for count, (depth, step) in enumerate(walk(definition.steps), start=1):
        if count > MOST_STEPS:
            yield step.key, _("An automation has at most %(most)d steps.") % {"most": MOST_STEPS}
            return
        if depth > MOST_NESTED:
            yield step.key, _("Steps stand at most %(most)d deep within each other.") % {"most": MOST_NESTED}
            return
        if step.key in seen:
            yield step.key, _("Two steps have this key. Give one of them another.")
        seen.add(step.key)


def _faults_of_steps(steps: tuple[Step, ...], scope: Scope) -> Iterator[tuple[str, Text]]:
    waiting = [(step, scope) for step in reversed(steps)]
    while waiting:
        step, around = waiting.pop()
        kind = kind_of(step)
        yield from ((step.key, each) for each in kind.check(step, around))
        walked = kind.items(step, around) if kind.items is not None else None
        inner = around.within(step.key, walked) if walked is not None else around
        below = [each for way in kind.ways(step).values() for each in way]
        waiting.extend((each, inner) for each in reversed(below))
