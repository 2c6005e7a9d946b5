"""Which fields of a kind an actor may read and write: what their role says, and what follows from it.

A field that may not be read does not exist for the actor: not as column, filter, sort, group or total, not in search,
history or export, and neither does anything computed from it. The title of a record can always be read, and so can its
number and its times. While no role says anything about fields all of this is one look at an empty dictionary.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from perennial.objects.facts import facts, facts_about, kinds_rested_on
from perennial.objects.fields import Label
from perennial.objects.record_fields import FACT, fact_of, field_of, fields_of
from perennial.objects.types import ObjectType, object_types
from perennial.timeline.types import event_types
from perennial.workspace.actor import Actor
from perennial.workspace.rights import FieldRight, Reach

_NONE: frozenset[str] = frozenset()
ALWAYS_READ = frozenset({"id", "created_at", "updated_at"})


def readable(kind: ObjectType, by: Actor) -> frozenset[str]:
    """The keys of the fields and facts ("fact:room.name") that the actor may read."""
    return _keys(kind) - hidden(kind, by)


def writable(kind: ObjectType, by: Actor) -> frozenset[str]:
    """The keys of the fields that the actor may set, on records that they may write."""
    return frozenset(each.key for each in fields_of(kind) if not each.readonly) - locked(kind, by)


def hidden(kind: ObjectType, by: Actor) -> frozenset[str]:
    """What the actor may not read. Empty for nearly everybody: ask this one where it must be quick."""
    rights = by.rights
    if not rights.fields and all(_is_seen(each, by) for each in kinds_rested_on):
        return _NONE
    kinds = (kind, *object_types.values(), *facts.values())  # what a user makes now may rest on fields of any kind
    known: tuple[Any, frozenset[str]] | None = rights.memo.get(kind.key)
    if known is None or known[0] != kinds:
        known = (kinds, frozenset(key for key in _keys(kind) if _is_hidden(kind, key, by, _NONE)))
        rights.memo[kind.key] = known
    return known[1]


def locked(kind: ObjectType, by: Actor) -> frozenset[str]:
    """What the actor may not write though others may, seen or not."""
    rights = by.rights
    if not rights.fields:
        return _NONE
    named = {key for each in _entries(kind) for key, right in rights.fields.get(each, {}).items() if right < _ALL}
    return hidden(kind, by) | named


def can_read(object_key: str, field_key: str, by: Actor) -> bool:
    """Whether a field of a kind, by their keys, may be read; one that is not there cannot."""
    kind = object_types.get(object_key)
    return kind is not None and field_key in _keys(kind) and field_key not in hidden(kind, by)


def visible_values(kind: ObjectType, values: Mapping[str, Any], by: Actor) -> dict[str, Any]:
    """Values by field key, such as a log keeps, without those that the actor may not read."""
    gone = hidden(kind, by)
    return {key: value for key, value in values.items() if key not in gone}


def hidden_properties(event: str, by: Actor) -> frozenset[str]:
    """The properties of an event type that say what the actor may not read: those named like a field of the subject's
    kind, and those that rest on one."""
    if not by.rights.fields:
        return _NONE
    declared = event_types.get(event)
    if declared is None:
        return _NONE
    subject = object_types.get(declared.subject or "")
    gone = hidden(subject, by) if subject is not None else _NONE
    return frozenset(
        each.key
        for each in declared.properties
        if each.key in gone or any(is_hidden(object_key, key, by) for object_key, key in each.rests_on)
    )


class Limitable(NamedTuple):
    """A field or a fact of which a role may say less. `can_hide` is false of a title, which every list shows."""

    key: str
    label: Label
    is_written: bool
    can_hide: bool


def limitable(kind: ObjectType) -> list[Limitable]:
    """What a role may be limited in, in the order of the declaration, then the facts."""
    fields = [
        Limitable(each.key, each.label, not each.readonly, each.key != kind.title)
        for each in fields_of(kind)
        if each.key not in ALWAYS_READ and (not each.readonly or each.key != kind.title)
    ]
    told = [Limitable(f"{FACT}{each.key}", each.label, False, True) for each in facts_about(kind.facts_key)]
    return [*fields, *told]


def is_hidden(object_key: str, field_key: str, by: Actor) -> bool:
    """Whether the role hides a field that others can read."""
    kind = object_types.get(object_key)
    return kind is not None and field_key in hidden(kind, by)


_ALL = FieldRight.WRITE


def _is_hidden(kind: ObjectType, key: str, by: Actor, asked: frozenset[str]) -> bool:
    """`asked` are the fields whose answer waits for this one: formulas may name each other in a circle."""
    if key == kind.title or key in ALWAYS_READ:
        return False
    if any(by.rights.field(each, key) is FieldRight.NONE for each in _entries(kind)):
        return True
    fact, field = fact_of(kind, key), None if key.startswith(FACT) else field_of(kind, key)
    rests_on = fact.rests_on if fact is not None else field.rests_on if field is not None else ()
    for object_key, other in rests_on:
        if not other and not _is_seen(object_key, by):
            return True
        name = f"{object_key}:{other}"
        target = object_types.get(object_key)
        if other and target is not None and name not in asked and _is_hidden(target, other, by, asked | {name}):
            return True
    return False


def _is_seen(object_key: str, by: Actor) -> bool:
    """Whether there is a kind of which the actor may see any record at all."""
    kind = object_types.get(object_key)
    return kind is not None and any(by.reach(each, "view") is not Reach.NONE for each in kind.parts or (kind.key,))


def _entries(kind: ObjectType) -> tuple[str, ...]:
    """Whose entries decide: of a union, those of every part as well, for its rows may be of any."""
    return (kind.key, *kind.parts)


def _keys(kind: ObjectType) -> frozenset[str]:
    return frozenset(each.key for each in fields_of(kind)) | {
        f"{FACT}{each.key}" for each in facts_about(kind.facts_key)
    }
