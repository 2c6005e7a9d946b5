"""The segments as this process knows them: followed as definitions of fields are, so that naming one costs nothing."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache

from perennial.conditions import Condition, ConditionError, check
from perennial.conditions.jsonform import from_json
from perennial.objects.access import widest_reach
from perennial.objects.made.catalogue import when_built
from perennial.objects.schema import schema_of
from perennial.objects.types import object_types
from perennial.rules.models import Segment, SegmentVersion
from perennial.workspace.actor import Actor
from perennial.workspace.rights import EVERY, Reach

_MEMO = "rules.segments"


class _Definitions:
    number = 0  # of times that they were taken over


@dataclass(frozen=True, slots=True)
class Known:
    """A segment that can be asked for: one that holds, was paused, or is kept by hand. A draft has no members yet."""

    id: int
    key: str
    object_key: str
    name: str
    is_static: bool
    number: int


known: dict[str, Known] = {}
# While it is asked whether somebody may know of one, all are not listed: what is wrong would be told with near names,
# for each of which the same is asked.
is_asking: ContextVar[bool] = ContextVar("is_asking", default=False)


def kept_by_hand(object_keys: list[str]) -> list[Known]:
    """By name."""
    found = (each for each in list(known.values()) if each.is_static and each.object_key in object_keys)
    return sorted(found, key=lambda each: each.name.casefold())


def may_know(segment: Known | Segment, *, by: Actor) -> bool:
    """Whether there is such a segment for the actor: they see records of its kind, and may ask all that its rule asks.
    Else whoever is in it would tell them what their role hides."""
    kind = object_types.get(segment.object_key)
    if kind is None or widest_reach(kind, by=by, verb="view") is Reach.NONE:
        return False
    if segment.is_static or _may_ask_all(by):
        return True
    token = is_asking.set(True)
    try:
        check(_rule(segment.id, segment.number), schema_of(kind, by=by))
    except ConditionError:
        return False
    finally:
        is_asking.reset(token)
    return True


def of_hidden(by: Actor) -> frozenset[str]:
    """The keys of segments of which the actor may not know, retired ones and drafts among them. Nothing for nearly
    everybody; for the others looked up once, until definitions change."""
    if _may_ask_all(by):
        return frozenset()
    memo: tuple[object, frozenset[str]] | None = by.rights.memo.get(_MEMO)
    token = (_Definitions.number, tuple(known.values()))
    if memo is None or memo[0] != token:
        hidden = (each.key for each in Segment.objects.all() if not may_know(each, by=by))
        memo = by.rights.memo[_MEMO] = (token, frozenset(hidden))
    return memo[1]


def _may_ask_all(by: Actor) -> bool:
    """True of nearly everybody: no field and no kind is kept from them."""
    reaches = by.rights.reaches
    seen = (entry.get("view", Reach.NONE) is not Reach.NONE for entry in reaches.values())
    return not by.rights.fields and EVERY in reaches and all(seen)


@lru_cache(maxsize=2_000)
def _rule(segment_id: int, number: int) -> Condition:
    """Versions never change."""
    return from_json(SegmentVersion.objects.values_list("condition", flat=True).get(segment=segment_id, number=number))


def _take_over() -> None:
    _Definitions.number += 1
    _rule.cache_clear()  # another archive may have been loaded, in which the numbers mean others
    rows = Segment.objects.filter(state__in=(Segment.State.LIVE, Segment.State.PAUSED))
    found = rows.values_list("id", "key", "object_key", "name", "is_static", "number")
    now = {row[1]: Known(*row) for row in found}
    for key in set(known) - set(now):
        known.pop(key, None)
    known.update(now)


def _forget() -> None:
    known.clear()
    _rule.cache_clear()


when_built(_take_over, _forget)
