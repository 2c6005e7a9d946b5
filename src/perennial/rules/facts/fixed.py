"""What the condition of a made fact may ask: fields that stand in the row of what is counted, and fixed values.

A condition that moves with time, or looks at other records, would change without anybody having touched what is
counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from perennial.conditions.clauses.happening import PropertySchema
from perennial.conditions.schema import EventInfo, FieldInfo, RelationInfo
from perennial.conditions.tree import Op
from perennial.objects.fields import Field, FileType, Label, LinesType, RichTextType
from perennial.objects.record_fields import field_of
from perennial.objects.schema import KindSchema

FIXED = frozenset({Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE, Op.BETWEEN, Op.IN, Op.NOT_IN, Op.CONTAINS, Op.STARTS_WITH,
                   Op.EMPTY, Op.FILLED, Op.BEFORE, Op.AFTER})  # fmt: skip


def is_plain(declared: Field | None) -> bool:
    """Whether its value stands in the row of its record."""
    return (
        declared is not None
        and declared.expression is None
        and not isinstance(declared.type, LinesType | FileType | RichTextType)
    )


def fixed_schema(schema: KindSchema | PropertySchema) -> KindSchema | PropertySchema:
    """The same with nothing that could not be asked here."""
    if isinstance(schema, PropertySchema):
        return _FixedProperties(schema.event_info)
    return _FixedKind(schema.kind, schema.by)


def _narrowed(info: FieldInfo | None) -> FieldInfo | None:
    return None if info is None else replace(info, ops=tuple(op for op in info.operators() if op in FIXED))


class _FixedProperties(PropertySchema):
    def field(self, key: str) -> FieldInfo | None:
        return _narrowed(super().field(key))

    def fields(self) -> Iterator[FieldInfo]:
        return (info for each in super().fields() if (info := _narrowed(each)) is not None)


class _FixedKind(KindSchema):
    def field(self, key: str) -> FieldInfo | None:
        return _narrowed(super().field(key)) if is_plain(field_of(self.kind, key)) else None

    def fields(self) -> Iterator[FieldInfo]:
        return (info for each in super().fields() if (info := self.field(each.key)) is not None)

    def event(self, key: str) -> EventInfo | None:
        return None

    def relation(self, key: str) -> RelationInfo | None:
        return None

    def relations(self) -> Iterator[RelationInfo]:
        return iter(())

    def segment(self, key: str) -> Label | None:
        return None

    def change(self, key: str) -> FieldInfo | None:
        return None
