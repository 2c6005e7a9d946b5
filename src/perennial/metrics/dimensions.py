"""By what a metric can be told apart: fields of the records, properties of the events, or fields of whom they count for
("customer.country"). What an actor may not read is no dimension for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import FieldInfo
from perennial.metrics.contract import Metric
from perennial.metrics.counted import kind_counted
from perennial.metrics.expressions import Events, Expression, Plain, Standing, kind_of, parts_of, source_of
from perennial.objects.schema import schema_of
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import Actor


def kind_of_whom(part: Plain) -> ObjectType:
    """The kind of the records that a number counts for, which a rule is asked of."""
    source = source_of(part)
    return kind_counted(source) if source else object_types[kind_of(part)]


def counted(metric: Metric) -> ObjectType | None:
    """The same of a metric; None where its two numbers count for different kinds."""
    kinds = [kind_of_whom(part) for part in parts_of(metric.expression)]
    return kinds[0] if all(each.key == kinds[0].key for each in kinds) else None


def dimensions_for(metric: Metric, *, by: Actor) -> dict[str, FieldInfo]:
    """Those that the actor may read, with what is known of them."""
    first = parts_of(metric.expression)[0]
    return {
        key: info
        for key in metric.dimensions
        if has_dimension(metric.expression, key, by=by) and (info := _info(first, key, by)) is not None
    }


def has_dimension(expression: Expression, key: str, *, by: Actor) -> bool:
    """Whether every number of it can be told apart by this."""
    return all(_info(part, key, by) is not None for part in parts_of(expression))


def missing(expression: Expression, keys: Sequence[str], *, by: Actor) -> str | None:
    """The first that it cannot be told apart by."""
    return next((key for key in keys if not has_dimension(expression, key, by=by)), None)


def _info(part: Plain, key: str, by: Actor) -> FieldInfo | None:
    source, kind = source_of(part), object_types[kind_of(part)]
    if isinstance(part, Standing):
        event = schema_of(kind, by=by).event(part.type)
        if key == part.property:
            info = event.properties.get(key) if event is not None else None
            return replace(info, label=_("Where they stand")) if info is not None else None
    if "." in key:
        return schema_of(kind_of_whom(part), by=by).field(key.partition(".")[2])
    if isinstance(source, Events):
        event = schema_of(kind, by=by).event(source.type)
        return event.properties.get(key) if event is not None else None
    return None if isinstance(part, Standing) else schema_of(kind, by=by).field(key)
