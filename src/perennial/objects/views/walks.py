"""The first records of every lane of a board, in a time that does not depend on how rare they are.

A lane may hold few of the records that a filter leaves, and lie far behind in the order asked for, and the planner
cannot know: values that go together it takes for independent, and reads half of a table to fill a lane that is empty.
So nothing here is read further than so many records. Each lane is read by its own index; one that this does not fill
is looked for once more, with all such lanes together, among the first records that the filter leaves. Both find the
beginning of the same sequence, and the longer of the two counts. Where neither comes to the end there is a cursor, by
which a page asks for the rest of that lane alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from perennial.conditions.resolver import Sql
from perennial.conditions.tree import TRUE
from perennial.foundation import sql
from perennial.objects.access import predicate
from perennial.objects.cells import read_row
from perennial.objects.columns import model_columns
from perennial.objects.ordering import Order
from perennial.objects.paging import FIXED, keys_order, keys_statement, shown_statement, sort_names
from perennial.objects.query import Row
from perennial.objects.record_fields import field_of
from perennial.objects.statements import Selection
from perennial.objects.stored import is_made

OF_A_LANE = 1_000  # records that are looked at for one lane
OF_ALL = 2_000  # for all lanes together
_END = -1  # the lane of a row that says how far the walk of a lane came: this minus the number of the lane


@dataclass(frozen=True, slots=True)
class Branch:
    """A lane: its number, and which records are in it."""

    number: int
    test: Sql
    is_empty: bool  # the lane of the records without a value


@dataclass(slots=True)
class Walk:
    """What was found of a lane. `end` is where to go on: sort values and id; None when that was all."""

    rows: list[Row] = field(default_factory=list)
    end: tuple[list[str | None], int] | None = None


class Pair(NamedTuple):
    """An index over two columns: whether both go the same way, and whether rows without a value are in it."""

    is_alike: bool
    has_empty: bool


def first_of(
    chosen: Selection, orders: Sequence[Order], shown: Selection, key: str, branches: Sequence[Branch], *, limit: int
) -> list[Walk]:
    """One statement, two where lanes are left over."""
    own = [each for each in branches if chosen.found is None and _is_indexed(chosen, orders, key, each)]
    walks = {}
    if own:
        keys = _by_own_index(chosen, orders, key, own, limit=limit + 1)
        walks = _read(chosen, keys, orders, shown, own, limit=limit)
    rest = [each for each in branches if each.number not in walks or _is_open(walks[each.number], limit)]
    if rest:
        keys = _together(chosen, orders, rest, limit=limit + 1)
        for number, walk in _read(chosen, keys, orders, shown, rest, limit=limit).items():
            known = walks.get(number)
            if known is None or walk.end is None or len(walk.rows) > len(known.rows):
                walks[number] = walk
    return [walks[each.number] for each in branches]


def lead_of(chosen: Selection, orders: Sequence[Order], key: str, branch: Branch) -> str:
    """Records without a value are often the last of the order asked for as well, where the planner thinks that it will
    meet them early: the index that has them together is named to it by way of the order."""
    pair = _pair(chosen, orders, key) if branch.is_empty else None
    declared = field_of(chosen.tables.kind, key)
    if pair is None or not pair.has_empty or declared is None:
        return ""
    way = orders[0].way if pair.is_alike else {"ASC": "DESC", "DESC": "ASC"}[orders[0].way]
    return f'{chosen.tables.alias}."{declared.sql_column}" {way}'


def _is_open(walk: Walk, limit: int) -> bool:
    return walk.end is not None and len(walk.rows) < limit


def _by_own_index(chosen: Selection, orders: Sequence[Order], key: str, branches: Sequence[Branch], *,
                  limit: int) -> Sql:  # fmt: skip
    """Each lane in its own order, so far as rows are asked for: no further than the last that is shown."""
    tables = chosen.tables
    is_all = _is_all(chosen)
    is_kept = Sql(" AND ".join(f"({test.text})" for test in chosen.tests), tuple(_params(chosen.tests)))
    alive = [Sql(f"{tables.alias}.deleted_at IS NULL")] if "deleted_at" in model_columns(tables.kind.model) else []
    lane = Selection(tables, alive, [])
    most = limit if is_all else OF_A_LANE
    withs, parts = [], []
    for each in branches:
        n = each.number
        keys = keys_statement(
            lane, orders, limit=most, also=[each.test], lead=lead_of(chosen, orders, key, each),
            beside=Sql("TRUE AS is_kept") if is_all else Sql(f"({is_kept.text}) AS is_kept", is_kept.params),
        )  # fmt: skip
        withs.append(Sql(f"w{n} AS MATERIALIZED ({keys.text})", keys.params))
        withs.append(Sql(f"l{n} AS MATERIALIZED (SELECT * FROM w{n} WHERE is_kept LIMIT {limit})"))
        parts.append(_part(n, orders, f"l{n} w"))
        if not is_all:
            end = f"(SELECT * FROM w{n} WHERE (SELECT count(*) FROM l{n}) < {limit} OFFSET {most - 1} LIMIT 1) w"
            parts.append(_part(_END - n, orders, end))
    return Sql(f"WITH {', '.join(each.text for each in withs)} {' UNION ALL '.join(parts)}", tuple(_params(withs)))


def _together(chosen: Selection, orders: Sequence[Order], branches: Sequence[Branch], *, limit: int) -> Sql:
    """The first records that the filter leaves, dealt out to the lanes."""
    dealt = " ".join(f"WHEN {each.test.text} THEN {each.number}" for each in branches)
    params = tuple(_params([each.test for each in branches]))
    walk = keys_statement(chosen, orders, limit=OF_ALL, beside=Sql(f"CASE {dealt} END AS lane", params))
    order = keys_order(orders, "w")
    names = ", ".join(("id", *sort_names(orders), "branch"))
    ends = [_part(_END - each.number, orders, "last w") for each in branches]
    return Sql(
        f"WITH walk AS MATERIALIZED ({walk.text}),"
        f" last AS MATERIALIZED (SELECT * FROM walk w ORDER BY {order} OFFSET {OF_ALL - 1} LIMIT 1)"
        f" SELECT lane, {names} FROM (SELECT w.*, row_number() OVER (PARTITION BY w.lane ORDER BY {order}) AS place"
        f" FROM walk w WHERE w.lane IS NOT NULL) p WHERE p.place <= {limit} UNION ALL {' UNION ALL '.join(ends)}",
        walk.params,
    )


def _part(lane: int, orders: Sequence[Order], source: str) -> str:
    names = ", ".join(f"w.{name}" for name in ("id", *sort_names(orders), "branch"))
    return f"SELECT {lane} AS lane, {names} FROM {source}"


def _read(chosen: Selection, keys: Sql, orders: Sequence[Order], shown: Selection, branches: Sequence[Branch], *,
          limit: int) -> dict[int, Walk]:  # fmt: skip
    walks = {each.number: Walk() for each in branches}
    start = 1 + FIXED + len(orders)
    lasts: dict[int, tuple[list[str | None], int]] = {}
    for row in sql.fetch(*chosen.with_found(shown_statement(keys, orders, shown, first="lane"))):
        position = list(row[1 + FIXED : start]), row[1]
        if row[0] <= _END:  # these come first
            walks[_END - row[0]].end = position
            continue
        walk = walks[row[0]]
        if len(walk.rows) == limit:
            walk.end = lasts[row[0]]
            continue
        walk.rows.append(Row(row[1], row[2], row[3] or "", read_row(shown.cells, row, start)))
        lasts[row[0]] = position
    return walks


def _is_all(chosen: Selection) -> bool:
    """Whether every record that is not deleted is in a lane of the board."""
    tables = chosen.tables
    has_filter = any(test.text != "TRUE" for test in chosen.tests[1:])
    return not has_filter and tables.kind.base == TRUE and predicate(tables.kind, by=tables.by, verb="view") == TRUE


def _is_indexed(chosen: Selection, orders: Sequence[Order], key: str, branch: Branch) -> bool:
    pair = _pair(chosen, orders, key)
    return pair is not None and (pair.has_empty or not branch.is_empty)


def _pair(chosen: Selection, orders: Sequence[Order], key: str) -> Pair | None:
    """The index that has a lane together, in its order."""
    declared = field_of(chosen.tables.kind, key)
    if declared is None or is_made(declared):
        return None
    sorted_by = orders[0].sql.removeprefix(f"{chosen.tables.alias}.").strip('"')
    return indexed_pairs(chosen.tables.kind.table).get((declared.sql_column, sorted_by))


def _params(parts: Sequence[Sql]) -> list[Any]:
    return [param for each in parts for param in each.params]


@cache
def indexed_pairs(table: str) -> dict[tuple[str, str], Pair]:
    """The first two columns of the indexes of records that are not deleted. Asked for once: they change with a
    migration only."""
    rows = sql.fetch(
        "SELECT a.attname, b.attname, i.indoption[0] & 1 = i.indoption[1] & 1, NOT has.part LIKE '%%NOT NULL%%'"
        " FROM pg_index i"
        " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
        " JOIN pg_attribute b ON b.attrelid = i.indrelid AND b.attnum = i.indkey[1]"
        " CROSS JOIN LATERAL (SELECT coalesce(pg_get_expr(i.indpred, i.indrelid), '') AS part) has"
        " WHERE i.indrelid = %s::regclass AND i.indisvalid AND i.indnkeyatts > 1"
        " AND replace(replace(has.part, 'deleted_at IS NULL', ''), a.attname || ' IS NOT NULL', '') ~ '^[ ()AND]*$'"
        " ORDER BY 4",
        [table],
    )
    return {(first, second): Pair(is_alike, has_empty) for first, second, is_alike, has_empty in rows}
