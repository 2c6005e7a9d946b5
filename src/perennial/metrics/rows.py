"""The rows that expressions count: `record` (whom they count for), `at`, `value`, and a column for each dimension.

What the actor may not see is not counted, and a rule about those whom the rows count for leaves out the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import ibis
import ibis.expr.types as ir

from perennial.conditions.tree import TRUE, Condition
from perennial.lake.reader import Lake
from perennial.lake.records import happened_to, told_of
from perennial.metrics.counted import kind_counted
from perennial.metrics.expressions import Age, Records, Source, Standing
from perennial.objects.access import predicate
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import Actor


@dataclass(frozen=True, slots=True)
class Rows:
    """Of whom: the actor who asks, and a rule over the records that are counted for (`of`: its kind)."""

    lake: Lake
    by: Actor
    rule: Condition = TRUE
    as_of: datetime | None = None


def rows_of(source: Source, asked: Rows, *, by: Sequence[str], value: str = "") -> ir.Table:
    counted = kind_counted(source)
    if isinstance(source, Records):
        return _records(source, counted, asked, by, value)
    own = [key for key in by if "." not in key]
    told = happened_to(
        asked.lake, counted, source.type, by=asked.by, where=source.where,
        properties=[*own, *([value] if value else [])], as_of=asked.as_of,
    )  # fmt: skip
    columns = {"record": told.record, "at": told["at"]} | {_name(by, key): told[key] for key in own}
    if value:
        columns["value"] = told[value]
    dotted = [key for key in by if "." in key]
    return _of_whom(told.select(**columns), counted, asked, by, dotted)


def existing(part: Age, asked: Rows, *, by: Sequence[str]) -> ir.Table:
    kind = object_types[part.kind]
    fields = dict.fromkeys((part.since, *by))
    told = told_of(asked.lake, kind, by=asked.by, fields=fields, where=part.where, as_of=asked.as_of)
    columns = {"record": told.id, "at": told[part.since]} | {_name(by, key): told[key] for key in by}
    rows = _of_whom(told.select(**columns), kind, asked, by, ())
    return rows.filter(rows.at.notnull())


def steps_of(part: Standing, asked: Rows, *, by: Sequence[str]) -> ir.Table:
    """One more for the value that an event brought, one less for the one before (`step`); the value is a dimension."""
    kind = object_types[part.kind]
    told = happened_to(asked.lake, kind, part.type, by=asked.by, properties=[part.property], as_of=asked.as_of)
    value = told[part.property]
    in_order = ibis.window(group_by=told.record, order_by=[told["at"], told.id])
    told = told.select(record=told.record, at=told["at"], value=value, earlier=value.lag().over(in_order))
    dotted = [key for key in by if key != part.property]
    came = told.select("record", "at", said=told.value, step=ibis.literal(1, type="int64"))
    left = told.filter(told.earlier.notnull())
    left = left.select("record", "at", said=left.earlier, step=ibis.literal(-1, type="int64"))
    rows = came.union(left, distinct=False)
    if part.property in by:
        rows = rows.rename({_name(by, part.property): "said"})
    return _of_whom(rows, kind, asked, by, dotted, keep=("step",))


def _records(source: Records, counted: ObjectType, asked: Rows, by: Sequence[str], value: str) -> ir.Table:
    kind = object_types[source.kind]
    fields = dict.fromkeys(filter(None, (source.at, source.of, value, *by)))
    told = told_of(asked.lake, kind, by=asked.by, fields=fields, where=source.where, as_of=asked.as_of)
    columns = {"record": told[source.of] if source.of else told.id, "at": told[source.at]}
    columns |= {_name(by, key): told[key] for key in by}
    if value:
        columns["value"] = told[value]
    rows = told.select(**columns)
    if asked.rule == TRUE:  # who may see the records themselves may count them
        return rows
    chosen = told_of(asked.lake, counted, by=asked.by, fields=(), where=asked.rule, as_of=asked.as_of)
    return rows.semi_join(chosen, rows.record == chosen.id)


def _of_whom(
    rows: ir.Table, kind: ObjectType, asked: Rows, by: Sequence[str], dotted: Sequence[str], keep: Sequence[str] = ()
) -> ir.Table:
    """Only those whom the actor may see and the rule selects, with the dimensions that are fields of theirs."""
    is_whole = asked.rule == TRUE and not dotted and predicate(kind, by=asked.by, verb="view") == TRUE
    if is_whole and kind.base == TRUE:
        return rows
    fields = [key.partition(".")[2] for key in dotted]
    whom = told_of(asked.lake, kind, by=asked.by, fields=fields, where=asked.rule, as_of=asked.as_of)
    picked = whom.select(whom=whom.id, **{_name(by, key): whom[key.partition(".")[2]] for key in dotted})
    joined = rows.inner_join(picked, rows.record == picked.whom)
    return joined.drop("whom")


def _name(by: Sequence[str], key: str) -> str:
    return f"by_{list(by).index(key)}"
