"""How many a rule would select, and some of them, while it is still being typed: asked of the lake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from perennial.conditions.tree import Condition
from perennial.foundation.libraries import on_demand
from perennial.objects.types import ObjectType
from perennial.workspace.actor import Actor

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from perennial.lake import kept, records
else:  # with them come the engines, which stand idle in a process that nobody asks
    kept, records = on_demand("perennial.lake.kept"), on_demand("perennial.lake.records")

SAMPLE = 6
_CLASSES = 4 * SAMPLE  # the records are dealt into so many heaps, and one of each may be shown
_MIXED, _PRIME = 7919, 1_000_003
_ROOM = 1 << 40  # for an id, beside its mixed form


@dataclass(frozen=True, slots=True)
class Preview:
    """`sample` are ids of a few, drawn without regard to their order."""

    count: int
    sample: tuple[int, ...] = ()


def count(kind: ObjectType, rule: Condition, *, by: Actor, as_of: datetime | None = None) -> int:
    """How many of the records that the actor may see match. `rule` has been checked against the kind's schema."""
    with kept.kept_lake(by) as lake:
        return int(lake.answer(records.told_of(lake, kind, by=by, fields=(), where=rule, as_of=as_of).id.count()))


def preview(kind: ObjectType, rule: Condition, *, by: Actor, as_of: datetime | None = None) -> Preview:
    """The count with a sample, by one pass over the same rows."""
    with kept.kept_lake(by) as lake:
        found = records.told_of(lake, kind, by=by, fields=(), where=rule, as_of=as_of)
        heaps = {f"heap_{number}": _drawn(found.id, number) for number in range(_CLASSES)}
        answer = dict(lake.answer(found.aggregate(count=found.count(), **heaps))[0])
    drawn = sorted(each for name, each in answer.items() if name != "count" and each is not None)
    return Preview(int(answer["count"]), tuple(each % _ROOM for each in drawn[:SAMPLE]))


def _drawn(id: ir.IntegerValue, heap: int) -> ir.IntegerScalar:
    """The id of the heap whose mixed form is the least, behind that form: drawn alike on every engine."""
    mixed = (id * _MIXED) % _PRIME
    least: ir.IntegerScalar = (mixed * _ROOM + id).min(where=mixed % _CLASSES == heap)
    return least
