"""The only way to obtain records. Every question takes the actor, and what they may not see is not there.

A list is one statement whatever its columns, goes on from a cursor and never by counting rows, and is never counted
to the end: `estimate` is exact while there are few.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from perennial.conditions.resolver import Sql
from perennial.conditions.tree import TRUE, Condition
from perennial.foundation import sql
from perennial.foundation.errors import NotFound
from perennial.objects.access import lasting, predicate, widest_reach
from perennial.objects.cells import Cell, read_row
from perennial.objects.cursors import Position, seal, unseal
from perennial.objects.field_rights import hidden
from perennial.objects.fields import Link
from perennial.objects.fields.ref import LARGEST_ID
from perennial.objects.made.indexing import note_use
from perennial.objects.matching import CANDIDATES
from perennial.objects.ordering import order_by, orders_of
from perennial.objects.paging import FIXED, page_statement
from perennial.objects.record_fields import field_of
from perennial.objects.statements import Selection, cells_only, selection
from perennial.objects.stored import sql_of
from perennial.objects.types import ObjectType, current
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach, Verb

__all__ = ["TRUE", "Estimate", "Link", "Page", "Row", "allowed_ids", "by_external", "estimate", "get", "select",
           "stream", "stream_tuples"]  # fmt: skip

MOST = 1_000  # rows of one page
EXACT_UP_TO = 10_000
_FEW = 1_000
_CHEAP = 25_000.0  # planner's cost below which up to ten thousand rows are counted: some 20 ms


@dataclass(slots=True)
class Row:
    """A record as the actor may see it. `values` by column; a fact's key is "fact:room.name"."""

    id: int
    version: int
    title: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class Page:
    """`next` is the cursor of the page after this one; None on the last. `tuples` are the rows as the database answered
    them; the values of `cells` begin at `start`."""

    cells: Sequence[Cell] = ()
    tuples: Sequence[tuple[Any, ...]] = ()
    start: int = FIXED
    next: str | None = None

    @cached_property
    def rows(self) -> list[Row]:
        return [_row(values, self.cells, self.start) for values in self.tuples]


@dataclass(frozen=True, slots=True)
class Estimate:
    count: int
    is_exact: bool


def select(
    kind: ObjectType,
    *,
    by: Actor,
    where: Condition = TRUE,
    columns: Sequence[str] | None = None,
    sort: str | None = None,
    limit: int = 50,
    after: str | None = None,
    search: str = "",
    verb: Verb = "view",
) -> Page:
    """A page of records, by one statement. `sort` names one or more columns: "-worth,name". `where` has been checked
    against the kind's schema by whoever took it in."""
    kind = current(kind)
    sort = sort or kind.list.sort
    note_use(kind, sort, where)
    limit = max(1, min(limit, MOST))
    position = unseal(after, sort=sort) if after else None
    chosen = selection(kind, by=by, verb=verb, where=where, search=search)
    orders = orders_of(chosen.tables, sort)
    shown = cells_only(chosen.tables, kind.list.columns if columns is None else columns)
    if widest_reach(kind, by=by, verb=verb) is Reach.NONE:
        return Page()
    # A plan that is kept knows no values: good for all of a list, not for the few rows that a value may stand for.
    is_whole = where == TRUE and not search and predicate(kind, by=by, verb=verb) == TRUE
    fetch = sql.fetch_planned if is_whole else sql.fetch
    found = fetch(*page_statement(chosen, orders, shown, limit=limit + 1, after=position))
    start = FIXED + len(orders)
    if len(found) <= limit:
        return Page(shown.cells, found, start)
    last = found[limit - 1]
    return Page(shown.cells, found[:limit], start, seal(Position(sort, list(last[FIXED:start]), last[0])))


def get(
    kind: ObjectType, record_id: int, *, by: Actor, columns: Sequence[str] | None = None, verb: Verb = "view"
) -> Row:
    """One record with all its fields, or `NotFound`: absent and forbidden look the same."""
    kind = current(kind)
    if columns is None:
        columns = [each.key for each in kind.fields]
    if widest_reach(kind, by=by, verb=verb) is Reach.NONE or not 0 < record_id <= LARGEST_ID:
        raise NotFound
    chosen = selection(kind, by=by, verb=verb, columns=columns)
    names = ", ".join(part for part in (chosen.fixed, chosen.columns()) if part)
    alias = chosen.tables.alias
    found = sql.fetch_planned(*chosen.statement(names, also=[Sql(f"{alias}.id = %s", (record_id,))]))
    if not found:
        raise NotFound
    return _row(found[0], chosen.cells, 3)


def allowed_ids(kind: ObjectType, ids: Sequence[int], *, by: Actor, verb: Verb, with_deleted: bool = False) -> set[int]:
    """Those of the ids that exist and that the actor may use the verb on."""
    wanted = [each for each in set(ids) if 0 < each <= LARGEST_ID]
    if not wanted or widest_reach(kind, by=by, verb=verb) is Reach.NONE:
        return set()
    chosen = selection(kind, by=by, verb=verb, with_deleted=with_deleted)
    alias = chosen.tables.alias
    return {
        row[0]
        for row in sql.fetch(*chosen.statement(f"{alias}.id", also=[Sql(f"{alias}.id = ANY(%s::bigint[])", (wanted,))]))
    }


def lasting_ids(kind: ObjectType, ids: Sequence[int], *, by: Actor, verb: Verb) -> set[int]:
    """Those of the ids that the actor may use the verb on for good (see `access.lasting`)."""
    here = allowed_ids(kind, ids, by=by, verb=verb)
    condition = lasting(kind, by=by, verb=verb)
    if not here or condition == TRUE:
        return here
    chosen = selection(kind, by=by, verb=verb)
    alias, kept = chosen.tables.alias, chosen.tables.where(condition, is_trusted=True)
    tests = [Sql(f"{alias}.id = ANY(%s::bigint[])", (list(here),)), kept]
    return {row[0] for row in sql.fetch(*chosen.statement(f"{alias}.id", also=tests))}


def by_external(
    kind: ObjectType, external_ids: Sequence[str], *, by: Actor, on: str = "", verb: Verb = "view"
) -> dict[str, int]:
    """The ids of the records with these values in the kind's external field (or in the field `on`)."""
    declared = field_of(kind, on or kind.external)
    if declared is None or declared.key in hidden(kind, by) or not external_ids:
        return {}
    if widest_reach(kind, by=by, verb=verb) is Reach.NONE:
        return {}
    chosen = selection(kind, by=by, verb=verb)
    column = sql_of(declared, chosen.tables.alias)
    statement = chosen.statement(
        f"{column}, {chosen.tables.alias}.id",
        tail=f" ORDER BY {chosen.tables.alias}.id DESC",
        also=[Sql(f"{column} = ANY(%s::text[])", (list(external_ids),))],
    )
    return {str(value): record_id for value, record_id in sql.fetch(*statement)}


def estimate(kind: ObjectType, *, by: Actor, where: Condition = TRUE, search: str = "") -> Estimate:
    """How many records match: counted while that is cheap and they are few, the planner's estimate above."""
    if widest_reach(kind, by=by, verb="view") is Reach.NONE:
        return Estimate(0, is_exact=True)
    chosen = selection(kind, by=by, verb="view", where=where, search=search)
    limited = chosen.statement("1", tail=f" LIMIT {EXACT_UP_TO + 1}")
    (explained,) = sql.fetch(f"EXPLAIN (FORMAT JSON) {limited.text}", limited.params)[0]
    plan = (json.loads(explained) if isinstance(explained, str) else explained)[0]["Plan"]
    guess = int(plan["Plans"][0]["Plan Rows"]) if plan.get("Plans") else int(plan["Plan Rows"])
    if plan["Total Cost"] > _CHEAP:
        return Estimate(guess, is_exact=False)
    most = EXACT_UP_TO if guess <= 3 * EXACT_UP_TO else _FEW  # many more are told from few sooner
    few = chosen.statement("1", tail=f" LIMIT {most + 1}")
    counted = sql.fetch(f"SELECT count(*) FROM ({few.text}) few", few.params)[0][0]
    if search.strip() and counted >= CANDIDATES:
        return Estimate(counted, is_exact=False)
    if counted <= most:
        return Estimate(counted, is_exact=True)
    return Estimate(max(guess, counted), is_exact=False)


@contextmanager
def stream(
    kind: ObjectType,
    *,
    by: Actor,
    where: Condition = TRUE,
    columns: Sequence[str] | None = None,
    sort: str | None = None,
    search: str = "",
) -> Iterator[Iterator[Row]]:
    """All records that match and that the actor may export, without holding them in memory."""
    with stream_tuples(kind, by=by, where=where, columns=columns, sort=sort, search=search) as (cells, rows):
        yield (_row(values, cells, 3) for values in rows)


@contextmanager
def stream_tuples(
    kind: ObjectType,
    *,
    by: Actor,
    where: Condition = TRUE,
    columns: Sequence[str] | None = None,
    sort: str | None = None,
    search: str = "",
) -> Iterator[tuple[Sequence[Cell], Iterator[tuple[Any, ...]]]]:
    """The same as the database answers: id, version, title, then the values of the cells."""
    chosen = selection(
        kind,
        by=by,
        verb="export",
        where=where,
        search=search,
        most_found=None,
        columns=kind.list.columns if columns is None else columns,
    )
    if widest_reach(kind, by=by, verb="export") is Reach.NONE:
        yield chosen.cells, iter(())
        return
    with sql.streamed(*_whole(chosen, sort)) as rows:
        yield chosen.cells, rows


def _whole(chosen: Selection, sort: str | None) -> Sql:
    """Everything, in the order asked for; by id, which needs no sorting, when none is."""
    names = ", ".join(part for part in (chosen.fixed, chosen.columns()) if part)
    alias = chosen.tables.alias
    if sort is None:
        return chosen.statement(names, tail=f" ORDER BY {alias}.id")
    return chosen.statement(names, tail=order_by(orders_of(chosen.tables, sort), alias))


def _row(values: Sequence[Any], cells: Sequence[Cell], start: int) -> Row:
    return Row(values[0], values[1], values[2] or "", read_row(cells, values, start))
