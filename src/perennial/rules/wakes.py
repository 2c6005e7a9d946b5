"""What can change a rule: the events, changes, facts and segments that touch its records, and what time alone does.

Found from the condition itself, once when a rule begins to hold. A `Wake` names a source and the steps from what is
touched there to the rule's records; a `Crossing` names values or events that leave or come into a window by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from perennial.conditions.tree import (
    Changed,
    Compare,
    Condition,
    Did,
    Has,
    InSegment,
    Measure,
    Op,
    Span,
    Tally,
    walk,
)
from perennial.objects.belonging import moved_by, pairs_of
from perennial.objects.facts import facts
from perennial.objects.fields import Field, RefsType, RefType
from perennial.objects.record_fields import FACT, fact_of, field_of
from perennial.objects.types import ObjectType, object_types

_MOVING = frozenset({Op.WITHIN_DAYS, Op.OLDER_THAN_DAYS})
_NEVER_CHANGES = frozenset({"id", "created_at", "is_sample"})
_DEEPEST = 5  # steps; what is computed from what is computed goes round in no definition, and no further here


@dataclass(frozen=True, slots=True)
class Step:
    """From touched records to others: those of `object_key` whose field refers to them ("up"), those that their field
    refers to ("down"), or from profiles to the records that they count for ("owner")."""

    way: Literal["up", "down", "owner"]
    object_key: str
    field: str = ""


Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Wake:
    """`key` is an event type, a table, a segment's key, or for records "". `fields` are the fields whose changes
    matter; none for all."""

    source: Literal["event", "record", "table", "segment"]
    object_key: str  # the kind that is touched, from which the steps go on
    key: str = ""
    fields: frozenset[str] = frozenset()
    steps: Steps = ()


@dataclass(frozen=True, slots=True)
class Crossing:
    """`of` is what crosses: events of a type (`key`), values of a field or a fact, or changes of a field. `span` is the
    window of events and changes, `days` that of values; without either, only what is dated ahead comes in."""

    of: Literal["event", "value", "change"]
    object_key: str
    key: str
    span: Span | None = None
    days: int = 0
    steps: Steps = ()


@dataclass(frozen=True, slots=True)
class Awake:
    """All of one rule. `looks_back` says of each event type of the record itself how far: None for always."""

    wakes: frozenset[Wake]
    crossings: frozenset[Crossing]
    segments: frozenset[str]
    looks_back: dict[str, frozenset[Span | None]]


def awake(condition: Condition, kind: ObjectType) -> Awake:
    found = list(_of(condition, kind, ()))
    wakes = {each for each in found if isinstance(each, Wake)}
    wakes.add(Wake("record", kind.key, fields=frozenset({"deleted_at"})))  # coming, going, merging
    crossings = frozenset(each for each in found if isinstance(each, Crossing))
    back: dict[str, set[Span | None]] = {}
    for _depth, node in walk(condition):
        if isinstance(node, Did | Measure):
            back.setdefault(node.event, set()).add(node.within)
    return Awake(
        frozenset(wakes),
        crossings,
        frozenset(each.key for each in wakes if each.source == "segment"),
        {type: frozenset(spans) for type, spans in back.items()},
    )


def family(kind: ObjectType) -> list[str]:
    """The kinds under whose names changes of these records may stand in the log: a person is a customer too."""
    unions = [each.key for each in object_types.values() if kind.key in each.parts]
    return [kind.key, *kind.parts, *unions]


def refers_to(field: Field, kind: ObjectType) -> bool:
    return isinstance(field.type, RefType | RefsType) and field.type.object_key in family(kind)


def _of(condition: Condition, kind: ObjectType, steps: Steps) -> Iterator[Wake | Crossing]:
    """What stands in the condition, and in conditions within it."""
    if len(steps) > _DEEPEST:
        return
    for _depth, node in walk(condition):
        match node:
            case Compare(key, op, value):
                days = int(str(value)) if op in _MOVING else None
                yield from _of_field(kind, key, days, steps)
            case Did():
                yield from _of_event(kind, node.event, node.within, steps)
            case Measure():
                yield from _of_event(kind, node.event, node.within, steps)
            case Changed():
                yield Wake("record", kind.key, fields=frozenset({node.field}), steps=steps)
                yield Crossing("change", kind.key, node.field, node.within, steps=steps)
            case InSegment(key):
                yield Wake("segment", kind.key, key, steps=steps)
            case Has():
                yield from _of_relation(kind, node.relation, "", node.where, steps)
            case Tally():
                yield from _of_relation(kind, node.relation, node.field, node.where, steps)


def _of_event(kind: ObjectType, type: str, span: Span | None, steps: Steps) -> Iterator[Wake | Crossing]:
    yield Wake("event", kind.key, type, steps=steps)
    yield Crossing("event", kind.key, type, span, steps=steps)
    if pairs_of(kind.key) is None:
        return
    moves = moved_by(kind.key)
    if moves is not None:  # a visitor turns out to be somebody, and what they did becomes theirs
        yield Wake("table", kind.key, moves[0], steps=(Step("owner", kind.key), *steps))
    for other in object_types.values():  # a person who moves to another company takes what they did along
        if other.table == kind.table and not other.parts:
            for field in other.fields:
                if refers_to(field, kind):
                    down = Step("down", other.key, field.key)
                    yield Wake("record", other.key, fields=frozenset({field.key}), steps=(down, *steps))


def _of_relation(
    kind: ObjectType, relation: str, field: str, where: Condition, steps: Steps
) -> Iterator[Wake | Crossing]:
    object_key, _dot, through = relation.rpartition(".")
    other = object_types.get(object_key)
    if other is None:
        return
    down = (Step("down", object_key, through), *steps)
    yield Wake("record", object_key, fields=frozenset({through}), steps=down)
    if field:
        yield from _of_field(other, field, None, down)
    yield from _of(where, other, down)


def _of_field(kind: ObjectType, key: str, days: int | None, steps: Steps) -> Iterator[Wake | Crossing]:
    fact = fact_of(kind, key) if key.startswith(FACT) else None
    if fact is not None:
        yield Wake("table", kind.key, fact.table, steps=steps)
        if days is not None:
            yield Crossing("value", kind.key, key, days=days, steps=steps)
        return
    head, dot, rest = key.partition(".")
    field = field_of(kind, head)
    if field is None:
        return
    if dot:
        yield from _of_own(kind, field, steps)
        target = object_types.get(field.type.object_key) if isinstance(field.type, RefType) else None
        if target is not None and len(steps) < _DEEPEST:
            up = (Step("up", kind.key, field.key), *steps)
            yield Wake("record", target.key, fields=frozenset({"deleted_at"}), steps=up)
            yield from _of_field(target, rest, days, up)
        return
    yield from _of_own(kind, field, steps)
    if days is not None:
        yield Crossing("value", kind.key, key, days=days, steps=steps)


def _of_own(kind: ObjectType, field: Field, steps: Steps) -> Iterator[Wake | Crossing]:
    """A field that the change log tells of, one that the house keeps by itself, or one that is computed."""
    if field.key in _NEVER_CHANGES:
        return
    if field.expression is not None:
        for object_key, name in field.rests_on if len(steps) < _DEEPEST else ():
            yield from _of_what_it_rests_on(kind, object_key, name, steps)
    elif field.key == "updated_at":
        yield Wake("record", kind.key, steps=steps)
    else:
        yield Wake("record", kind.key, fields=frozenset({field.key}), steps=steps)
        if field.readonly and not field.is_custom:
            yield Wake("table", kind.key, kind.table, steps=steps)


def _of_what_it_rests_on(kind: ObjectType, object_key: str, name: str, steps: Steps) -> Iterator[Wake | Crossing]:
    other = object_types.get(object_key)
    if other is None:
        return
    if object_key in family(kind):
        if name:
            yield from _of_field(kind, name, None, steps)
        return
    for field in other.fields:  # records that refer to this one
        if refers_to(field, kind):
            down = (Step("down", other.key, field.key), *steps)
            yield Wake("record", other.key, fields=frozenset({field.key}), steps=down)
            if name and name != field.key:
                yield from _of_field(other, name, None, down)
    for field in kind.fields:  # the record that this one refers to
        if refers_to(field, other) and name:
            yield from _of_field(other, name, None, (Step("up", kind.key, field.key), *steps))


def table_of(wake: Wake) -> tuple[str, str, tuple[str, ...]]:
    """Of a wake by a table: its name, the column of the record's id, and the columns that the house keeps by itself
    where it is the kind's own."""
    kind, moves = object_types[wake.object_key], moved_by(wake.object_key)
    if moves is not None and wake.key == moves[0]:
        return wake.key, "id", (moves[1],)
    if wake.key == kind.table:
        return wake.key, "id", kept_by_itself(kind)
    fact = next((each for each in facts.values() if each.table == wake.key), None)
    return wake.key, fact.id_column if fact is not None else "id", ()


def kept_by_itself(kind: ObjectType) -> tuple[str, ...]:
    """Columns that change without a line in the change log: facts in the kind's own table, and read-only fields, but
    for those that never change."""
    others = [object_types[key] for key in family(kind) if key in object_types]
    found = {each.column for each in facts.values() if each.table == kind.table}
    for each in others:
        for field in each.fields:
            is_kept = field.readonly and not field.is_custom and field.expression is None
            if is_kept and field.key not in _NEVER_CHANGES | {"updated_at", "kind"}:
                found.add(field.sql_column)
    return tuple(sorted(found))
