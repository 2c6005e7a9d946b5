"""The pairs that wait for somebody: only those whose records the actor may both see."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from perennial.conditions.resolver import Sql
from perennial.foundation.errors import NotFound
from perennial.foundation.sql import fetch
from perennial.objects.duplicates.models import Duplicate
from perennial.objects.statements import selection
from perennial.objects.types import ObjectType
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Verb

_COUNTED = 1_000  # more pairs are only "more than"


@dataclass(frozen=True, slots=True)
class Pair:
    """`reasons`: (field, whether both have the same)."""

    id: int
    one_id: int
    other_id: int
    confidence: float
    reasons: tuple[tuple[str, bool], ...]
    state: str


def open_pairs(
    kind: ObjectType, *, by: Actor, least: float = 0.0, after: tuple[float, int] | None = None, limit: int = 50,
    verb: Verb = "view",
) -> list[Pair]:  # fmt: skip
    """Surest first, `after` the confidence and id of the last one. One statement."""
    tests = [Sql("d.object_key = %s AND d.state = %s AND d.confidence >= %s", (kind.key, Duplicate.State.OPEN, least))]
    if after is not None:
        tests.append(Sql("(d.confidence < %s OR (d.confidence = %s AND d.id > %s))", (after[0], after[0], after[1])))
    return _read(kind, tests, by=by, verb=verb, tail=Sql(" ORDER BY d.confidence DESC, d.id LIMIT %s", (limit,)))


def pair_of(kind: ObjectType, pair_id: int, *, by: Actor) -> Pair:
    """One, whatever its state. Raises `NotFound`."""
    found = _read(kind, [Sql("d.object_key = %s AND d.id = %s", (kind.key, pair_id))], by=by, tail=Sql(""))
    if not found:
        raise NotFound
    return found[0]


def pairs_with(kind: ObjectType, record_id: int, *, by: Actor, limit: int = 5) -> list[Pair]:
    """The open pairs that a record is in."""
    tests = [
        Sql("d.object_key = %s AND d.state = %s AND (d.one_id = %s OR d.other_id = %s)",
            (kind.key, Duplicate.State.OPEN, record_id, record_id))
    ]  # fmt: skip
    return _read(kind, tests, by=by, tail=Sql(" ORDER BY d.confidence DESC, d.id LIMIT %s", (limit,)))


def decided_pairs(kind: ObjectType, state: str, *, by: Actor, limit: int = 50) -> list[Pair]:
    """What was decided last. Of a merged pair one record is hidden by now, which its rights do not mind."""
    tests = [Sql("d.object_key = %s AND d.state = %s", (kind.key, state))]
    tail = Sql(" ORDER BY d.decided_at DESC, d.id LIMIT %s", (limit,))
    return _read(kind, tests, by=by, tail=tail, with_deleted=True)


def waiting_kinds() -> set[str]:
    """The keys of the kinds of which pairs are open, whoever may see them."""
    return {key for (key,) in fetch("SELECT DISTINCT object_key FROM objects_duplicate WHERE state = 'open'")}


def count_open(kind: ObjectType, *, by: Actor, least: float = 0.0) -> tuple[int, bool]:
    """How many there are, and whether there are more than could be counted."""
    found = open_pairs(kind, by=by, least=least, limit=_COUNTED + 1)
    return min(len(found), _COUNTED), len(found) > _COUNTED


def _read(
    kind: ObjectType, tests: Sequence[Sql], *, by: Actor, verb: Verb = "view", tail: Sql,
    with_deleted: bool = False,
) -> list[Pair]:  # fmt: skip
    chosen = selection(kind, by=by, verb=verb, with_deleted=with_deleted)
    alias = chosen.tables.alias
    sides = [chosen.statement("1", also=[Sql(f"{alias}.id = d.{side}_id")]) for side in ("one", "other")]
    where = [*tests, *(Sql(f"EXISTS ({side.text})", side.params) for side in sides)]
    rows = fetch(
        "SELECT d.id, d.one_id, d.other_id, d.confidence, d.reasons::text, d.state FROM objects_duplicate d WHERE "
        + " AND ".join(f"({each.text})" for each in where)
        + tail.text,
        [*(param for each in where for param in each.params), *tail.params],
    )
    return [
        Pair(id, one, other, confidence, tuple((field, is_same) for field, is_same in json.loads(reasons)), state)
        for id, one, other, confidence, reasons, state in rows
    ]
