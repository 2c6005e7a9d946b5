"""`Among`: a field that holds an id is among the ids of a set that `Me` knows by name, such as what was shared with me.

For rights alone: it has no text form, and nobody can type it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from perennial.conditions.nodes import Condition
from perennial.conditions.resolver import Sql

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from perennial.conditions.lake import LakeFrame
    from perennial.conditions.postgres import Frame


@dataclass(frozen=True, slots=True)
class Among(Condition):
    field: str
    set: str


def among_sql(clause: Among, frame: Frame) -> Sql:
    """A few ids are named, so that the planner knows how few and can find them by an index; many are selected."""
    assert frame.me is not None
    column, members = frame.column(clause.field), frame.me.sets[clause.set]
    if isinstance(members, Sql):
        return Sql(f"{column.sql} IN ({members.text})", (*column.params, *members.params))
    return Sql(f"{column.sql} = ANY(%s::bigint[])", (*column.params, [*members])) if members else Sql("FALSE")


def among_lake(clause: Among, frame: LakeFrame) -> ir.BooleanValue:
    assert frame.me is not None
    among: ir.BooleanValue = frame.column(clause.field).expr.isin(frame.me.sets[clause.set])
    return among
