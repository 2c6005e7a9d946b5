"""The `Merging` contract: how records of a kind become one.

A room declares it from `apps.ready()`:

    register_merger(Merger("customers.person", merge="customers.merge_customers", unmerge="customers.unmerge"))

Both are actions. The first is run on the records, with `winner` (who stays) and `fields` (field → whose value is kept);
the second on the winner, with `loser`. Kinds that declare none are merged as `plain` does, if nothing forbids it: what
hangs on another record is not merged by itself, nor is a kind at whose rows tables point that no field declares.

Pairs are looked for (`compared_kinds`) among the kinds that declare a merger and those that users made; two tasks may
well be alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import ForeignObjectRel

from perennial.objects.actions import actions
from perennial.objects.made.keys import PREFIX
from perennial.objects.types import ObjectType, Through, object_types
from perennial.workspace.actor import Actor

MERGE, UNMERGE = "objects.merge", "objects.unmerge"


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


class _Chosen(Collection[str]):
    """Keys of kinds, asked anew each time: users make kinds while we run."""

    def __init__(self, *, with_own: bool) -> None:
        self.with_own = with_own

    def __contains__(self, key: object) -> bool:
        kind = object_types.get(str(key))
        return kind is not None and ((kind.key in mergers and self.with_own) or _is_plain(kind))

    def __iter__(self) -> Iterator[str]:
        return (key for key in object_types if key in self)

    def __len__(self) -> int:
        return sum(1 for _key in self)


PLAIN: Collection[str] = _Chosen(with_own=False)  # merged as `plain` does
MERGED: Collection[str] = _Chosen(with_own=True)  # all that can be merged


def merger_of(kind: ObjectType) -> Merger | None:
    return mergers.get(kind.key) or (Merger(kind.key, MERGE, UNMERGE) if kind.key in PLAIN else None)


def may_merge(kind: ObjectType, by: Actor) -> bool:
    merger = merger_of(kind)
    act = actions.get(merger.merge) if merger else None
    return act is not None and by.reach(kind.key, act.verb) > 0 and (not act.permission or by.may(act.permission))


def compared_kinds() -> list[ObjectType]:
    """The kinds whose records are compared with each other, those of the code first."""
    made = [kind for key, kind in object_types.items() if key.startswith(PREFIX)]
    return [*(object_types[key] for key in sorted(mergers) if key in object_types), *made]


def is_compared(kind: ObjectType) -> bool:
    return kind.key in mergers or kind.key.startswith(PREFIX)


def merged_kinds(by: Actor) -> list[ObjectType]:
    """The kinds whose duplicates this actor may look at: those of which they may see records."""
    return [kind for kind in compared_kinds() if by.reach(kind.key, "view") > 0]


def may_merge_some(by: Actor) -> bool:
    return any(may_merge(kind, by) for kind in merged_kinds(by))


def _is_plain(kind: ObjectType) -> bool:
    if kind.key in mergers or kind.parts or isinstance(kind.access, Through):
        return False
    return kind.can_edit and kind.can_delete and not _is_pointed_at(kind)


def _is_pointed_at(kind: ObjectType) -> bool:
    """Whether rows point at it that are no field of a record: its room must say what becomes of those."""
    pointing = [
        each for each in kind.model._meta.get_fields(include_hidden=True)
        if isinstance(each, ForeignObjectRel) and not isinstance(each.related_model, str)
    ]  # fmt: skip
    if not pointing:
        return False
    declared: set[tuple[str, str | None]] = {
        (each.table, field.sql_column) for each in object_types.values() for field in each.fields
    }
    return any((each.related_model._meta.db_table, each.field.column) not in declared for each in pointing)
