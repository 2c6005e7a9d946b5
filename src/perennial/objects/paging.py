"""A page of rows: which, by their order and from where the last page ended; then what they show.

An index on the first column of an order gives its rows without sorting; the columns behind it sort what is alike in
the first. Rows without a value come last, in both directions, in a branch of their own: NULLS LAST in one ORDER BY
would not be served by an index when sorting down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from perennial.conditions.resolver import Sql
from perennial.objects.cursors import Position
from perennial.objects.ordering import Order
from perennial.objects.statements import Selection

FIXED = 3  # columns of every row before its sort values: id, version, title


def page_statement(
    chosen: Selection, orders: Sequence[Order], cells: Selection, *, limit: int, after: Position | None
) -> Sql:
    """The next `limit` rows: first which, by `chosen` and `orders`, then what they show, by `cells`, so that joins are
    made for the rows of the page alone. Each is id, version, title, its sort values as text, its cells."""
    keys = keys_statement(chosen, orders, limit=limit, after=after)
    return chosen.with_found(shown_statement(keys, orders, cells))


def shown_statement(keys: Sql, orders: Sequence[Order], cells: Selection, *, first: str = "") -> Sql:
    """What the rows of `keys` show. `first` is a column of the keys that comes before everything, also in the order."""
    alias = cells.tables.alias
    sorts = [f"k.{name}" for name in sort_names(orders)]
    columns = [f"k.{first}" if first else "", cells.fixed, *(f"{each}::text" for each in sorts), cells.columns()]
    joins = cells.tables.joins
    source = f'({keys.text}) k JOIN "{cells.tables.kind.table}" {alias} ON {alias}.id = k.id'
    source = " ".join([source, *(join.text for join in joins)])
    by = ", ".join(part for part in (f"k.{first}" if first else "", keys_order(orders, "k")) if part)
    return Sql(
        f"SELECT {', '.join(part for part in columns if part)} FROM {source} ORDER BY {by}",
        (*keys.params, *(param for join in joins for param in join.params)),
    )


def sort_names(orders: Sequence[Order]) -> list[str]:
    """How `keys_statement` calls the sort values."""
    return [f"s{number}" for number in range(len(orders))]


def keys_order(orders: Sequence[Order], alias: str) -> str:
    """The order in which rows of `keys_statement` follow each other."""
    named = zip(sort_names(orders), orders, strict=True)
    parts = [f"{alias}.{name} {each.way} NULLS LAST" for name, each in named]
    return ", ".join((f"{alias}.branch", *parts, f"{alias}.id {orders[-1].way}"))


def keys_statement(
    chosen: Selection,
    orders: Sequence[Order],
    *,
    limit: int,
    after: Position | None = None,
    also: Sequence[Sql] = (),
    lead: str = "",
    beside: Sql | None = None,
) -> Sql:
    """The ids of a page, with their sort values, and `beside` these another column. `lead` is sorted by before
    everything: something that is the same in all of these rows, which the planner does not know, and that an index
    begins with."""
    if chosen.ways:
        every = [replace(chosen, tests=[way, *chosen.tests[1:]], ways=()) for way in chosen.ways]
        asked = [keys_statement(each, orders, limit=limit, after=after, also=also, lead=lead, beside=beside)
                 for each in every]  # fmt: skip
        union = " UNION ALL ".join(f"({each.text})" for each in asked)
        return Sql(f"SELECT * FROM ({union}) w ORDER BY {keys_order(orders, 'w')} LIMIT {int(limit)}",
                   tuple(param for each in asked for param in each.params))  # fmt: skip
    first, alias = orders[0], chosen.tables.alias
    names = ", ".join(f"{each.sql} AS {name}" for name, each in zip(sort_names(orders), orders, strict=True))
    branches = []
    for number, (tests, sorted_by) in enumerate(_branches(orders, alias, after)):
        parts = [f"{each.sql} {each.way}{' NULLS LAST' if each is not first else ''}" for each in sorted_by]
        if [each.sql for each in sorted_by] != [f'{alias}."id"']:
            parts.append(f"{alias}.id {orders[-1].way}")
        if lead:
            parts.insert(0, lead)
        tail = f" ORDER BY {', '.join(parts)} LIMIT {int(limit)}"
        text = f"{alias}.id, {names}, {number} AS branch"
        columns = Sql(f"{text}, {beside.text}", beside.params) if beside else Sql(text)
        branches.append(chosen.part(columns, also=(*also, *tests), tail=tail))
    if len(branches) == 1:
        return branches[0]
    text = " UNION ALL ".join(f"({branch.text})" for branch in branches)
    return Sql(f"{text} LIMIT {int(limit)}", tuple(param for branch in branches for param in branch.params))


def _branches(orders: Sequence[Order], alias: str, after: Position | None) -> list[tuple[list[Sql], Sequence[Order]]]:
    """(tests, what is left to sort by) of each branch, in the order in which they follow each other."""
    first, rest = orders[0], orders[1:]
    filled = [Sql(f"{first.sql} IS NOT NULL")] if first.is_null else []
    empty = [([Sql(f"{first.sql} IS NULL")], rest)] if first.is_null else []
    if after is None:
        return [(filled, orders), *empty]
    value, others = after.values[0], after.values[1:]
    if value is None:
        return [([Sql(f"{first.sql} IS NULL"), _beyond(rest, others, after.id, orders[-1], alias)], rest)]
    sign = "<" if first.is_down else ">"
    if not rest:
        row = Sql(f"({first.sql}, {alias}.id) {sign} (%s::{first.cast}, %s)", (value, after.id))
        return [([*filled, row], orders), *empty]
    same = Sql(f"{first.sql} = %s::{first.cast}", (value,))
    later = Sql(f"{first.sql} {sign} %s::{first.cast}", (value,))
    return [([same, _beyond(rest, others, after.id, orders[-1], alias)], rest), ([*filled, later], orders), *empty]


def _beyond(orders: Sequence[Order], values: Sequence[str | None], id: int, last: Order, alias: str) -> Sql:
    """What comes after these values, and after this id where they are the same."""
    if not orders:
        return Sql(f"{alias}.id {'<' if last.is_down else '>'} %s", (id,))
    first, value = orders[0], values[0]
    further = _beyond(orders[1:], values[1:], id, last, alias)
    if value is None:
        return Sql(f"{first.sql} IS NULL AND ({further.text})", further.params)
    sign = "<" if first.is_down else ">"
    empty = f" OR {first.sql} IS NULL" if first.is_null else ""
    text = f"{first.sql} {sign} %s::{first.cast}{empty} OR ({first.sql} = %s::{first.cast} AND ({further.text}))"
    return Sql(text, (value, value, *further.params))
