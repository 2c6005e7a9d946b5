"""Values that there are, for who types one: the usual ones of a field or of an event's property, from the lake.

Only of records that the actor may see, and only of what they may read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from perennial.conditions.clauses.happening import PropertySchema
from perennial.conditions.errors import ConditionError
from perennial.conditions.schema import ColumnType, Schema
from perennial.conditions.tree import TRUE, Compare, Condition
from perennial.foundation.libraries import on_demand
from perennial.objects.access import predicate
from perennial.objects.schema import KindSchema
from perennial.studio.builder.asking import schema_at
from perennial.studio.builder.subject import Subject
from perennial.studio.builder.ways import WHERE, Way, node_at
from perennial.workspace.actor import Actor

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

    from perennial.lake import kept, records
    from perennial.lake.reader import Lake
else:  # with them come the engines, which stand idle in a process that nobody asks
    ibis = on_demand("ibis")
    kept, records = on_demand("perennial.lake.kept"), on_demand("perennial.lake.records")

MOST = 40
_LONGEST = 200


def suggested(tree: Condition, way: Way, subject: Subject) -> list[str]:
    """For the clause at the end of the way; nothing where its values are no texts, or where the lake has none yet."""
    clause, by = node_at(tree, way), subject.by
    here = schema_at(tree, way, subject.schema)
    info = here.field(clause.field) if isinstance(clause, Compare) and here is not None else None
    if info is None or here is None or info.type not in (ColumnType.TEXT, ColumnType.CHOICE):
        return []
    with kept.kept_lake(by) as lake:
        try:
            column = _column(lake, info.key, here, _around(tree, way, subject), by)
        except ConditionError:
            return []
        if column is None:
            return []
        counted = column.filter(column.value.notnull()).group_by("value").aggregate(times=lambda rows: rows.count())
        usual: Iterable[dict[str, object]] = lake.answer(counted.order_by(ibis.desc("times"), "value").limit(MOST))
    return [text for each in usual if 0 < len(text := str(each["value"])) <= _LONGEST]


def _around(tree: Condition, way: Way, subject: Subject) -> Schema | None:
    """What the clause asks that a property stands in."""
    if WHERE not in way:
        return subject.around if subject.event else None
    last = len(way) - 1 - way[::-1].index(WHERE)
    return schema_at(tree, way[:last], subject.schema)


def _column(lake: Lake, key: str, here: Schema, around: Schema | None, by: Actor) -> ir.Table | None:
    if isinstance(here, KindSchema):
        told = records.told_of(lake, here.kind, by=by, fields=[key])
        return told.select(value=told[key].cast("string"))
    if not isinstance(here, PropertySchema) or not isinstance(around, KindSchema) or "events" not in lake.tables:
        return None
    rows = records.happened_to(lake, around.kind, here.event_info.key, by=by, properties=[key])
    if around.kind.base != TRUE or predicate(around.kind, by=by, verb="view") != TRUE:
        rows = rows.semi_join(records.records_of(lake, around.kind, by=by).select(record="id"), "record")
    return rows.select(value=rows[key].cast("string"))
