"""Facts that users make as of an instant, from the lake: the same that `compiling` asks of the database now.

A formula tells of no past: what it is computed from may tell of none.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from perennial.conditions.schema import ColumnType
from perennial.foundation.libraries import on_demand
from perennial.objects.facts import Aggregate, Formula
from perennial.objects.past import Past
from perennial.objects.record_fields import field_of
from perennial.objects.types import object_types
from perennial.objects.zones import firm_zone
from perennial.rules.facts.options import FROM_ZERO
from perennial.workspace.actor import SYSTEM

if TYPE_CHECKING:
    from perennial.conditions import comparing_in_lake
    from perennial.conditions import lake as conditions_lake
    from perennial.lake import records
else:  # whoever only declares facts loads no engine
    comparing_in_lake = on_demand("perennial.conditions.comparing_in_lake")
    conditions_lake = on_demand("perennial.conditions.lake")
    records = on_demand("perennial.lake.records")

_LARGEST = 1e14  # as in the database: what is beyond is empty
_LONGEST = 200


def past_of_made(object_key: str, made: Aggregate | Formula, result: str, places: int) -> Past | None:
    if isinstance(made, Formula):
        return None
    told = partial(values_then, object_key, made, result, places)
    return Past(told, "value", 0 if made.how in FROM_ZERO else None)


def values_then(object_key: str, made: Aggregate, result: str, places: int, lake: Any, as_of: datetime) -> Any:
    """`record` and `value` of every record of which something counted by then."""
    rows = _events(object_key, made, lake, as_of) if made.event else _related(made, lake, as_of)
    rows = rows.filter(rows["at"] <= comparing_in_lake.literal(as_of))
    if made.within_days is not None:
        start = as_of - timedelta(hours=24 * made.within_days)
        rows = rows.filter(rows["at"] > comparing_in_lake.literal(start))
    if made.of:
        rows = rows.mutate(value=_cleaned(rows["value"], result))
    value = _aggregated(rows, made)
    if result in ("number", "money"):
        value = _within(value).cast("float64").round(places).cast(f"decimal(38, {places})")
    return rows.group_by("record").aggregate(value=value)


def _events(object_key: str, made: Aggregate, lake: Any, as_of: datetime) -> Any:
    kind, wanted = object_types[object_key], [made.of] if made.of else []
    found = records.happened_to(
        lake, kind, made.event, by=SYSTEM, where=made.where, properties=wanted, as_of=as_of
    )  # fmt: skip
    value = {"value": found[made.of]} if made.of else {}
    return found.select(record=found.record, at=found["at"], id=found.id, **value)


def _related(made: Aggregate, lake: Any, as_of: datetime) -> Any:
    source_key, _slash, through = made.relation.partition("/")
    source = object_types[source_key]
    wanted = dict.fromkeys((through, made.dated_by, *([made.of] if made.of else [])))
    found = records.told_of(lake, source, by=SYSTEM, fields=wanted, where=made.where, as_of=as_of)
    at, dated = found[made.dated_by], field_of(source, made.dated_by)
    if dated is not None and dated.type.column is ColumnType.DAY:
        at = conditions_lake.instant_of(str(firm_zone()), at.cast("timestamp"))
    value = {"value": found[made.of]} if made.of else {}
    rows = found.select(record=found[through], at=at, id=found.id, **value)
    return rows.filter(rows.record.notnull())


def _aggregated(rows: Any, made: Aggregate) -> Any:
    in_order = [rows["at"], rows.id]
    match made.how:
        case "count":
            return rows.count()
        case "first_at":
            return rows["at"].min()
        case "last_at":
            return rows["at"].max()
        case "sum":
            return rows["value"].sum()
        case "average":
            return rows["value"].mean()
        case "least":
            return rows["value"].min()
        case "greatest":
            return rows["value"].max()
        case "first":
            return rows["value"].first(where=rows["value"].notnull(), order_by=in_order)
    return rows["value"].last(where=rows["value"].notnull(), order_by=in_order)


def _cleaned(value: Any, result: str) -> Any:
    match result:
        case "number" | "money":
            return _within(value)
        case "text":
            return value.cast("string").left(_LONGEST).nullif("")
    return value


def _within(value: Any) -> Any:
    return (value.abs() < _LARGEST).ifelse(value, None)
