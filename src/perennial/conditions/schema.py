"""What may be asked: the fields and events that a condition can name, their types, and the operators of each type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from perennial.conditions.nodes import How, Op, Scalar
from perennial.foundation.errors import Text


class ColumnType(StrEnum):
    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    MONEY = "money"
    FLAG = "flag"
    MOMENT = "moment"
    DAY = "day"
    CHOICE = "choice"
    MEMBER = "member"  # the id of a user
    TEAM = "team"
    REF = "ref"  # the id of another record
    LIST = "list"  # of texts
    REFS = "refs"  # the ids of several records
    TIME = "time"  # of day, a text such as "09:30"


MANY = frozenset({ColumnType.LIST, ColumnType.REFS})  # of these, "is" means that the value is one of them


class Shape(StrEnum):
    """What stands on the right of an operator."""

    NONE = "none"
    ONE = "one"
    PAIR = "pair"
    MANY = "many"
    DAYS = "days"


SHAPES: Mapping[Op, Shape] = {
    **dict.fromkeys((Op.EMPTY, Op.FILLED, Op.ME, Op.MY_TEAM), Shape.NONE),
    **dict.fromkeys((Op.IN, Op.NOT_IN), Shape.MANY),
    **dict.fromkeys((Op.WITHIN_DAYS, Op.OLDER_THAN_DAYS), Shape.DAYS),
    Op.BETWEEN: Shape.PAIR,
}


def shape(op: Op) -> Shape:
    return SHAPES.get(op, Shape.ONE)


_SAME = (Op.EQ, Op.NE, Op.IN, Op.NOT_IN, Op.EMPTY, Op.FILLED)
_ORDER = (Op.LT, Op.LE, Op.GT, Op.GE, Op.BETWEEN)
_NUMERIC = _SAME[:4] + _ORDER + _SAME[4:]
_CALENDAR = (
    Op.EQ, Op.NE, *_ORDER, Op.BEFORE, Op.AFTER, Op.WITHIN_DAYS, Op.OLDER_THAN_DAYS, Op.EMPTY, Op.FILLED,
)  # fmt: skip

OPERATORS: Mapping[ColumnType, tuple[Op, ...]] = {
    ColumnType.TEXT: (Op.CONTAINS, Op.STARTS_WITH, *_SAME),
    ColumnType.WHOLE: _NUMERIC,
    ColumnType.NUMBER: _NUMERIC,
    ColumnType.MONEY: _NUMERIC,
    ColumnType.FLAG: (Op.EQ, Op.NE, Op.EMPTY, Op.FILLED),
    ColumnType.MOMENT: _CALENDAR,
    ColumnType.DAY: _CALENDAR,
    ColumnType.CHOICE: _SAME,
    ColumnType.MEMBER: (Op.ME, Op.MY_TEAM, *_SAME),
    ColumnType.TEAM: (Op.MY_TEAM, *_SAME),
    ColumnType.REF: _SAME,
    ColumnType.LIST: (Op.CONTAINS, *_SAME),
    ColumnType.REFS: _SAME,
    ColumnType.TIME: (Op.EQ, Op.NE, *_ORDER, Op.BEFORE, Op.AFTER, Op.EMPTY, Op.FILLED),
}


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """What a condition may know of a field, a fact or a property of an event.

    `choices` are the only values a choice may have, with their labels. `show` names a value for people where the
    choices do not (a user, a record). `ops` narrows what the type allows. `named` are values that have a name among
    others that have none, for those who type the name (countries, users).
    """

    key: str
    label: Text
    type: ColumnType
    choices: tuple[tuple[str, Text], ...] = ()
    ops: tuple[Op, ...] = ()
    show: Callable[[Scalar], str] | None = None
    named: Callable[[], Iterable[tuple[Scalar, Text]]] | None = None

    def operators(self) -> tuple[Op, ...]:
        return self.ops or OPERATORS[self.type]


@dataclass(frozen=True, slots=True)
class EventInfo:
    """An event type as conditions see it. The label reads after "did": "place an order", or is the event's name."""

    key: str
    label: Text
    properties: Mapping[str, FieldInfo] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RelationInfo:
    """Records of another kind that refer to the record. The label is theirs ("Orders"), `one` that of one of them;
    `schema` is what may be asked of one. `since` is the field of the instant from which it counts."""

    key: str
    label: Text
    schema: Schema
    one: Text = ""
    since: str = ""


class Schema(Protocol):
    """What an object offers to conditions. All answer None for what is unknown, or not the actor's to see.

    Inherit from it to offer less than everything.
    """

    def field(self, key: str) -> FieldInfo | None:
        return None

    def event(self, key: str) -> EventInfo | None:
        return None

    def relation(self, key: str) -> RelationInfo | None:
        """The related records of this key."""
        return None

    def segment(self, key: str) -> Text | None:
        """The name of a segment of such records."""
        return None

    def change(self, key: str) -> FieldInfo | None:
        """A field whose changes are known."""
        return None

    def was_known(self, key: str) -> bool:
        """Whether the value that a field had at an earlier instant is known."""
        return self.change(key) is not None

    # What there is, for menus, for completion and for those who mistype. A schema may know more than it lists.

    def fields(self) -> Iterable[FieldInfo]:
        return ()

    def events(self) -> Iterable[EventInfo]:
        return ()

    def relations(self) -> Iterable[RelationInfo]:
        return ()

    def segments(self) -> Iterable[tuple[str, Text]]:
        """Keys and names."""
        return ()

    def adjectives(self) -> Iterable[tuple[Text, str]]:
        """Conditions of such records that have a name ("Open"), in the exact text form."""
        return ()


def measured_type(how: How, property_type: ColumnType) -> ColumnType:
    """The type of the value that a measure makes."""
    if how is How.COUNT:
        return ColumnType.WHOLE
    if how in (How.SUM, How.AVERAGE):
        return ColumnType.MONEY if property_type is ColumnType.MONEY else ColumnType.NUMBER
    return property_type


def measured_info(how: How, info: FieldInfo) -> FieldInfo:
    """The same of a field."""
    type = measured_type(how, info.type)
    return info if type is info.type else FieldInfo(info.key, info.label, type)


SUMMABLE = frozenset({ColumnType.WHOLE, ColumnType.NUMBER, ColumnType.MONEY})
