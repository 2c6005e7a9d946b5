"""The `Merging` contract: how records of a kind become one.

A room declares it from `apps.ready()`:

    register_merger(Merger("customers.person", merge="customers.merge_customers", unmerge="customers.unmerge"))

Both are actions. The first is run on the records, with `winner` (who stays) and `fields` (field → whose value is kept);
the second on the winner, with `loser`. A kind that declares none has no duplicates to decide on.
"""

from __future__ import annotations

from dataclasses import dataclass

from perennial.objects.actions import actions
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import Actor


@dataclass(frozen=True, slots=True)
class Merger:
    object_key: str
    merge: str
    unmerge: str


mergers: dict[str, Merger] = {}


def register_merger(declared: Merger) -> Merger:
    """Refuses a kind that is declared already."""
    if declared.object_key in mergers:
        raise ValueError(f"How {declared.object_key} is merged is declared twice.")
    mergers[declared.object_key] = declared
    return declared


def merger_of(kind: ObjectType) -> Merger | None:
    return mergers.get(kind.key)


def may_merge(kind: ObjectType, by: Actor) -> bool:
    merger = merger_of(kind)
    act = actions.get(merger.merge) if merger else None
    return act is not None and by.reach(kind.key, act.verb) > 0 and (not act.permission or by.may(act.permission))


def merged_kinds(by: Actor) -> list[ObjectType]:
    """The kinds whose duplicates this actor may look at: those of which they may see records."""
    kinds = [object_types[key] for key in mergers if key in object_types]
    return [kind for kind in kinds if by.reach(kind.key, "view") > 0]
