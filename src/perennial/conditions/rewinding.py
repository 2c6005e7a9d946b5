"""What of a condition cannot be asked as it was at an earlier instant, so that whoever shows the answer can say so.

Events, related records, stays in segments and changes are known with their times. The value that a field had is known
where changes of it are in the change log (`Schema.was_known`); of everything else there is only the value of now.
"""

from __future__ import annotations

from perennial.conditions.nodes import Condition, walk
from perennial.conditions.schema import ColumnType, FieldInfo, Schema
from perennial.conditions.tree import Compare, Has, Tally


def as_of_now(condition: Condition, schema: Schema) -> list[FieldInfo]:
    """The fields and facts that are asked as they are now, whatever instant is asked for; each once."""
    found: dict[str, FieldInfo] = {}
    for _depth, node in walk(condition):
        match node:
            case Compare(field):
                _note(field, schema, found)
            case Has(relation, _, where) | Tally(relation, _, _, _, _, where):
                related = schema.relation(relation)
                if related is None:
                    continue
                found |= {f"{relation} {each.key}": each for each in as_of_now(where, related.schema)}
                if isinstance(node, Tally):
                    _note(node.field, related.schema, found)
    return list(found.values())


def _note(field: str, schema: Schema, found: dict[str, FieldInfo]) -> None:
    if not schema.was_known(field):
        found[field] = schema.field(field) or FieldInfo(field, field, ColumnType.TEXT)
