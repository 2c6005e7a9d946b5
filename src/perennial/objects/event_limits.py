"""Events that tell of things of which not everybody may know, though everybody may see the record: a segment whose rule
asks for what a role hides.

    limit_events(EventLimit(("rules.segment_entered", …), key="segment", named=("segment", "name"), hidden=of_hidden))

`hidden` answers with the values of the property `key` whose events are not there for the actor; nothing for nearly
everybody, and then at once. While there are any, the actor does not ask about the `named` properties either: by asking,
"did … where segment = "x"" would tell of each event whether it is one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from perennial.conditions.resolver import Sql
from perennial.objects.field_rights import hidden_properties
from perennial.workspace.actor import Actor


@dataclass(frozen=True, slots=True)
class EventLimit:
    types: tuple[str, ...]
    key: str
    named: tuple[str, ...]
    hidden: Callable[[Actor], frozenset[str]]


_limits: list[EventLimit] = []


def limit_events(limit: EventLimit) -> None:
    """Refuses a type that is limited already."""
    if any(set(limit.types) & set(each.types) for each in _limits):
        raise ValueError(f"The events {', '.join(limit.types)} are limited twice.")
    _limits.append(limit)


def unaskable_properties(event: str, by: Actor) -> frozenset[str]:
    """The properties of an event type that the actor may not ask about."""
    gone = hidden_properties(event, by)
    for each in _limits:
        if event in each.types and each.hidden(by):
            gone |= frozenset(each.named)
    return gone


def limits_of_events(by: Actor) -> Iterator[Sql]:
    """What a statement that reads events `e` asks besides, so that those which are not for the actor are not there."""
    for each in _limits:
        if found := each.hidden(by):
            yield Sql(
                "NOT (e.type = ANY(%s) AND coalesce(e.properties->>%s = ANY(%s), TRUE))",
                (list(each.types), each.key, sorted(found)),
            )
