"""What a metric counts: a small typed tree, frozen, that knows neither fields nor engines.

Sources are records with a moment, or events. Everything else says what is made of the rows of a source in a period.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from perennial.conditions.tree import TRUE, Condition


@dataclass(frozen=True, slots=True)
class Records:
    """Records of a kind, each in the period of its moment `at` (a field of type moment). `of` is the field that refers
    to whom they count for ("customer"); without it they count for themselves."""

    kind: str
    at: str
    of: str = ""
    where: Condition = TRUE


@dataclass(frozen=True, slots=True)
class Events:
    """Events of a type that happened to records of a kind; `where` asks of their properties."""

    type: str
    kind: str
    where: Condition = TRUE


Source = Records | Events


class Flowing(StrEnum):
    """How the rows of a period become one number."""

    COUNT = "count"
    SUM = "sum"
    AVERAGE = "average"


@dataclass(frozen=True, slots=True)
class Flow:
    """Rows of the period counted, or a value of theirs (a field, a property) added up or averaged."""

    source: Source
    how: Flowing = Flowing.COUNT
    value: str = ""


class Which(StrEnum):
    """Whom a period counts."""

    ALL = "all"  # everybody with a row in it
    NEW = "new"  # whose first row ever lies in it
    RETURNING = "returning"  # with a row in it and an earlier one before it
    YEAR_BEFORE = "year_before"  # with a row in the 365 days before it


@dataclass(frozen=True, slots=True)
class Subjects:
    """How many different records the rows of the period count for."""

    source: Source
    which: Which = Which.ALL


@dataclass(frozen=True, slots=True)
class Standing:
    """How many records stand at each value at the end of the period: the value is what the last event of a type said.

    The value is a dimension by itself.
    """

    type: str
    kind: str
    property: str


@dataclass(frozen=True, slots=True)
class Age:
    """Days since a moment of theirs, on average, over the records that had it at the end of the period."""

    kind: str
    since: str
    where: Condition = TRUE


Plain = Flow | Subjects | Standing | Age


@dataclass(frozen=True, slots=True)
class Ratio:
    """One number beside another of the same period; empty where the lower is zero."""

    top: Plain
    bottom: Plain


Expression = Plain | Ratio


def parts_of(expression: Expression) -> tuple[Plain, ...]:
    return (expression.top, expression.bottom) if isinstance(expression, Ratio) else (expression,)


def source_of(part: Plain) -> Source | None:
    return part.source if isinstance(part, Flow | Subjects) else None


def kind_of(part: Plain) -> str:
    """The kind whose right to view decides who sees the number."""
    return part.source.kind if isinstance(part, Flow | Subjects) else part.kind
