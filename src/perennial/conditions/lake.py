"""Conditions as Ibis expressions, for the lake (DuckDB by default).

Counting over events becomes one grouped pass over them and a semi-join, never a subquery for each record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from functools import reduce
from operator import and_, or_
from typing import NamedTuple, Protocol

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from perennial.conditions.core import ORDERS, made_of_nothing, to_core
from perennial.conditions.resolver import Me
from perennial.conditions.schema import MANY, ColumnType, measured_type
from perennial.conditions.tree import (
    All,
    Among,
    Any,
    Compare,
    Condition,
    Did,
    How,
    Measure,
    Neither,
    Op,
    Scalar,
    Value,
    Window,
)
from perennial.foundation import clock

_MOMENT = dt.Timestamp(timezone="UTC")
_SUM = dt.Decimal(38, 10)  # room on both sides of the point for any number that may be asked


class LakeColumn(NamedTuple):
    expr: ir.Value
    type: ColumnType


@dataclass(frozen=True, slots=True)
class LakeEvents:
    """The events of the lake: `record` names in `table` the record that `key` names in the table asked about, `rows`.

    `property` (of an event type and a key) is a typed column of `table`.
    """

    rows: ir.Table
    key: ir.Value
    table: ir.Table
    record: ir.Value
    type: ir.StringValue
    occurred_at: ir.TimestampValue
    id: ir.Value
    property: Callable[[str, str], LakeColumn]


class LakeResolver(Protocol):
    def column(self, field: str) -> LakeColumn: ...

    def events(self) -> LakeEvents: ...


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def timezone(zone: str, at: _MOMENT) -> dt.timestamp:  # type: ignore[valid-type]
    """The wall clock of a zone, by the engine's own function of this name."""


def compile_ibis(
    condition: Condition,
    resolver: LakeResolver,
    *,
    as_of: ir.TimestampValue | datetime | None = None,
    me: Me | None = None,
    zone: tzinfo = UTC,
) -> ir.BooleanValue:
    """A checked condition as an expression that is true for the rows that match, and false or NULL for the others."""
    if as_of is None or isinstance(as_of, datetime):
        as_of = as_of or clock.now()
        moment = ibis.literal(as_of.astimezone(UTC), type=_MOMENT)
        return _boolean(condition, _Frame(resolver, moment, False, me, zone).clause)
    return _boolean(condition, _Frame(resolver, as_of, True, me, zone).clause)


def _boolean(condition: Condition, leaf: Callable[[Condition], ir.BooleanValue]) -> ir.BooleanValue:
    match condition:
        case All(children):
            return reduce(and_, (_boolean(child, leaf) for child in children)) if children else ibis.literal(True)
        case Any(children):
            return reduce(or_, (_boolean(child, leaf) for child in children)) if children else ibis.literal(False)
        case Neither(children):
            return ~_boolean(Any(children), leaf).fill_null(False)
    return leaf(condition)


@dataclass(frozen=True, slots=True)
class _Frame:
    resolver: LakeResolver
    as_of: ir.TimestampValue
    by_row: bool  # whether as_of differs from row to row
    me: Me | None
    zone: tzinfo

    def clause(self, clause: Condition) -> ir.BooleanValue:
        match clause:
            case Compare():
                return self.compare(clause, self.resolver.column(clause.field), self.as_of)
            case Among(field, name):
                assert self.me is not None
                among: ir.BooleanValue = self.resolver.column(field).expr.isin(self.me.sets[name])
                return among
            case Did():
                return self.did(clause)
            case Measure():
                return self.measure(clause)
        raise TypeError(f"{clause!r} is no clause")

    def compare(self, clause: Compare, column: LakeColumn, as_of: ir.TimestampValue) -> ir.BooleanValue:
        core = to_core(clause, column.type, me=self.me, zone=self.zone)
        return _boolean(core, lambda part: self._core(part, column, as_of))

    def _core(self, clause: Condition, column: LakeColumn, as_of: ir.TimestampValue) -> ir.BooleanValue:
        assert isinstance(clause, Compare)
        expr, type = column
        match clause.op:
            case Op.EMPTY if type in MANY:
                return expr.length().fill_null(0) == 0
            case Op.EMPTY if isinstance(expr, ir.StringValue):
                return expr.fill_null("") == ""
            case Op.EMPTY:
                return expr.isnull()
            case Op.CONTAINS if type in MANY:
                return expr.contains(_literal(clause.value))
            case Op.CONTAINS:
                return expr.lower().contains(_literal(clause.value).lower())
            case Op.STARTS_WITH:
                return expr.lower().startswith(_literal(clause.value).lower())
            case Op.IN if type in MANY:
                return reduce(or_, (expr.contains(_literal(item)) for item in _many(clause.value)))
            case Op.IN:
                return expr.isin([_literal(item) for item in _many(clause.value)])
            case Op.BETWEEN:
                low, high = _many(clause.value)
                return expr.between(_literal(low), _literal(high))
            case Op.WITHIN_DAYS | Op.OLDER_THAN_DAYS:
                return self._aged(clause, column, as_of)
        return ORDERS[clause.op](expr, _literal(clause.value))

    def _aged(self, clause: Compare, column: LakeColumn, as_of: ir.TimestampValue) -> ir.BooleanValue:
        days = int(str(clause.value))
        if column.type is ColumnType.DAY:
            now = timezone(str(self.zone), as_of).date()
            start = now - ibis.interval(days=days)
        else:
            now, start = as_of, _before(as_of, days)
        if clause.op is Op.OLDER_THAN_DAYS:
            return column.expr <= start
        return (column.expr > start) & (column.expr <= now)

    def did(self, clause: Did) -> ir.BooleanValue:
        low, high = clause.times.at_least or 0, clause.times.at_most
        groups = self._grouped(self._happened(clause.event, clause.within, clause.where), lambda t: t.count())
        answer: ir.BooleanValue = ibis.literal(True)
        if low:
            answer &= self._among(groups.filter(groups.made >= low))
        if high is not None:
            answer &= ~self._among(groups.filter(groups.made > high))
        return answer

    def measure(self, clause: Measure) -> ir.BooleanValue:
        property_type = self.resolver.events().property(clause.event, clause.property).type
        happened = self._happened(clause.event, clause.within, clause.where, clause.property)
        happened = happened.filter(happened.measured.notnull())
        groups = self._grouped(happened, lambda t: _made(clause.how, t))
        test = Compare(clause.property, clause.op, clause.value)
        column = LakeColumn(groups.made, measured_type(clause.how, property_type))
        answer = self.compare(test, column, groups.as_of if self.by_row else self.as_of).fill_null(False)
        if made_of_nothing(clause, column.type, me=self.me, zone=self.zone):
            return ~self._among(groups.filter(~answer))  # true for the records that have no event at all
        return self._among(groups.filter(answer))

    def _happened(
        self, event: str, within: Window | None, where: tuple[Compare, ...], measured: str | None = None
    ) -> ir.Table:
        """The events that count: `record`, `at`, `id`, `measured`; once for each `as_of` where it differs by row."""
        source = self.resolver.events()
        asked = {f"asked_{i}": source.property(event, test.field) for i, test in enumerate(where)}
        columns = {name: column.expr for name, column in asked.items()}
        if measured is not None:
            columns["measured"] = source.property(event, measured).expr
        happened = source.table.filter(source.type == event).select(
            record=source.record, at=source.occurred_at, id=source.id, **columns
        )
        as_of = self.as_of
        if self.by_row:
            asking = source.rows.select(asking=source.key, as_of=self.as_of).distinct()
            happened = asking.join(happened, [asking.asking == happened.record, happened["at"] <= asking.as_of])
            as_of = happened.as_of
        tests = [happened["at"] <= as_of]
        if within:
            tests.append(happened["at"] > _before(as_of, within.days))
        for test, (name, column) in zip(where, asked.items(), strict=True):
            tests.append(self.compare(test, LakeColumn(happened[name], column.type), as_of))
        return happened.filter(tests)

    def _grouped(self, happened: ir.Table, made: Callable[[ir.Table], ir.Value]) -> ir.Table:
        return happened.group_by(["record", "as_of"] if self.by_row else ["record"]).aggregate(made=made)

    def _among(self, groups: ir.Table) -> ir.BooleanValue:
        """Whether the record asked about (at the instant it is asked for) is one of the groups."""
        same = groups.record == self.resolver.events().key
        if self.by_row:
            same &= groups.as_of == self.as_of
        return same.any()


def _made(how: How, happened: ir.Table) -> ir.Value:
    value = happened.measured
    match how:
        case How.COUNT:
            return value.count()
        case How.SUM:
            return value.sum().cast(_SUM) if isinstance(value, ir.DecimalValue) else value.sum()
        case How.AVERAGE:
            return value.mean().round(6)
        case How.FIRST:
            return value.first(order_by=[happened["at"], happened["id"]])
        case How.LAST:
            return value.first(order_by=[happened["at"].desc(), happened["id"].desc()])


def _before(as_of: ir.TimestampValue, days: int) -> ir.TimestampValue:
    return as_of - ibis.interval(hours=24 * days)


def _many(value: Value) -> tuple[Scalar, ...]:
    return value if isinstance(value, tuple) else ()


def _literal(value: Value) -> ir.Scalar:
    if isinstance(value, datetime):
        return ibis.literal(value.astimezone(UTC), type=_MOMENT)
    if isinstance(value, Decimal):  # left to itself, Ibis rounds to three decimals
        scale = max(0, -int(value.as_tuple().exponent))
        return ibis.literal(value, type=dt.Decimal(max(18, len(f"{abs(value):f}")), scale))
    return ibis.literal(value)
