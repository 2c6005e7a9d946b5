"""What a rule is about, and under which name a form sends it, so that a form may hold several.

A rule asks of the records of a kind or, where an event is named, of that event's own properties. Such a rule is counted
by those to whom it happened lately.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import QueryDict

from perennial.conditions.clauses.happening import PropertySchema
from perennial.conditions.schema import Schema
from perennial.conditions.tree import ONCE, Condition, Did, Unit, Window
from perennial.foundation.errors import NotFound, Text
from perennial.objects.schema import KindSchema
from perennial.objects.types import ObjectType
from perennial.rules.facts.fixed import fixed_schema
from perennial.workspace.actor import Actor

LATELY = 90  # days in which events are counted
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Subject:
    """`name` is that of the rule in its form, "" of an only one. `is_fixed`: nothing that moves with time is asked."""

    kind: ObjectType
    by: Actor = field(compare=False)
    name: str = ""
    event: str = ""
    is_fixed: bool = False

    @property
    def schema(self) -> Schema:
        """What the rule may ask. Raises `NotFound` for an event that is not there for the actor."""
        schema = self.around
        if self.event:
            event = schema.event(self.event)
            if event is None:
                raise NotFound
            return fixed_schema(PropertySchema(event)) if self.is_fixed else PropertySchema(event)
        return fixed_schema(schema) if self.is_fixed else schema

    @property
    def around(self) -> KindSchema:
        """What the records may be asked to whom the event happened."""
        return KindSchema(self.kind, self.by)

    @property
    def many(self) -> Text:
        """What the rule chooses among."""
        event = self.around.event(self.event) if self.event else None
        return self.kind.label_plural if event is None else event.label

    @property
    def prefix(self) -> str:
        """Of the names of all inputs of the rule."""
        return f"{self.name}__" if self.name else ""

    @property
    def id(self) -> str:
        return f"rule-{self.name}" if self.name else "rule"

    @property
    def about(self) -> str:
        """By which a rule that was built for something else is known."""
        return f"{self.kind.key} {self.event}".strip()

    @property
    def query(self) -> str:
        """With which the builder's own addresses know the subject again."""
        told = {"name": self.name, "event": self.event, "fixed": "1" if self.is_fixed else ""}
        return f"?{urlencode(kept)}" if (kept := {key: value for key, value in told.items() if value}) else ""

    def of_records(self, rule: Condition) -> Condition:
        """The rule as one of the records: for an event, those to whom such a one happened lately."""
        return Did(self.event, ONCE, Window(LATELY, Unit.DAY), rule) if self.event else rule


def subject_of(kind: ObjectType, asked: QueryDict, *, by: Actor) -> Subject:
    """As an address says. Raises `NotFound`."""
    name = asked.get("name", "")[:_LONGEST_NAME]
    if name and not name.isidentifier():
        raise NotFound
    found = Subject(kind, by, name, asked.get("event", ""), "fixed" in asked)
    found.schema  # noqa: B018  # an event that is not there is said at once
    return found
