"""Conditions as parametrised PostgreSQL.

The SQL is true for the rows that match; for the others it is false or NULL, so use it in WHERE, or say `IS TRUE`.
Only parameters carry what users typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal

from perennial.conditions.core import to_core
from perennial.conditions.resolver import Column, Me, Resolver, Sql
from perennial.conditions.schema import MANY, ColumnType, measured_type
from perennial.conditions.tree import (
    All,
    Among,
    Any,
    Bound,
    Compare,
    Condition,
    Did,
    How,
    Measure,
    Neither,
    Op,
    Value,
    Window,
)  # fmt: skip
from perennial.foundation import clock
from perennial.foundation.text import fold, grams

_CASTS = {
    **dict.fromkeys((ColumnType.TEXT, ColumnType.CHOICE, ColumnType.LIST, ColumnType.TIME), "text"),
    **dict.fromkeys((ColumnType.WHOLE, ColumnType.MEMBER, ColumnType.TEAM, ColumnType.REF, ColumnType.REFS), "bigint"),
    **dict.fromkeys((ColumnType.NUMBER, ColumnType.MONEY), "numeric"),
    ColumnType.FLAG: "boolean",
    ColumnType.MOMENT: "timestamptz",
    ColumnType.DAY: "date",
}
_SIGNS = {Op.EQ: "=", Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">="}


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
    if not isinstance(as_of, Sql):
        as_of = Sql("%s::timestamptz", (as_of or clock.now(),))
    return _boolean(condition, _Frame(resolver, as_of, me, zone).clause)


def json_column(document: str, key: str, type: ColumnType) -> Column:
    """A typed value of a JSONB document, such as a property of an event; NULL where the value has another type."""
    item = f"{document}->%s"
    text = f"{document}->>%s"
    match type:
        case ColumnType.FLAG:
            return Column(f"CASE jsonb_typeof({item}) WHEN 'boolean' THEN ({text})::boolean END", (key, key), type)
        case ColumnType.LIST | ColumnType.REFS:
            items = f"ARRAY(SELECT jsonb_array_elements_text({item}))"
            array = f"{items}::{_CASTS[type]}[]"
            return Column(f"CASE jsonb_typeof({item}) WHEN 'array' THEN {array} END", (key, key), type)
        case ColumnType.MOMENT | ColumnType.DAY:  # datetime() is silent about what is no date, where a cast would raise
            read = f"jsonb_path_query_first_tz({item}, '$.datetime()', '{{}}', true) #>> '{{}}'"
            return Column(f"({read})::{_CASTS[type]}", (key,), type)
        case ColumnType.TEXT | ColumnType.CHOICE | ColumnType.TIME:
            return Column(f"({text})", (key,), type)
    return Column(f"CASE jsonb_typeof({item}) WHEN 'number' THEN ({text})::numeric END", (key, key), type)


def _boolean(condition: Condition, leaf: Callable[[Condition], Sql]) -> Sql:
    match condition:
        case All(children):
            return _joined((_boolean(child, leaf) for child in children), " AND ", "TRUE")
        case Any(children):
            return _joined((_boolean(child, leaf) for child in children), " OR ", "FALSE")
        case Neither(children):
            inner = (_boolean(child, leaf) for child in children)
            return _joined((Sql(f"({sql.text}) IS NOT TRUE", sql.params) for sql in inner), " AND ", "TRUE")
    return leaf(condition)


def _joined(parts: Iterable[Sql], word: str, nothing: str) -> Sql:
    parts = list(parts)
    if not parts:
        return Sql(nothing)
    text = word.join(f"({part.text})" for part in parts) if len(parts) > 1 else parts[0].text
    return Sql(text, tuple(param for part in parts for param in part.params))


def _narrowed(test: Sql, column: Column, part: Value) -> Sql:
    """The test behind the trigram index of the column, where there is one and the part is long enough."""
    parts = grams(fold(str(part))) if column.grams else []
    return Sql(f"{column.grams} @> %s::int[] AND {test.text}", (parts, *test.params)) if parts else test


@dataclass(frozen=True, slots=True)
class _Frame:
    """What a clause is compiled against."""

    resolver: Resolver
    as_of: Sql
    me: Me | None
    zone: tzinfo

    def clause(self, clause: Condition) -> Sql:
        match clause:
            case Compare():
                return self.compare(clause, self.resolver.column(clause.field))
            case Among(field, name):
                return self.among(self.resolver.column(field), name)
            case Did():
                return self.did(clause)
            case Measure():
                column = self.measured(clause)
                return self.compare(Compare(clause.property, clause.op, clause.value), column)
        raise TypeError(f"{clause!r} is no clause")

    def compare(self, clause: Compare, column: Column) -> Sql:
        core = to_core(clause, column.type, me=self.me, zone=self.zone)
        return _boolean(core, lambda part: self._core(part, column))

    def _core(self, clause: Condition, column: Column) -> Sql:
        assert isinstance(clause, Compare)
        sql, params, type, _grams, is_never_blank = column
        value, cast = clause.value, _CASTS[type]
        match clause.op:
            case Op.EMPTY if type in MANY:
                return Sql(f"coalesce(cardinality({sql}), 0) = 0", params)
            case Op.EMPTY if cast == "text" and not is_never_blank:
                return Sql(f"coalesce({sql}, '') = ''", params)
            case Op.EMPTY:
                return Sql(f"{sql} IS NULL", params)
            case Op.CONTAINS if type in MANY:
                return Sql(f"%s::{cast} = ANY({sql})", (value, *params))
            case Op.CONTAINS:
                return _narrowed(Sql(f"strpos(lower({sql}), lower(%s::text)) > 0", (*params, value)), column, value)
            case Op.STARTS_WITH:
                return _narrowed(Sql(f"starts_with(lower({sql}), lower(%s::text))", (*params, value)), column, value)
            case Op.IN:
                sign = f"&& %s::{cast}[]" if type in MANY else f"= ANY(%s::{cast}[])"
                values = value if isinstance(value, tuple) else ()
                alike = [Decimal(str(each)) for each in values] if cast == "numeric" else [*values]
                return Sql(f"{sql} {sign}", (*params, alike))
            case Op.BETWEEN:
                low, high = value if isinstance(value, tuple) else (value, value)
                return Sql(f"{sql} BETWEEN %s::{cast} AND %s::{cast}", (*params, low, high))
            case Op.WITHIN_DAYS | Op.OLDER_THAN_DAYS:
                return self._aged(clause, column)
        return Sql(f"{sql} {_SIGNS[clause.op]} %s::{cast}", (*params, value))

    def _aged(self, clause: Compare, column: Column) -> Sql:
        """Older than N days, or within them: after the start and not in the future."""
        now = self.as_of
        if column.type is ColumnType.DAY:
            now = Sql(f"({now.text} AT TIME ZONE %s)::date", (*now.params, str(self.zone)))
            start = Sql(f"({now.text} - %s::int)", (*now.params, clause.value))
        else:
            start = self._before(clause.value)
        if clause.op is Op.OLDER_THAN_DAYS:
            return Sql(f"{column.sql} <= {start.text}", (*column.params, *start.params))
        text = f"{column.sql} > {start.text} AND {column.sql} <= {now.text}"
        return Sql(text, (*column.params, *start.params, *column.params, *now.params))

    def _before(self, days: object) -> Sql:
        """N days before `as_of`, in hours: a day of an interval would depend on the zone of the session."""
        return Sql(f"({self.as_of.text} - make_interval(hours => 24 * %s::int))", (*self.as_of.params, days))

    def among(self, column: Column, name: str) -> Sql:
        """A few ids are named, so that the planner knows how few and can find them by an index; many are selected."""
        assert self.me is not None
        members = self.me.sets[name]
        if isinstance(members, Sql):
            return Sql(f"{column.sql} IN ({members.text})", (*column.params, *members.params))
        return Sql(f"{column.sql} = ANY(%s::bigint[])", (*column.params, [*members])) if members else Sql("FALSE")

    def did(self, clause: Did) -> Sql:
        text, params = self._happened(clause.event, clause.within, clause.where)
        low, high = clause.times.at_least or 0, clause.times.at_most
        if clause.times == Bound(at_least=1):
            return Sql(f"EXISTS (SELECT 1 {text})", params)
        if high == 0:
            return Sql(f"NOT EXISTS (SELECT 1 {text})", params)
        enough = low if high is None else high + 1
        count = f"(SELECT count(*) FROM (SELECT 1 {text} LIMIT %s) AS few)"
        if high is None:
            return Sql(f"{count} >= %s", (*params, enough, low))
        return Sql(f"{count} BETWEEN %s AND %s", (*params, enough, low, high))

    def measured(self, clause: Measure) -> Column:
        source = self.resolver.events()
        item = source.property(clause.event, clause.property)
        text, params = self._happened(clause.event, clause.within, clause.where)
        type = measured_type(clause.how, item.type)
        if clause.how in (How.FIRST, How.LAST):
            way = "ASC" if clause.how is How.FIRST else "DESC"
            order = f"ORDER BY {source.occurred_at} {way}, {source.id} {way} LIMIT 1"
            value = f"(SELECT {item.sql} {text} AND {item.sql} IS NOT NULL {order})"
            return Column(value, (*item.params, *params, *item.params), type)
        made = {
            How.COUNT: f"count({item.sql})",
            How.SUM: f"coalesce(sum({item.sql}), 0)",
            How.AVERAGE: f"round(avg({item.sql})::numeric, 6)",
        }[clause.how]
        return Column(f"(SELECT {made} {text})", (*item.params, *params), type)

    def _happened(self, event: str, within: Window | None, where: tuple[Compare, ...]) -> Sql:
        """FROM … WHERE … of the events that count."""
        source = self.resolver.events()
        at = source.occurred_at
        tests = [source.matches, Sql(f"{source.type} = %s", (event,))]
        tests.append(Sql(f"{at} <= {self.as_of.text}", self.as_of.params))
        if within:
            start = self._before(within.days)
            tests.append(Sql(f"{at} > {start.text}", start.params))
        tests += [self.compare(test, source.property(event, test.field)) for test in where]
        test = _joined(tests, " AND ", "TRUE")
        return Sql(f"FROM {source.relation.text} WHERE {test.text}", (*source.relation.params, *test.params))
