"""Records by days: of each day the first few, all days by one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from perennial.conditions.resolver import Sql
from perennial.conditions.schema import ColumnType
from perennial.conditions.tree import TRUE, All, Compare, Condition, Op
from perennial.foundation import sql
from perennial.foundation.errors import NotFound
from perennial.objects.access import widest_reach
from perennial.objects.cells import read_row
from perennial.objects.made.indexing import note_use
from perennial.objects.query import Row
from perennial.objects.schema import column_of
from perennial.objects.statements import cells_only, selection
from perennial.objects.types import ObjectType
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach


@dataclass(slots=True)
class DayOf:
    """A day with its first records; `has_more` when there are others."""

    day: date
    rows: list[Row] = field(default_factory=list)
    has_more: bool = False


def days(
    kind: ObjectType, key: str, first: date, count: int, *, by: Actor, columns: Sequence[str],
    where: Condition = TRUE, search: str = "", limit: int = 6,
) -> list[DayOf]:  # fmt: skip
    """The records of `count` days from `first` on, in the actor's zone, by a day or a moment, earliest first."""
    found = [DayOf(first + timedelta(days=number)) for number in range(count)]
    if widest_reach(kind, by=by, verb="view") is Reach.NONE:
        return found
    note_use(kind, key, where)
    chosen = selection(kind, by=by, verb="view", where=where, search=search)
    place = chosen.tables.place(key)
    cast = "timestamptz" if place.type.column is ColumnType.MOMENT else "date"
    starts = [_start(kind, key, each.day, by) for each in found]
    ends = [*starts[1:], _start(kind, key, first + timedelta(days=count), by)]
    inner = chosen.part(
        f"{chosen.tables.alias}.id, {place.sql} AS at",
        also=[Sql(f"{place.sql} >= d.start AND {place.sql} < d.stop")],
        tail=f" ORDER BY {place.sql}, {chosen.tables.alias}.id LIMIT {int(limit) + 1}",
    )
    shown = cells_only(chosen.tables, [key, *columns])
    alias, joins = shown.tables.alias, shown.tables.joins
    names = ", ".join(part for part in ("d.number", shown.fixed, shown.columns()) if part)
    statement = Sql(
        f"SELECT {names} FROM unnest(%s::{cast}[], %s::{cast}[]) WITH ORDINALITY AS d(start, stop, number)"
        f' CROSS JOIN LATERAL ({inner.text}) k JOIN "{kind.table}" {alias} ON {alias}.id = k.id'
        f" {' '.join(join.text for join in joins)} ORDER BY d.number, k.at, k.id",
        (starts, ends, *inner.params, *(param for join in joins for param in join.params)),
    )
    for row in sql.fetch(*chosen.with_found(statement)):
        day = found[row[0] - 1]
        if len(day.rows) == limit:
            day.has_more = True
        else:
            day.rows.append(Row(row[1], row[2], row[3] or "", read_row(shown.cells, row, 4)))
    return found


def day_condition(kind: ObjectType, key: str, day: date, *, by: Actor) -> Condition:
    """What selects the records of one day."""
    start, stop = _start(kind, key, day, by), _start(kind, key, day + timedelta(days=1), by)
    return All((Compare(key, Op.GE, start), Compare(key, Op.LT, stop)))


def _start(kind: ObjectType, key: str, day: date, by: Actor) -> Any:
    found = column_of(kind, key)
    if found is None:
        raise NotFound
    if found[1].column is not ColumnType.MOMENT:
        return day
    return datetime.combine(day, time(), ZoneInfo(by.timezone))
