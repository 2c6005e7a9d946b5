"""The condition language: how everything in Perennial asks "which records?".

List filters, permissions, stages and (later) segments are conditions. A condition is a small frozen tree; it can be
typed as text, read as a sentence, kept as JSON, and compiled for PostgreSQL and for the lake. Nothing here knows an
object: a `Schema` says what may be asked, a `Resolver` where it is found; `objects` brings both.

Words: a *clause* asks one thing: `Compare` a field, `Did` an event happen, `Measure` many events, `Has` related
records, `Tally` a value of them, `InSegment`, `Changed` a field. *Groups* join clauses (`All`, `Any`, `Neither`). A
*window* is a stretch of time before the instant asked for, `as_of`. What a clause asks of events and of related records
(`where`) is a condition in turn.

    >>> from perennial.conditions.text import parse, to_text
    >>> loyal = parse('stage = "retention" and did commerce.order_placed at least 2 times within 90 days')
    >>> loyal.children[1]  # doctest: +NORMALIZE_WHITESPACE
    Did(event='commerce.order_placed', times=Bound(at_least=2, at_most=None),
        within=Window(count=90, unit=<Unit.DAY: 'day'>), where=All(children=()))
    >>> to_text(Neither((loyal, Compare("owner", Op.ME))))  # doctest: +NORMALIZE_WHITESPACE
    'none of (stage = "retention" and did commerce.order_placed at least 2 times within 90 days, owner is me)'

    >>> from perennial.conditions.jsonform import from_json, to_json
    >>> to_json(Compare("spent", Op.GE, 500))
    {'version': 2, 'field': 'spent', 'op': 'ge', 'value': 500}
    >>> from_json({"version": 1, "any": []}) == FALSE
    True

Whatever comes from outside is checked before it is compiled, and refused with a sentence:

    >>> class People(Schema):
    ...     def field(self, key):
    ...         return {"spent": FieldInfo("spent", "Spent", ColumnType.MONEY)}.get(key)
    ...     def event(self, key):
    ...         return None
    >>> check(Compare("name", Op.EMPTY), People())
    Traceback (most recent call last):
    ...
    perennial.conditions.errors.ConditionError: There is no field “name” here. (In: name is empty)

A resolver gives each field its SQL; users' words reach the statement only as parameters:

    >>> from datetime import UTC, datetime
    >>> from perennial.conditions.postgres import compile_condition
    >>> from perennial.conditions.resolver import Column
    >>> class Table:
    ...     def column(self, field):
    ...         return Column(f"c.{field}", (), ColumnType.MONEY)
    >>> compile_condition(Compare("spent", Op.NE, 500), Table(), as_of=datetime(2026, 5, 31, tzinfo=UTC))
    Sql(text='(c.spent = %s::numeric) IS NOT TRUE', params=(500,))

Invariants: a missing value is different from every value, so `ne`, `not_in` and `Neither` are true complements;
every clause that depends on time uses `as_of`, and nothing after it has happened; what an operator means is said
once, in `core`, for all engines; one test holds the engines to a slow reference.

Files: nodes, windows and schema (what a condition is made of, what may be asked); a file in `clauses` for each kind of
clause, with everything the language does with it; text, writing, jsonform, jsonschema and sentence (the forms); check
(limits and sense); core, resolver, postgres and lake (the meaning); rewinding (what the past does not know).
"""

from perennial.conditions.check import check
from perennial.conditions.errors import ConditionError
from perennial.conditions.schema import ColumnType, EventInfo, FieldInfo, RelationInfo, Schema
from perennial.conditions.tree import (
    FALSE,
    TRUE,
    All,
    Any,
    Bound,
    Changed,
    Compare,
    Condition,
    Dates,
    Did,
    Earlier,
    Has,
    How,
    InSegment,
    Measure,
    Neither,
    Op,
    Tally,
    Unit,
    Window,
)

__all__ = [
    "FALSE",
    "TRUE",
    "All",
    "Any",
    "Bound",
    "Changed",
    "ColumnType",
    "Compare",
    "Condition",
    "ConditionError",
    "Dates",
    "Did",
    "Earlier",
    "EventInfo",
    "FieldInfo",
    "Has",
    "How",
    "InSegment",
    "Measure",
    "Neither",
    "Op",
    "RelationInfo",
    "Schema",
    "Tally",
    "Unit",
    "Window",
    "check",
]
