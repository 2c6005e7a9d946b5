"""What every condition is made of: groups, and the words that clauses share. A clause is in a file of `clauses`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

VERSION = 2

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
    """How one value is made of many."""

    SUM = "sum"
    COUNT = "count"
    AVERAGE = "average"
    FIRST = "first"
    LAST = "last"


class Condition:
    """The base of all groups and clauses."""

    __slots__ = ()

    def within_it(self) -> tuple[Condition, ...]:
        """The conditions inside a clause that ask about something else than the record: its events, related ones."""
        return ()


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
class Bound:
    """How often: at least, at most, or both. `Bound(at_most=0)` is "never"."""

    at_least: int | None = None
    at_most: int | None = None


ONCE = Bound(at_least=1)
NEVER = Bound(at_most=0)


def walk(condition: Condition) -> Iterator[tuple[int, Condition]]:
    """Every node that asks about the record itself, with its depth (the root has 1), without recursion: hostile trees
    may be deep. What a clause asks of events and related records is not among them; `walk_all` goes there too."""
    return _walk(condition, False)


def walk_all(condition: Condition) -> Iterator[tuple[int, Condition]]:
    """Every node wherever it stands."""
    return _walk(condition, True)


def _walk(condition: Condition, goes_in: bool) -> Iterator[tuple[int, Condition]]:
    waiting = [(1, condition)]
    while waiting:
        depth, node = waiting.pop()
        yield depth, node
        if isinstance(node, All | Any | Neither):
            waiting.extend((depth + 1, child) for child in reversed(node.children))
        elif goes_in:
            waiting.extend((depth + 1, inner) for inner in node.within_it())


def every(*conditions: Condition) -> Condition:
    """True when all of them are, with no more groups than it needs; `TRUE` for none."""
    parts = [part for each in conditions for part in (each.children if isinstance(each, All) else (each,))]
    return parts[0] if len(parts) == 1 else All(tuple(parts))
