"""What an export is asked to hold, and the one SELECT behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from perennial.conditions.resolver import Sql
from perennial.conditions.text import to_text
from perennial.conditions.tree import TRUE, Condition
from perennial.foundation import sql
from perennial.foundation.errors import Forbidden, NotFound
from perennial.foundation.ids import uuid7
from perennial.objects.access import widest_reach
from perennial.objects.actions import Run
from perennial.objects.field_rights import hidden
from perennial.objects.fields import LinesType
from perennial.objects.ordering import order_by, orders_of
from perennial.objects.schema import column_of, columns_asked
from perennial.objects.statements import Selection, selection
from perennial.objects.types import ObjectType, current
from perennial.objects.writing.outcomes import keep_run, next_run_id
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

Headings = Literal["labels", "keys"]
LABELS: Headings = "labels"


@dataclass(frozen=True, slots=True)
class Plan:
    """`headings`: what columns are called in a spreadsheet, as people say it in the language of now, or by key."""

    kind: ObjectType
    by: Actor
    keys: tuple[str, ...]
    where: Condition = TRUE
    search: str = ""
    sort: str | None = None
    headings: Headings = LABELS

    def selection(self) -> Selection:
        """Begun, without columns. Every row that matches: a search is not cut off here."""
        return selection(
            self.kind, by=self.by, verb="export", where=self.where, search=self.search, most_found=None
        )  # fmt: skip

    def statement(self, chosen: Selection, expressions: Sequence[str]) -> Sql:
        """In the order asked for; by id, which needs no sorting, when none is."""
        alias = chosen.tables.alias
        tail = f" ORDER BY {alias}.id"
        if self.sort:
            tail = order_by(orders_of(chosen.tables, self.sort), alias)
        return chosen.statement(", ".join(expressions), tail=tail)

    def heading(self, key: str) -> str:
        found = column_of(self.kind, key, by=self.by)
        return key if self.headings != LABELS or key == "id" or found is None else str(found[0])


def plan_of(
    kind: ObjectType,
    *,
    by: Actor,
    where: Condition = TRUE,
    columns: Sequence[str] | None = None,
    search: str = "",
    sort: str | None = None,
    headings: Headings = LABELS,
) -> Plan:
    """Refuses whoever may not export the kind, columns that are not theirs to read, and an order that is none. Without
    `columns` it has the id and every field."""
    kind = current(kind)
    if widest_reach(kind, by=by, verb="export") is Reach.NONE:
        raise Forbidden if widest_reach(kind, by=by, verb="view") > Reach.NONE else NotFound
    keys = exported_columns(kind, by=by) if columns is None else columns_asked(kind, columns, by=by)
    plan = Plan(kind, by, tuple(dict.fromkeys(keys)), where, search[:200], sort, headings)
    plan.statement(plan.selection(), ["1"])
    return plan


def exported_columns(kind: ObjectType, *, by: Actor) -> list[str]:
    """The id, then every declared field that fits a cell and that the actor may read."""
    gone = hidden(kind, by) | {"id"}
    return ["id", *(each.key for each in kind.fields if each.key not in gone and not isinstance(each.type, LinesType))]


def begin_run(plan: Plan) -> Run:
    """The note that somebody takes this out of the house."""
    run = Run(next_run_id(), uuid7())
    where = "" if plan.where == TRUE else to_text(plan.where)
    asked = {"columns": list(plan.keys), "where": where, "search": plan.search}
    keep_run(run, "export", plan.kind.key, by=plan.by, input=asked)
    return run


def end_run(run_id: int, rows: int) -> None:
    sql.execute("UPDATE objects_run SET done = %s WHERE id = %s", [rows, run_id])
