"""What a definition may name: the fields of its kind, of the event that starts it, and of what its loops walk through,
each for the eyes of whoever builds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from perennial.automation.definition.tree import Definition
from perennial.automation.definition.triggers import trigger_kinds
from perennial.conditions.schema import EventInfo
from perennial.objects.schema import KindSchema, schema_of
from perennial.objects.types import ObjectType
from perennial.workspace.actor import Actor


@dataclass(frozen=True, slots=True)
class Scope:
    """`items` are the kinds of the loops around a step, by the loop's key, the innermost last."""

    kind: ObjectType
    by: Actor
    event: EventInfo | None = None
    has_any_property: bool = False
    items: Mapping[str, ObjectType] = field(default_factory=dict)

    @property
    def schema(self) -> KindSchema:
        return schema_of(self.kind, by=self.by)

    def knows(self, key: str) -> bool:
        """Whether a placeholder of this name can be filled in."""
        head, dot, rest = key.partition(".")
        if head == "event" and dot:
            return self.has_any_property or (self.event is not None and rest in self.event.properties)
        if head == "item" and dot:
            kind = self.item
            return kind is not None and schema_of(kind, by=self.by).field(rest) is not None
        return self.schema.field(key) is not None

    @property
    def item(self) -> ObjectType | None:
        """The kind that the innermost loop walks through."""
        return list(self.items.values())[-1] if self.items else None

    def about(self, loop: str) -> ObjectType | None:
        """The kind that a step acts on: that of the automation, or of a loop around it."""
        return self.items.get(loop) if loop else self.kind

    def within(self, loop: str, kind: ObjectType) -> Scope:
        return replace(self, items={**self.items, loop: kind})


def scope_of(definition: Definition, kind: ObjectType, by: Actor) -> Scope:
    scope = Scope(kind, by)
    declared = trigger_kinds[definition.trigger.kind]
    return replace(scope, event=declared.event(definition.trigger, scope), has_any_property=declared.has_any_property)
