"""How many records each lane has, and their sums and averages: one statement over all that match.

It reads all of them, so a page does not wait for it where they are many: it is asked for beside the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from perennial.conditions.tree import TRUE, Condition
from perennial.foundation import sql
from perennial.foundation.money import Money
from perennial.objects.access import widest_reach
from perennial.objects.fields import MoneyType
from perennial.objects.statements import selection
from perennial.objects.types import ObjectType
from perennial.workspace.actor import Actor
from perennial.workspace.firm import the_firm
from perennial.workspace.rights import Reach

_AGGREGATES = {"sum": "sum({})", "average": "round(avg({}), 2)", "least": "min({})", "most": "max({})"}
_MOST_GROUPS = 2_000


@dataclass(frozen=True, slots=True)
class Total:
    """Of one lane; `values` stand in the order of the totals asked for, None where no record has a value."""

    count: int
    values: tuple[Any, ...] = ()


def totals_by(
    kind: ObjectType, key: str, totals: Sequence[str] = (), *, by: Actor, where: Condition = TRUE, search: str = ""
) -> dict[Any, Total]:
    """By value of the field `key`; without one a single total of everything, under None."""
    if widest_reach(kind, by=by, verb="view") is Reach.NONE:
        return {}
    chosen = selection(kind, by=by, verb="view", where=where, search=search)
    lane = chosen.tables.place(key).sql if key else "NULL"
    columns = [lane, "count(*)"]
    is_money = []
    for total in totals:
        how, _colon, of = total.partition(":")
        place = chosen.tables.place(of)
        columns.append(_AGGREGATES[how].format(place.sql))
        is_money.append(isinstance(place.type, MoneyType))
    tail = f" GROUP BY 1 LIMIT {_MOST_GROUPS}" if key else ""
    currency = the_firm().currency
    return {
        row[0]: Total(
            row[1], tuple(_value(value, money, currency) for value, money in zip(row[2:], is_money, strict=True))
        )
        for row in sql.fetch(*chosen.statement(", ".join(columns), tail=tail))
    }


def _value(value: Any, is_money: bool, currency: str) -> Any:
    if value is None or not is_money:
        return value
    return Money(Decimal(value), currency)
