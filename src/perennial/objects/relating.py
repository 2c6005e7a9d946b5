"""The relations of a kind, as conditions count them: records of any kind that refer to a record of this one.

A relation is known by the kind and the field that refers ("commerce.order.customer"), whether code declares the field
or users made it, whether it names one record or several. What refers to a union ("customer") refers to its parts too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from perennial.objects.access import through_field, widest_reach
from perennial.objects.field_rights import hidden
from perennial.objects.fields import Field, Label, RefsType, RefType
from perennial.objects.record_fields import fields_of
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach


@dataclass(frozen=True, slots=True)
class Relation:
    """Records of `kind` whose `field` names the record."""

    kind: ObjectType
    field: Field

    @property
    def key(self) -> str:
        return f"{self.kind.key}.{self.field.key}"

    @property
    def is_many(self) -> bool:
        return isinstance(self.field.type, RefsType)

    @property
    def label(self) -> Label:
        """The name of the records; with that of the field where they refer in several ways."""
        ways = [each for each in _referring(self.kind) if _target(each) == _target(self.field)]
        return self.kind.label_plural if len(ways) == 1 else f"{self.kind.label_plural} ({self.field.label})"


def relations_of(kind: ObjectType, *, by: Actor) -> Iterator[Relation]:
    """Those that the actor may know of, in the order in which the kinds were declared."""
    names = {kind.key, *(each.key for each in object_types.values() if kind.key in each.parts)}
    for other in object_types.values():
        if other.parts or widest_reach(other, by=by, verb="view") is Reach.NONE:
            continue
        gone = hidden(other, by)
        for field in _referring(other):
            if _target(field) in names and field.key not in gone:
                yield Relation(other, field)


def relation_of(kind: ObjectType, key: str, *, by: Actor) -> Relation | None:
    return next((each for each in relations_of(kind, by=by) if each.key == key), None)


def _target(field: Field) -> str:
    return field.type.object_key if isinstance(field.type, RefType | RefsType) else ""


def _referring(kind: ObjectType) -> list[Field]:
    """The fields that name records, and the one that rights go through, which may not be declared."""
    through = through_field(kind)
    found = {
        each.key: each
        for each in chain(fields_of(kind), (through,) if through else ())
        if isinstance(each.type, RefType | RefsType) and each.expression is None
    }
    return list(found.values())
