"""Conditions as Ibis expressions, for the lake (DuckDB by default).

Counting over events and related records becomes one grouped pass over them and a semi-join, never a subquery for each
record. What a clause compiles to is in its own file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import reduce
from operator import and_, or_
from typing import NamedTuple, Protocol

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from perennial.conditions.calendar import start_of_day
from perennial.conditions.clauses import kind_of
from perennial.conditions.clauses.among import Among, among_lake
from perennial.conditions.clauses.compare import Compare
from perennial.conditions.comparing_in_lake import MOMENT, core_ibis, literal
from perennial.conditions.core import to_core
from perennial.conditions.nodes import All, Any, Condition, Neither, Op, Value
from perennial.conditions.resolver import NOT_OFFERED, Me
from perennial.conditions.schema import ColumnType
from perennial.conditions.windows import HOURS, Dates, Earlier, Span, Unit, Window, months_before
from perennial.foundation import clock


class LakeColumn(NamedTuple):
    expr: ir.Value
    type: ColumnType


@dataclass(frozen=True, slots=True)
class LakeEvents:
    """The events of one type: `record` names in `table` the record asked about. `properties` are those that were asked
    for, by their keys: typed columns of `table`, which has nothing more than that."""

    table: ir.Table
    record: ir.Value
    occurred_at: ir.TimestampValue
    id: ir.Value
    properties: Mapping[str, LakeColumn]


@dataclass(frozen=True, slots=True)
class LakeRelation:
    """Related records: the columns of `table` that name the record asked about, since when one counts, and its id.
    `resolver` answers about one of them in a table made of this one, with all its columns and perhaps more."""

    table: ir.Table
    record: str
    since: str
    id: str
    resolver: Callable[[ir.Table], LakeResolver]


@dataclass(frozen=True, slots=True)
class LakeChanges:
    """The changes of a field: `table` has the columns `record`, `at`, `old` and `new`, which are of the `type`."""

    table: ir.Table
    type: ColumnType

    def column(self, rows: ir.Table, name: str) -> LakeColumn:
        return LakeColumn(rows[name], self.type)


class LakeResolver(Protocol):
    """Inherit from it to answer less than everything: what a schema never offers is never asked for."""

    def column(self, field: str) -> LakeColumn: ...

    def key(self) -> tuple[ir.Table, ir.Value]:
        """The records asked about, and their id."""
        raise TypeError(NOT_OFFERED)

    def events(self, type: str, properties: Iterable[str]) -> LakeEvents:
        raise TypeError(NOT_OFFERED)

    def relation(self, key: str, where: Condition, fields: tuple[str, ...]) -> LakeRelation:
        """Related records, with all that the condition and the fields ask of them."""
        raise TypeError(NOT_OFFERED)

    def stays(self, segment: str) -> ir.Table:
        """The stays in a segment: `record`, `entered_at`, `left_at` (NULL for those that last)."""
        raise TypeError(NOT_OFFERED)

    def changes(self, field: str) -> LakeChanges:
        raise TypeError(NOT_OFFERED)


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def timezone(zone: str, at: MOMENT) -> dt.timestamp:  # type: ignore[valid-type]
    """The wall clock of a zone, by the engine's own function of this name."""


@ibis.udf.scalar.builtin(name="timezone")  # type: ignore[untyped-decorator]
def instant_of(zone: str, local: dt.timestamp) -> MOMENT:  # type: ignore[valid-type]
    """The instant that the wall clock of a zone means."""


def compile_ibis(
    condition: Condition,
    resolver: LakeResolver,
    *,
    as_of: ir.TimestampValue | datetime | None = None,
    me: Me | None = None,
    zone: tzinfo = UTC,
) -> ir.BooleanValue:
    """A checked condition as an expression that is true for the rows that match, and false or NULL for the others."""
    instant = None
    if as_of is None or isinstance(as_of, datetime):
        instant = as_of or clock.now()
        return LakeFrame(resolver, literal(instant), instant, as_of is None, me, zone).boolean(condition)
    return LakeFrame(resolver, as_of, None, False, me, zone).boolean(condition)


@dataclass(frozen=True, slots=True)
class Columns(LakeResolver):
    """Columns by name, and nothing else."""

    columns: Mapping[str, LakeColumn]

    def column(self, field: str) -> LakeColumn:
        return self.columns[field]


@dataclass(frozen=True, slots=True)
class LakeFrame:
    """What a clause is compiled against. `instant` is None where as_of differs from row to row."""

    resolver: LakeResolver
    as_of: ir.TimestampValue
    instant: datetime | None
    is_now: bool
    me: Me | None
    zone: tzinfo

    @property
    def by_row(self) -> bool:
        return self.instant is None

    def on(self, resolver: LakeResolver) -> LakeFrame:
        """The same for questions about something else, such as an event or a related record."""
        return replace(self, resolver=resolver)

    def telling(self, columns: Mapping[str, LakeColumn]) -> LakeFrame:
        """The same for questions about these columns alone."""
        return self.on(Columns(columns))

    def at(self, rows: ir.Table) -> LakeFrame:
        """The same over rows that `each_asked` made: the instant asked for is theirs."""
        return replace(self, as_of=rows.asked_at) if self.by_row else self

    def boolean(self, condition: Condition) -> ir.BooleanValue:
        return _boolean(condition, self._clause)

    def _clause(self, clause: Condition) -> ir.BooleanValue:
        if isinstance(clause, Among):
            return among_lake(clause, self)
        answer: ir.BooleanValue = kind_of(clause).lake(clause, self)
        return answer

    def column(self, field: str) -> LakeColumn:
        return self.resolver.column(field)

    def compare(self, op: Op, value: Value, column: LakeColumn) -> ir.BooleanValue:
        core = to_core(Compare("", op, value), column.type, me=self.me, zone=self.zone)
        return _boolean(core, lambda part: core_ibis(part, column, self))

    def each_asked(self, rows: ir.Table, *, record: str = "record", at: str = "at") -> ir.Table:
        """Where as_of differs by row: what had happened to a record by each instant it is asked for, `asked_at`."""
        if not self.by_row:
            return rows
        table, key = self.resolver.key()
        asking = table.select(asked_of=key, asked_at=self.as_of).distinct()
        return asking.join(rows, [asking.asked_of == rows[record], rows[at] <= asking.asked_at])

    def among(self, groups: ir.Table) -> ir.BooleanValue:
        """Whether the record asked about (at the instant it is asked for) is named by one of the rows."""
        _table, key = self.resolver.key()
        if not self.by_row:  # named once for all: the engine makes one set of it, wherever the clause stands
            named: ir.BooleanValue = key.isin(groups.filter(groups.record.notnull()).record)
            return named
        return ((groups.record == key) & (groups.asked_at == self.as_of)).any()

    def happened_by(self, at: ir.TimestampValue, within: Span | None) -> ir.BooleanValue:
        """Whether something had happened by the instant asked for, within the window where there is one."""
        known = at <= self.as_of
        match within:
            case Window(count, unit):
                return known & (at > self.before(count, unit))
            case Earlier(count, unit):
                return at <= self.before(count, unit)
            case Dates(first, last):
                if isinstance(first, date):
                    known &= at >= literal(start_of_day(first, self.zone))
                if isinstance(last, date):
                    known &= at < literal(start_of_day(last + timedelta(days=1), self.zone))
        return known

    def before(self, count: int, unit: Unit = Unit.DAY) -> ir.TimestampValue:
        """So long before the instant asked for."""
        if self.instant is not None:
            if unit is Unit.MONTH:
                return literal(months_before(self.instant, count, self.zone))
            return literal(self.instant - timedelta(hours=HOURS[unit] * count))
        if unit is Unit.MONTH:
            earlier = self.local(self.as_of) - ibis.interval(months=count)
            return instant_of(str(self.zone), earlier)
        return self.as_of - ibis.interval(hours=HOURS[unit] * count)

    def local(self, at: ir.TimestampValue) -> ir.TimestampValue:
        """What the firm's clocks show at an instant."""
        return timezone(str(self.zone), at)


def _boolean(condition: Condition, leaf: Callable[[Condition], ir.BooleanValue]) -> ir.BooleanValue:
    match condition:
        case All(children):
            return reduce(and_, (_boolean(child, leaf) for child in children)) if children else ibis.literal(True)
        case Any(children):
            return reduce(or_, (_boolean(child, leaf) for child in children)) if children else ibis.literal(False)
        case Neither(children):
            inner = _boolean(Any(children), leaf)
            return ~(inner if all(map(_is_certain, children)) else inner.fill_null(False))
    return leaf(condition)


def _is_certain(condition: Condition) -> bool:
    """Whether it is never NULL. What is, is spared a wrapping that would hide a semi-join from the engine."""
    if isinstance(condition, All | Any):
        return all(map(_is_certain, condition.children))
    return not isinstance(condition, Compare | Among)
