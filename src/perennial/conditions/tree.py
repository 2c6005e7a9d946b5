"""The condition itself: a frozen tree of groups and clauses. It knows neither fields nor engines."""

from perennial.conditions.clauses.among import Among
from perennial.conditions.clauses.changed import Changed
from perennial.conditions.clauses.compare import Compare
from perennial.conditions.clauses.did import Did
from perennial.conditions.clauses.has import Has
from perennial.conditions.clauses.measure import Measure
from perennial.conditions.clauses.segment import InSegment
from perennial.conditions.clauses.tally import Tally
from perennial.conditions.nodes import (
    FALSE,
    NEVER,
    ONCE,
    TRUE,
    VERSION,
    All,
    Any,
    Bound,
    Condition,
    How,
    Neither,
    Op,
    Scalar,
    Value,
    every,
    walk,
    walk_all,
)
from perennial.conditions.windows import Dates, Earlier, Span, Unit, Window

__all__ = [
    "FALSE",
    "NEVER",
    "ONCE",
    "TRUE",
    "VERSION",
    "All",
    "Among",
    "Any",
    "Bound",
    "Changed",
    "Compare",
    "Condition",
    "Dates",
    "Did",
    "Earlier",
    "Has",
    "How",
    "InSegment",
    "Measure",
    "Neither",
    "Op",
    "Scalar",
    "Span",
    "Tally",
    "Unit",
    "Value",
    "Window",
    "every",
    "walk",
    "walk_all",
]
