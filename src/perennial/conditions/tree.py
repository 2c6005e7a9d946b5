"""The condition itself: a frozen tree of clauses. It knows neither fields nor engines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

VERSION = 1

Scalar = str | int | bool | Decimal | date | datetime
Value = Scalar | tuple[Scalar, ...] | None


class Op(StrEnum):
    """What can be asked of a value. `schema.OPERATORS` says of which type, `schema.SHAPES` compared with what."""

    EQ = "eq"  # of many: one of them is
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    BETWEEN = "between"  # both ends belong to it
    IN = "in"  # of a list: has any of
    NOT_IN = "not_in"
    CONTAINS = "contains"  # of text: in any case of letters; of a list: has the item
    STARTS_WITH = "starts_with"
    EMPTY = "empty"
    FILLED = "filled"
    BEFORE = "before"
    AFTER = "after"
    WITHIN_DAYS = "within_days"  # in the last N days
    OLDER_THAN_DAYS = "older_than_days"
    ME = "me"
    MY_TEAM = "my_team"


class How(StrEnum):
    """How a measure makes one value of many events."""

    SUM = "sum"
    COUNT = "count"
    AVERAGE = "average"
    FIRST = "first"
    LAST = "last"


class Condition:
    """The base of all nodes and clauses."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class All(Condition):
    """True when every child is true; `TRUE` has none."""

    children: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any(Condition):
    """True when some child is true; `FALSE` has none."""

    children: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Neither(Condition):
    """True when no child is true: the complement of `Any`, also for values that are missing."""

    children: tuple[Condition, ...]


TRUE = All(())
FALSE = Any(())


@dataclass(frozen=True, slots=True)
class Compare(Condition):
    """A field, a fact or (in `where`) a property of an event, compared with a value."""

    field: str
    op: Op
    value: Value = None


@dataclass(frozen=True, slots=True)
class Among(Condition):
    """A field that holds an id is among the ids of a set that `Me` knows by this name, such as what was shared with me.

    For rights alone: it has no text form, and nobody can type it.
    """

    field: str
    set: str


@dataclass(frozen=True, slots=True)
class Window:
    """The last N days before the instant the condition is asked for: N times 24 hours."""

    days: int


@dataclass(frozen=True, slots=True)
class Bound:
    """How often: at least, at most, or both. `Bound(at_most=0)` is "never"."""

    at_least: int | None = None
    at_most: int | None = None


ONCE = Bound(at_least=1)
NEVER = Bound(at_most=0)


@dataclass(frozen=True, slots=True)
class Did(Condition):
    """The record did an event so many times, where the properties of the event match."""

    event: str
    times: Bound = ONCE
    within: Window | None = None
    where: tuple[Compare, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure(Condition):
    """One value made of a property of many events, compared. The sum and the count of no event are 0, the rest empty.

    Events without the property do not count. First and last go by time; an average is rounded to six decimals.
    """

    event: str
    property: str
    how: How
    op: Op
    value: Value = None
    within: Window | None = None
    where: tuple[Compare, ...] = ()


def walk(condition: Condition) -> Iterator[tuple[int, Condition]]:
    """Every node with its depth (the root has 1), without recursion: hostile trees may be deep."""
    waiting = [(1, condition)]
    while waiting:
        depth, node = waiting.pop()
        yield depth, node
        if isinstance(node, All | Any | Neither):
            waiting.extend((depth + 1, child) for child in reversed(node.children))


def every(*conditions: Condition) -> Condition:
    """True when all of them are, with no more groups than it needs; `TRUE` for none."""
    parts = [part for each in conditions for part in (each.children if isinstance(each, All) else (each,))]
    return parts[0] if len(parts) == 1 else All(tuple(parts))
