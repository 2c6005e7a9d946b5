"""The condition language: how everything in Perennial asks "which records?".

List filters, permissions, stages and (later) segments are conditions. A condition is a small frozen tree; it can be
typed as text, read as a sentence, kept as JSON, and compiled for PostgreSQL and for the lake.
"""

from perennial.conditions.check import check
from perennial.conditions.errors import ConditionError
from perennial.conditions.schema import ColumnType, EventInfo, FieldInfo, Schema
from perennial.conditions.tree import (
    FALSE,
    TRUE,
    All,
    Any,
    Bound,
    Compare,
    Condition,
    Did,
    How,
    Measure,
    Neither,
    Op,
    Window,
)  # fmt: skip

__all__ = [
    "FALSE", "TRUE", "All", "Any", "Bound", "ColumnType", "Compare", "Condition", "ConditionError", "Did", "EventInfo",
    "FieldInfo", "How", "Measure", "Neither", "Op", "Schema", "Window", "check",
]  # fmt: skip
