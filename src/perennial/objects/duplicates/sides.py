"""The records of pairs side by side: one statement for a whole page of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from perennial.conditions.resolver import Sql
from perennial.foundation.sql import fetch
from perennial.objects.cells import read_row
from perennial.objects.duplicates.pairs import Pair
from perennial.objects.field_rights import hidden, locked
from perennial.objects.fields import Field
from perennial.objects.query import Row
from perennial.objects.statements import selection
from perennial.objects.types import ObjectType, current
from perennial.workspace.actor import Actor


@dataclass(frozen=True, slots=True)
class Line:
    """A field of which at least one record has a value. Where both have another, somebody may choose, unless their
    role keeps them from writing it; then the value of who stays is kept."""

    field: Field
    one: Any
    other: Any
    is_locked: bool = False

    @property
    def is_same(self) -> bool:
        return bool(self.one == self.other)

    @property
    def differs(self) -> bool:
        return not self.is_same and self.one not in _NOTHING and self.other not in _NOTHING

    @property
    def may_choose(self) -> bool:
        return self.differs and not self.is_locked


_NOTHING: tuple[Any, ...] = (None, "", [])


def records_of(kind: ObjectType, pairs: Iterable[Pair], *, by: Actor) -> dict[int, Row]:
    """The records that the actor may see, by id, with the fields that can be set."""
    ids = sorted({id for pair in pairs for id in (pair.one_id, pair.other_id)})
    if not ids:
        return {}
    keys = [field.key for field in compared_fields(kind, by)]
    chosen = selection(kind, by=by, verb="view", columns=keys)
    names = ", ".join(part for part in (chosen.fixed, chosen.columns()) if part)
    where = Sql(f"{chosen.tables.alias}.id = ANY(%s::bigint[])", (ids,))
    rows = fetch(*chosen.statement(names, also=[where]))
    return {row[0]: Row(row[0], row[1], row[2] or "", read_row(chosen.cells, row, 3)) for row in rows}


def titles_of_pairs(kind: ObjectType, pairs: Iterable[Pair], *, by: Actor) -> dict[int, str]:
    """What they are called, those too that are hidden since they went into another."""
    ids = sorted({id for pair in pairs for id in (pair.one_id, pair.other_id)})
    if not ids:
        return {}
    chosen = selection(kind, by=by, verb="view", with_deleted=True)
    rows = fetch(*chosen.statement(chosen.fixed, also=[Sql(f"{chosen.tables.alias}.id = ANY(%s::bigint[])", (ids,))]))
    return {id: title or f"#{id}" for id, _version, title in rows}


def compared_fields(kind: ObjectType, by: Actor) -> list[Field]:
    """Those of the form first, then the others that somebody can set; without what the actor may not read."""
    kind, gone = current(kind), hidden(kind, by)
    order = {key: place for place, key in enumerate(kind.form)}
    fields = [
        field for field in kind.fields
        if not field.readonly and field.expression is None and field.key not in gone and field.type.look != "lines"
    ]  # fmt: skip
    return sorted(fields, key=lambda field: order.get(field.key, len(order)))


def lines_of(kind: ObjectType, one: Row, other: Row, *, by: Actor) -> list[Line]:
    kept = locked(current(kind), by)
    lines = [
        Line(each, one.values.get(each.key), other.values.get(each.key), each.key in kept)
        for each in compared_fields(kind, by)
    ]
    return [line for line in lines if line.one not in _NOTHING or line.other not in _NOTHING]
