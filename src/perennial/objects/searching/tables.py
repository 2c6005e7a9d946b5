"""The kinds that are searched, by table: kinds that share one are looked for together, by one look at its index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from perennial.conditions.resolver import Sql
from perennial.conditions.tree import TRUE
from perennial.objects.access import me_of, predicate, widest_reach
from perennial.objects.columns import Tables, model_columns
from perennial.objects.matching import readable_parts
from perennial.objects.record_fields import field_of
from perennial.objects.types import ObjectType
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach


@dataclass(frozen=True, slots=True)
class Member:
    """A kind among those of its table. `number` is its place among all that are searched."""

    number: int
    kind: ObjectType
    tables: Tables
    alive: Sql  # its rows that the actor may see
    also: list[str] | None  # see `matching.readable_parts`
    has_order: bool  # names are indexed in their order


@dataclass(frozen=True, slots=True)
class Shelf:
    """A table and the kinds in it that are searched; they share one FROM."""

    table: str
    alias: str
    members: tuple[Member, ...]
    sees_all: bool
    is_owned: bool

    def seen(self, has: Callable[[Member], Sql]) -> Sql:
        """The rows that the actor may see and that have what is looked for, each judged as what it is."""
        parts = [(each.alive, has(each)) for each in self.members]
        return Sql(
            "(" + " OR ".join(f"(({alive.text}) AND {test.text})" for alive, test in parts) + ")",
            tuple(param for alive, test in parts for param in (*alive.params, *test.params)),
        )

    def number(self) -> Sql:
        """Which kind a row is."""
        if len(self.members) == 1:
            return Sql(str(self.members[0].number))
        cases = " ".join(f"WHEN {each.alive.text} THEN {each.number}" for each in self.members)
        return Sql(f"CASE {cases} END", tuple(param for each in self.members for param in each.alive.params))

    def source(self, rows: str = "") -> Sql:
        """FROM, of the whole table or of some of its rows."""
        first = self.members[0].tables
        return replace(first, source=rows).sql() if rows else first.sql()


def shelves_of(kinds: Iterable[ObjectType], *, by: Actor) -> list[Shelf]:
    """Those with something that the actor may see."""
    seen = [each for each in kinds if is_searched(each) and widest_reach(each, by=by, verb="view") > Reach.NONE]
    allowed = [predicate(each, by=by, verb="view") for each in seen]
    me = me_of(by, *allowed)
    by_table: dict[str, list[int]] = {}
    for number, kind in enumerate(seen):
        by_table.setdefault(kind.table, []).append(number)
    shelves = []
    for place, (table, numbers) in enumerate(by_table.items()):
        alias = f"t{place}_"
        first = Tables(seen[numbers[0]], by, me, alias)
        members = []
        for number in numbers:
            kind = seen[number]
            tables = replace(first, kind=kind)  # the joins are the same list
            members.append(
                Member(number, kind, tables, tables.alive(by=by, verb="view"), readable_parts(kind, by, alias),
                       _has_order(kind))
            )  # fmt: skip
        sees_all = all(allowed[number] == TRUE for number in numbers)
        is_owned = by.user_id is not None and "owner_id" in model_columns(first.kind.model)
        shelves.append(Shelf(table, alias, tuple(members), sees_all, is_owned))
    return shelves


def kinds_of(shelves: Sequence[Shelf]) -> dict[int, ObjectType]:
    return {each.number: each.kind for shelf in shelves for each in shelf.members}


def is_searched(kind: ObjectType) -> bool:
    return bool(kind.search) and "grams" in model_columns(kind.model)


def _has_order(kind: ObjectType) -> bool:
    title = field_of(kind, kind.title)
    return title is not None and title.is_sortable
