"""What conditions may ask of a kind: its fields and facts, the fields of what it refers to, and its events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from perennial.conditions.check import check
from perennial.conditions.errors import ConditionError
from perennial.conditions.schema import ColumnType, EventInfo, FieldInfo, RelationInfo, Schema
from perennial.conditions.text import parse
from perennial.conditions.tree import TRUE, Condition, Op, Scalar
from perennial.objects.access import widest_reach
from perennial.objects.columns import PROPERTY_TYPES
from perennial.objects.event_limits import unaskable_properties
from perennial.objects.facts import facts_about
from perennial.objects.field_rights import hidden
from perennial.objects.fields import (
    ChoicesType,
    ChoiceType,
    CountryType,
    FieldType,
    FileType,
    Label,
    LinesType,
    LinkType,
    RefsType,
    RefType,
    RichTextType,
)
from perennial.objects.fields.country import countries
from perennial.objects.memberships import segment_label, segments_of
from perennial.objects.observed.types import event_type, every_event_type
from perennial.objects.record_fields import FACT, fact_of, field_of, fields_of, past_of
from perennial.objects.relating import Relation, relation_of, relations_of
from perennial.objects.titles import title_of
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import SYSTEM, Actor
from perennial.workspace.rights import Reach

NEVER_CHANGES = frozenset({"id", "created_at", "is_sample"})


@dataclass(frozen=True, slots=True)
class KindSchema(Schema):
    """`conditions.Schema` of a kind, for an actor: what they may not see is unknown here."""

    kind: ObjectType
    by: Actor = SYSTEM

    def field(self, key: str) -> FieldInfo | None:
        if key.startswith(FACT):
            fact = None if key in hidden(self.kind, self.by) else fact_of(self.kind, key)
            return None if fact is None else self._info(key, fact.label, fact.type)
        head, dot, rest = key.partition(".")
        declared = field_of(self.kind, head)
        if declared is None or isinstance(declared.type, LinesType) or head in hidden(self.kind, self.by):
            return None
        if not dot:
            return self._info(key, declared.label, declared.type)
        target = object_types.get(declared.type.object_key) if isinstance(declared.type, RefType) else None
        is_deep = "." in rest and not rest.startswith(FACT)
        if target is None or is_deep or widest_reach(target, by=self.by, verb="view") is Reach.NONE:
            return None
        info = KindSchema(target, self.by).field(rest)
        return None if info is None else replace(info, key=key, label=f"{declared.label}: {info.label}")

    def event(self, key: str) -> EventInfo | None:
        declared = event_type(key)
        subject = object_types.get(declared.subject or "") if declared else None
        is_hidden = subject is not None and widest_reach(subject, by=self.by, verb="view") is Reach.NONE
        if declared is None or is_hidden:
            return None
        unsaid = unaskable_properties(key, self.by)
        properties = {
            each.key: FieldInfo(
                each.key,
                each.key.replace("_", " "),
                ColumnType.CHOICE if each.choices else PROPERTY_TYPES[each.kind],
                choices=each.choices,
            )
            for each in declared.properties
            if each.key not in unsaid
        }
        return EventInfo(key, declared.label, properties)

    def relation(self, key: str) -> RelationInfo | None:
        found = relation_of(self.kind, key, by=self.by)
        return None if found is None else self._related(found)

    def segment(self, key: str) -> Label | None:
        return segment_label(self.kind, key, by=self.by)

    def change(self, key: str) -> FieldInfo | None:
        """What people and programs write is in the change log; what rooms compute tells of itself by events."""
        declared = field_of(self.kind, key)
        is_logged = declared is not None and not declared.readonly and declared.expression is None
        return self.field(key) if is_logged else None

    def was_known(self, key: str) -> bool:
        """Of a field of another record, which one it was and what it had. What is never edited, such as an order, has
        had the fields that it has."""
        if past_of(self.kind, key) is not None:
            return True
        head, dot, rest = key.partition(".")
        declared = None if key.startswith(FACT) else field_of(self.kind, head)
        if declared is None or not dot:
            is_document = declared is not None and not self.kind.can_edit and not self.kind.parts
            return is_document or key in NEVER_CHANGES or self.change(key) is not None
        target = object_types.get(declared.type.object_key) if isinstance(declared.type, RefType) else None
        return target is not None and self.change(head) is not None and KindSchema(target, self.by).was_known(rest)

    def relations(self) -> Iterator[RelationInfo]:
        """All that can be asked: for a menu."""
        return (self._related(each) for each in relations_of(self.kind, by=self.by))

    def _related(self, relation: Relation) -> RelationInfo:
        kind, inner = relation.kind, KindSchema(relation.kind, self.by)
        since = kind.since if inner.field(kind.since) is not None else ""
        return RelationInfo(relation.key, relation.label, inner, one=kind.label, since=since)

    def events(self) -> Iterator[EventInfo]:
        """What people do comes before what the house concludes."""
        found = (self.event(each.key) for each in sorted(every_event_type(), key=lambda each: each.is_derived))
        return (each for each in found if each is not None)

    def segments(self) -> Iterator[tuple[str, Label]]:
        return segments_of(self.kind, by=self.by)

    def adjectives(self) -> Iterator[tuple[Label, str]]:
        return iter(self.kind.list.filters)

    def fields(self) -> Iterator[FieldInfo]:
        """All that can be asked directly, in the order of the declaration, then the facts: for a filter's menu."""
        gone = hidden(self.kind, self.by)
        for declared in fields_of(self.kind):
            if not isinstance(declared.type, LinesType) and declared.key not in gone:
                yield self._info(declared.key, declared.label, declared.type)
        for fact in facts_about(self.kind.facts_key):
            if f"{FACT}{fact.key}" not in gone:
                yield self._info(f"{FACT}{fact.key}", fact.label, fact.type)

    def _info(self, key: str, label: Label, type: FieldType) -> FieldInfo:
        if isinstance(type, ChoiceType | ChoicesType):
            return FieldInfo(key, label, type.column, choices=type.choices)
        if isinstance(type, RichTextType):  # compared as a whole it would be compared with its tags
            return FieldInfo(key, label, type.column, ops=(Op.CONTAINS, Op.EMPTY, Op.FILLED))
        if isinstance(type, FileType):
            return FieldInfo(key, label, type.column, ops=(Op.FILLED, Op.EMPTY))
        if isinstance(type, CountryType):
            return FieldInfo(
                key, label, type.column, named=countries,
                show=lambda value: dict(countries()).get(str(value), str(value)),
            )  # fmt: skip
        if isinstance(type, LinkType | RefsType):
            return FieldInfo(key, label, type.column, show=lambda value: self._named(type, value))
        return FieldInfo(key, label, type.column)

    def _named(self, type: LinkType | RefsType, value: Scalar) -> str:
        return title_of(type.object_key, int(str(value)), by=self.by) if str(value).isdigit() else str(value)


def schema_of(kind: ObjectType, *, by: Actor = SYSTEM) -> KindSchema:
    """What may be asked of the kind; the query sees to it that nobody learns from the answer what they may not see."""
    return KindSchema(kind, by)


def condition_of(kind: ObjectType, text: str, *, by: Actor) -> Condition:
    """What the filter of an address asks for; refused with a sentence about what is wrong with it."""
    if not text.strip():
        return TRUE
    schema = KindSchema(kind, by)
    return check(parse(text, schema), schema)


def sort_of(kind: ObjectType, text: str, *, by: Actor) -> str | None:
    """The order that an address asks for, or None where it asks for none; refused when it names what is not there."""
    names = [key.strip().removeprefix("-") for key in text.split(",")]
    columns_asked(kind, filter(None, names), by=by)
    return text if any(names) else None


def columns_asked(kind: ObjectType, keys: Iterable[str], *, by: Actor) -> list[str]:
    """The columns that somebody names, as they are; refused when one of them is not there to be read."""
    asked = list(keys)
    for key in asked:
        if column_of(kind, key, by=by) is None:
            raise ConditionError(_("There is no field “%(field)s” here.") % {"field": key[:80]})
    return asked


def column_of(kind: ObjectType, key: str, *, by: Actor = SYSTEM) -> tuple[Label, FieldType] | None:
    """The label and the type behind a column's key, also a dotted one; None for what the actor may not read."""
    if (key if key.startswith(FACT) else key.partition(".")[0]) in hidden(kind, by):
        return None
    if key.startswith(FACT):
        fact = fact_of(kind, key)
        return None if fact is None else (fact.label, fact.type)
    head, dot, rest = key.partition(".")
    declared = field_of(kind, head)
    if declared is None or not dot:
        return None if declared is None else (declared.label, declared.type)
    target = object_types.get(declared.type.object_key) if isinstance(declared.type, RefType) else None
    return None if target is None else column_of(target, rest, by=by)
