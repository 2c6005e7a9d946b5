"""Which records are meant: those that were picked, or all that a filter and a search find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from perennial.conditions.resolver import Sql
from perennial.objects.access import widest_reach
from perennial.objects.schema import condition_of
from perennial.objects.statements import Selection, selection
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach, Verb


@dataclass(frozen=True, slots=True)
class Chosen:
    """`ids` are those picked; with `is_all` they do not count, and `where` (a condition's text) and `search` do."""

    ids: tuple[int, ...] = ()
    is_all: bool = False
    where: str = ""
    search: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen records as the rest of a statement can use them."""

    selected: Selection
    also: tuple[Sql, ...]

    @property
    def alias(self) -> str:
        return self.selected.tables.alias

    def statement(self, columns: str, *, tail: str = "") -> Sql:
        return self.selected.statement(columns, also=self.also, tail=tail)


def choice(kind: ObjectType, chosen: Chosen, *, by: Actor, verb: Verb, also: Sequence[Sql] = ()) -> Choice:
    """Those chosen that the actor may use the verb on. A list's search shows the first it finds; here all count."""
    where = condition_of(kind, chosen.where if chosen.is_all else "", by=by)
    search = chosen.search if chosen.is_all else ""
    selected = selection(kind, by=by, verb=verb, where=where, search=search, most_found=None)
    if chosen.is_all:
        return Choice(selected, tuple(also))
    wanted = [each for each in chosen.ids if 0 < each < 2**63]
    return Choice(selected, (Sql(f"{selected.tables.alias}.id = ANY(%s::bigint[])", (wanted,)), *also))


def kinds_within(kind: ObjectType) -> list[ObjectType]:
    """What records of this kind are written as: its parts, where it is the union of others."""
    return [object_types[key] for key in kind.parts if key in object_types] if kind.parts else [kind]


def may_change(kind: ObjectType, *, by: Actor, verb: Verb) -> bool:
    """Whether the actor can do this to any of such records."""
    return any(
        (each.can_delete if verb == "delete" else each.can_edit) and widest_reach(each, by=by, verb=verb) > Reach.NONE
        for each in kinds_within(kind)
    )
