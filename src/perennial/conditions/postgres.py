"""Conditions as parametrised PostgreSQL.

The SQL is true for the rows that match; for the others it is false or NULL, so use it in WHERE, or say `IS TRUE`.
Only parameters carry what users typed. What a clause compiles to is in its own file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from perennial.conditions.calendar import start_of_day
from perennial.conditions.clauses import kind_of
from perennial.conditions.clauses.among import Among, among_sql
from perennial.conditions.clauses.compare import Compare
from perennial.conditions.comparing import core_sql
from perennial.conditions.core import to_core
from perennial.conditions.nodes import All, Any, Condition, Neither, Op, Value
from perennial.conditions.resolver import Column, Me, Resolver, Sql, joined, json_column
from perennial.conditions.windows import HOURS, Dates, Earlier, Span, Unit, Window
from perennial.foundation import clock

__all__ = ["compile_condition", "json_column"]


def compile_condition(
    condition: Condition,
    resolver: Resolver,
    *,
    as_of: Sql | datetime | None = None,
    me: Me | None = None,
    zone: tzinfo = UTC,
) -> Sql:
    """A checked condition as SQL over the resolver's columns.

    `as_of` is the instant that windows end at and after which nothing has happened yet: a moment, a `timestamptz`
    expression (one instant a row), or None for the business clock. `zone` says where days begin.
    """
    is_now = as_of is None
    if not isinstance(as_of, Sql):
        as_of = Sql("%s::timestamptz", (as_of or clock.now(),))
    return Frame(resolver, as_of, is_now, me, zone).boolean(condition)


@dataclass(frozen=True, slots=True)
class Frame:
    """What a clause is compiled against."""

    resolver: Resolver
    as_of: Sql
    is_now: bool
    me: Me | None
    zone: tzinfo

    def on(self, resolver: Resolver) -> Frame:
        """The same for questions about something else, such as an event or a related record."""
        return replace(self, resolver=resolver)

    def boolean(self, condition: Condition) -> Sql:
        return _boolean(condition, self._clause)

    def _clause(self, clause: Condition) -> Sql:
        return among_sql(clause, self) if isinstance(clause, Among) else kind_of(clause).postgres(clause, self)

    def column(self, field: str) -> Column:
        return self.resolver.column(field)

    def compare(self, op: Op, value: Value, column: Column) -> Sql:
        core = to_core(Compare("", op, value), column.type, me=self.me, zone=self.zone)
        return _boolean(core, lambda part: core_sql(part, column, self))

    def happened_by(self, at: str, within: Span | None) -> Sql:
        """Whether something had happened by the instant asked for, within the window where there is one."""
        known = Sql(f"{at} <= {self.as_of.text}", self.as_of.params)
        match within:
            case Window(count, unit):
                start = self.before(count, unit)
                return joined((known, Sql(f"{at} > {start.text}", start.params)), " AND ", "TRUE")
            case Earlier(count, unit):
                end = self.before(count, unit)
                return Sql(f"{at} <= {end.text}", end.params)
            case Dates(first, last):
                parts = [known]
                if first is not None:
                    parts.append(Sql(f"{at} >= %s::timestamptz", (start_of_day(first, self.zone),)))
                if last is not None:
                    end_of_it = start_of_day(last + timedelta(days=1), self.zone)
                    parts.append(Sql(f"{at} < %s::timestamptz", (end_of_it,)))
                return joined(parts, " AND ", "TRUE")
        return known

    def before(self, count: object, unit: Unit = Unit.DAY) -> Sql:
        """So long before `as_of`; in hours, because a day of an interval would depend on the zone of the session."""
        if unit is Unit.MONTH:
            zone = str(self.zone)
            local = f"({self.as_of.text} AT TIME ZONE %s) - make_interval(months => %s::int)"
            return Sql(f"(({local}) AT TIME ZONE %s)", (*self.as_of.params, zone, count, zone))
        return Sql(
            f"({self.as_of.text} - make_interval(hours => {HOURS[unit]} * %s::int))", (*self.as_of.params, count)
        )


def _boolean(condition: Condition, leaf: Callable[[Condition], Sql]) -> Sql:
    match condition:
        case All(children):
            return joined((_boolean(child, leaf) for child in children), " AND ", "TRUE")
        case Any(children):
            return joined((_boolean(child, leaf) for child in children), " OR ", "FALSE")
        case Neither(children):
            inner = (_boolean(child, leaf) for child in children)
            return joined((Sql(f"({sql.text}) IS NOT TRUE", sql.params) for sql in inner), " AND ", "TRUE")
    return leaf(condition)
