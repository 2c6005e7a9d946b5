"""Walking through the records that refer to the one on its way: each of their orders, tasks, boats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pydantic import Field

from perennial.automation.definition.asked import Asked, fault_of
from perennial.automation.definition.limits import MOST_RELATED
from perennial.automation.definition.scope import Scope
from perennial.automation.definition.steps import Step, StepKind, Steps, register_step
from perennial.automation.running.going import Going, Move, Traveller
from perennial.conditions import TRUE, Condition
from perennial.conditions.resolver import Sql
from perennial.foundation.sql import fetch
from perennial.objects.access import widest_reach
from perennial.objects.fields import RefType
from perennial.objects.schema import schema_of
from perennial.objects.statements import selection
from perennial.objects.stored import sql_of
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

BODY = "steps"


class LoopStep(Step):
    """`object` are the records, `field` the reference of theirs that points here. They are walked through in the order
    in which they were made, the latest `most` of them."""

    kind: Literal["loop"] = "loop"
    object: Annotated[str, Field(max_length=80)]
    field: Annotated[str, Field(max_length=80)]
    where: Asked = TRUE
    most: Annotated[int, Field(ge=1, le=MOST_RELATED)] = 50
    steps: Steps = ()


def points_at(kind: ObjectType, object_key: str) -> bool:
    """Whether a reference to `object_key` may name a record of the kind: to it, or to a union that it is a part of."""
    target = object_types.get(object_key)
    return target is not None and (target.key == kind.key or kind.key in target.parts or target.key in kind.parts)


def _items(step: LoopStep, scope: Scope | None) -> ObjectType | None:
    return object_types.get(step.object)


def _check(step: LoopStep, scope: Scope) -> Iterator[str]:
    kind = object_types.get(step.object)
    if kind is None or widest_reach(kind, by=scope.by, verb="view") is Reach.NONE:
        yield _("Choose the records to walk through.")
        return
    declared = kind.field(step.field)
    points = (
        declared is not None and isinstance(declared.type, RefType) and points_at(scope.kind, declared.type.object_key)
    )
    if not points or schema_of(kind, by=scope.by).field(step.field) is None:
        yield _("“%(field)s” does not lead from there to here.") % {"field": step.field}
    if fault := fault_of(step.where, schema_of(kind, by=scope.by)):
        yield fault
    if not step.steps:
        yield _("Add a step to the loop.")


def _sentence(step: LoopStep, scope: Scope) -> str:
    kind = object_types.get(step.object)
    return _("For each of their %(things)s") % {"things": str(kind.label_plural) if kind else step.object}


def _ways(step: LoopStep) -> Mapping[str, tuple[Step, ...]]:
    return {BODY: step.steps}


def _execute(step: LoopStep, travellers: Sequence[Traveller], going: Going) -> dict[int, Move]:
    """Whoever comes anew gets the list of records; whoever comes back goes on with the next."""
    new = [each for each in travellers if step.key not in each.context.get("loops", {})]
    related = _related(step, going, {each.record_id for each in new}) if new else {}
    moves: dict[int, Move] = {}
    for each in travellers:
        loops = dict(each.context.get("loops", {}))
        ids = loops[step.key]["ids"][1:] if step.key in loops else related.get(each.record_id, [])
        if not ids:
            loops.pop(step.key, None)
            moves[each.run_id] = Move(context={**each.context, "loops": loops}, sentence=_("no more"))
            continue
        loops[step.key] = {"ids": ids}
        said = ngettext("%(n)d left", "%(n)d left", len(ids)) % {"n": len(ids)}
        moves[each.run_id] = Move(way=BODY, context={**each.context, "loops": loops}, sentence=said)
    return moves


def _related(step: LoopStep, going: Going, ids: set[int]) -> dict[int, list[int]]:
    kind = object_types.get(step.object)
    declared = kind.field(step.field) if kind else None
    if kind is None or declared is None:
        return {}
    return related_ids(kind, sql_of(declared, "r"), ids, step.where, most=step.most, by=going.by)


def related_ids(
    kind: ObjectType, column: str, ids: set[int], where: Condition, *, most: int, by: Actor
) -> dict[int, list[int]]:
    """By record those that refer to it, by one statement."""
    chosen = selection(kind, by=by, verb="view", where=where)
    rank = f"row_number() OVER (PARTITION BY {column} ORDER BY {chosen.tables.alias}.id DESC)"
    inner = chosen.statement(
        f"{column} AS parent, {chosen.tables.alias}.id AS id, {rank} AS rank",
        also=[Sql(f"{column} = ANY(%s::bigint[])", (list(ids),))],
    )
    found: dict[int, list[int]] = defaultdict(list)
    for parent, id in fetch(f"SELECT f.parent, f.id FROM ({inner.text}) f WHERE f.rank <= %s ORDER BY f.id",
                            [*inner.params, most]):  # fmt: skip
        found[parent].append(id)
    return found


register_step(
    StepKind("loop", LoopStep, gettext_lazy("Loop"), "repeat", _execute, _sentence, _check, _ways, again=True,
             items=_items)
)  # fmt: skip
