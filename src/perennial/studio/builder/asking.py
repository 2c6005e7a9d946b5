"""What may be asked at the end of a way: the schema of the record, of one of its events, or of a related record."""

from __future__ import annotations

from collections.abc import Iterator

from perennial.conditions.clauses.happening import PropertySchema
from perennial.conditions.schema import FieldInfo, Schema
from perennial.conditions.tree import Condition, Did, Has, Measure, Tally
from perennial.objects.fields import FieldType
from perennial.objects.schema import KindSchema, column_of
from perennial.studio.builder.ways import WHERE, Way, node_at


def inside(clause: Condition, schema: Schema) -> Schema | None:
    """What the `where` of a clause asks; None where nothing can be asked."""
    match clause:
        case Did(event=key) | Measure(event=key):
            event = schema.event(key)
            return None if event is None else PropertySchema(event)
        case Has(relation=key) | Tally(relation=key):
            relation = schema.relation(key)
            return None if relation is None else relation.schema
    return None


def schema_at(tree: Condition, way: Way, schema: Schema) -> Schema | None:
    """The schema in which the node at the end of the way stands."""
    for number, step in enumerate(way):
        if step == WHERE:
            clause = node_at(tree, way[:number])
            found = inside(clause, schema) if clause is not None else None
            if found is None:
                return None
            schema = found
    return schema


def fields_of(schema: Schema) -> Iterator[FieldInfo]:
    if isinstance(schema, KindSchema):
        yield from schema.fields()
    elif isinstance(schema, PropertySchema):
        yield from schema.event_info.properties.values()


def type_of(schema: Schema, key: str) -> FieldType | None:
    """The type of a field of a kind, also a dotted one; properties of events have none."""
    found = column_of(schema.kind, key, by=schema.by) if isinstance(schema, KindSchema) else None
    return found[1] if found is not None else None
