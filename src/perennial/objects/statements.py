"""The one SELECT behind a list: access, filter and search, for exactly the columns asked for. `ordering` and `paging`
say in which order, and from where on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from perennial.conditions.resolver import Me, Sql
from perennial.conditions.tree import TRUE, All, Among, Any, Condition, Neither
from perennial.objects.access import me_of, predicate
from perennial.objects.cells import Cell, cell_of, title_column
from perennial.objects.columns import Tables, model_columns
from perennial.objects.matching import CANDIDATES, matches
from perennial.objects.types import ObjectType, current
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Verb


@dataclass(slots=True)
class Selection:
    """A SELECT under construction."""

    tables: Tables
    tests: list[Sql]
    cells: list[Cell]
    found: Sql | None = None  # what a search finds: the rows that the tables then begin with
    ways: tuple[Sql, ...] = ()  # in place of the first test, each in a branch of its own: no row by two of them

    @property
    def fixed(self) -> str:
        """Of every row: id, version, title."""
        alias = self.tables.alias
        return f"{alias}.id, {alias}.version, {title_column(self.tables.kind, alias)}"

    def statement(self, columns: str, *, also: Sequence[Sql] = (), tail: str = "") -> Sql:
        return self.with_found(self.part(columns, also=also, tail=tail))

    def with_found(self, statement: Sql) -> Sql:
        """A statement over the rows found; they are found once, however often it names them."""
        if self.found is None:
            return statement
        return Sql(
            f"WITH found AS MATERIALIZED ({self.found.text}) {statement.text}", (*self.found.params, *statement.params)
        )

    def part(self, columns: str | Sql, *, also: Sequence[Sql] = (), tail: str = "") -> Sql:
        shown = columns if isinstance(columns, Sql) else Sql(columns)
        tests = [test for test in (*self.tests, *also) if test.text != "TRUE"]
        source = self.tables.sql()
        where = " AND ".join(f"({test.text})" for test in tests) or "TRUE"
        return Sql(
            f"SELECT {shown.text} FROM {source.text} WHERE {where}{tail}",
            (*shown.params, *source.params, *(param for test in tests for param in test.params)),
        )

    def columns(self) -> str:
        return ", ".join(sql for cell in self.cells for sql in cell.sql)


def selection(
    kind: ObjectType,
    *,
    by: Actor,
    verb: Verb,
    where: Condition = TRUE,
    columns: Sequence[str] = (),
    search: str = "",
    with_deleted: bool = False,
    most_found: int | None = CANDIDATES,
) -> Selection:
    """The rows that the actor may use the verb on, that match, and that the text finds: at most `most_found`, for a
    word that half of all records have is no question."""
    kind = current(kind)
    me = me_of(by, where, predicate(kind, by=by, verb=verb), predicate(kind, by=by, verb="view"))
    found = _found(kind, by=by, verb=verb, search=search, me=me, most=most_found) if search.strip() else None
    tables = Tables(kind, by, me, source="found" if found is not None else "")
    tests = [tables.where(where, is_trusted=False)]
    if found is None:
        tests.insert(0, tables.alive(by=by, verb=verb, with_deleted=with_deleted))
    ways = () if found is not None or with_deleted else _ways(tables, by=by, verb=verb)
    return Selection(tables, tests, [cell_of(tables, key) for key in columns], found, ways)


def _ways(tables: Tables, *, by: Actor, verb: Verb) -> tuple[Sql, ...]:
    """What is the actor's own, and what was shared with them. Each has an index; asked with OR they have none, and a
    list is read from its top until enough of the few are found."""
    allowed = predicate(tables.kind, by=by, verb=verb)
    shared = [each for each in allowed.children if isinstance(each, Among)] if isinstance(allowed, Any) else []
    if not isinstance(allowed, Any) or [each.field for each in shared] != ["id"]:
        return ()
    others = tuple(each for each in allowed.children if each not in shared)
    lent = All((shared[0], Neither(others)))
    return tuple(tables.alive(by=by, verb=verb, allowed=each) for each in (Any(others), lent))


def cells_only(tables: Tables, columns: Sequence[str]) -> Selection:
    """What rows show that something else has chosen, for the same actor."""
    own = Tables(tables.kind, tables.by, tables.me, "c")
    return Selection(own, [], [cell_of(own, key) for key in columns])


def _found(kind: ObjectType, *, by: Actor, verb: Verb, search: str, me: Me, most: int | None) -> Sql | None:
    """The rows that a text finds, and that the actor may use the verb on. None when it says nothing."""
    if not (kind.search and "grams" in model_columns(kind.model)):
        return Sql(f'SELECT * FROM "{kind.table}" WHERE FALSE')
    inner = Tables(kind, by, me, "s")
    found = matches(search, inner.alias, kind=kind, by=by)
    if found is None:
        return None
    alive = inner.alive(by=by, verb=verb)
    source = inner.sql()
    limit = "" if most is None else f" LIMIT {most}"
    return Sql(
        f"SELECT {inner.alias}.* FROM {source.text} WHERE ({found.text}) AND ({alive.text}){limit}",
        (*source.params, *found.params, *alive.params),
    )
