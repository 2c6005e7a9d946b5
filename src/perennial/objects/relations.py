"""The other side of a relation: the records whose made field points at this one, a few of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from perennial.conditions.resolver import Sql
from perennial.conditions.tree import Compare, Op
from perennial.foundation.sql import fetch
from perennial.objects.access import widest_reach
from perennial.objects.field_rights import hidden
from perennial.objects.fields import Field, RefsType, RefType
from perennial.objects.made.indexing import want_index
from perennial.objects.statements import selection
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Related:
    """Records of `kind` whose `field` names the record, latest first: (id, title) of at most `SHOWN`."""

    kind: ObjectType
    field: Field
    rows: list[tuple[int, str]]
    has_more: bool


def related_to(kind: ObjectType, record_id: int, *, by: Actor) -> list[Related]:
    """By one statement for all relations; none at all where no made field points here."""
    pairs = list(_pointing_at(kind, by))
    branches = [_branch(number, other, field, record_id, by) for number, (other, field) in enumerate(pairs)]
    if not branches:
        return []
    rows = fetch(
        " UNION ALL ".join(f"({branch.text})" for branch in branches),
        tuple(param for branch in branches for param in branch.params),
    )
    found: list[Related] = []
    for number, (other, field) in enumerate(pairs):
        mine = [(id, title or "") for place, id, title in rows if place == number]
        if mine:
            found.append(Related(other, field, mine[:SHOWN], len(mine) > SHOWN))
    return found


def _pointing_at(kind: ObjectType, by: Actor) -> Iterator[tuple[ObjectType, Field]]:
    """A relation to a union ("customer") points at its parts as well."""
    names = {kind.key, *(each.key for each in object_types.values() if kind.key in each.parts)}
    for other in object_types.values():
        if other.parts or widest_reach(other, by=by, verb="view") is Reach.NONE:
            continue
        for field in other.fields:
            if (
                field.is_custom
                and isinstance(field.type, RefType | RefsType)
                and field.type.object_key in names
                and field.key not in hidden(other, by)
            ):
                want_index(other, field)
                yield other, field


def _branch(number: int, kind: ObjectType, field: Field, record_id: int, by: Actor) -> Sql:
    chosen = selection(kind, by=by, verb="view", where=Compare(field.key, Op.EQ, record_id))
    alias = chosen.tables.alias
    _id, _version, title = chosen.fixed.split(", ", 2)
    return chosen.statement(
        f"{number} AS place, {alias}.id, {title} AS title", tail=f" ORDER BY {alias}.id DESC LIMIT {SHOWN + 1}"
    )
