"""What a definition comes to in SQL: the value of each record, and when time alone will change it.

A compiled fact is a SELECT of (record_id, value, flips_at) for the records asked about, or for everybody. It reads the
whole set at once, grouped: a fact of a million records costs one pass over what it is made of.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from perennial.conditions.postgres import compile_condition
from perennial.conditions.resolver import Column, EventSource, Sql
from perennial.conditions.schema import ColumnType
from perennial.conditions.tree import Condition
from perennial.objects.access import me_of
from perennial.objects.belonging import pairs_of
from perennial.objects.columns import Tables, event_property
from perennial.objects.formulas.compiling import compiled, finished
from perennial.objects.formulas.scope import Kind, Scope
from perennial.objects.record_fields import field_of
from perennial.objects.schema import KindSchema
from perennial.objects.stored import sql_of
from perennial.objects.types import ObjectType, object_types
from perennial.objects.zones import firm_zone
from perennial.rules.facts.checking import condition_on, property_schema
from perennial.rules.facts.models import MadeFact
from perennial.rules.facts.options import FROM_ZERO, EventOptions, FormulaOptions, RecordOptions, options_of
from perennial.workspace.actor import SYSTEM

_LARGEST = "1e14::numeric"  # what a number may not reach, as in formulas: what is beyond is empty
_LONGEST = 200  # letters of a text
DB_TYPES = {
    "whole": "bigint", "number": "numeric", "money": "numeric", "text": "text", "flag": "boolean", "day": "date",
    "moment": "timestamptz",
}  # fmt: skip
_KINDS = {"number": Kind.NUMBER, "money": Kind.MONEY, "text": Kind.TEXT, "flag": Kind.FLAG, "day": Kind.DAY,
          "moment": Kind.MOMENT}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """`ids` of None are all records."""

    now: datetime
    ids: list[int] | None = None
    zone: tzinfo = field(default_factory=firm_zone)


@dataclass(frozen=True, slots=True)
class _Properties:
    """`conditions.Resolver` of the properties of one type of event `e`."""

    event: str

    def column(self, field: str) -> Column:
        return event_property(self.event, field)

    def events(self) -> EventSource:
        raise TypeError("a condition on an event's properties asks nothing else")


def values_sql(fact: MadeFact, asked: Asked) -> Sql:
    """Every record that there is, with its value or none. Raises what `checking` would where it cannot be asked."""
    kind = object_types[fact.object_key]
    options = options_of(fact.form, fact.options)
    if isinstance(options, FormulaOptions):
        return _computed(kind, fact, options, asked)
    made = _from_events(kind, fact, options, asked) if isinstance(options, EventOptions) else _from_records(
        kind, fact, options, asked
    )  # fmt: skip
    value = "coalesce(m.value, 0)" if options.how in FROM_ZERO else "m.value"
    alive = _alive(kind, asked, also="LEFT JOIN made m ON m.record_id = r.id")
    return Sql(
        f"WITH made AS ({made.text}) SELECT r.id AS record_id, ({value})::{DB_TYPES[fact.result]} AS value, m.flips_at"
        f" FROM {alive.text}",
        (*made.params, *alive.params),
    )


def _alive(kind: ObjectType, asked: Asked, *, also: str = "") -> Sql:
    """FROM … WHERE … of the records `r` that are asked about, joined with what `also` says."""
    tables = Tables(kind, SYSTEM, me_of(SYSTEM))
    where = tables.alive(by=SYSTEM, verb="view")
    mine = " AND r.id = ANY(%s::bigint[])" if asked.ids is not None else ""
    params = (*where.params, *(() if asked.ids is None else (asked.ids,)))
    source = tables.sql()
    return Sql(f"{source.text} {also} WHERE ({where.text}){mine}", (*source.params, *params))


def _from_events(kind: ObjectType, fact: MadeFact, options: EventOptions, asked: Asked) -> Sql:
    pairs = pairs_of(kind.key)
    record, source, tie = "e.subject_id", "timeline_event e", Sql("e.subject_kind = %s AND ", (kind.key,))
    if pairs is not None:
        record, source = "w.record_id", f"({pairs}) w JOIN timeline_event e ON e.profile_id = w.profile_id"
        tie = Sql("")
    value = event_property(options.event, options.of) if options.of else Column("1", (), ColumnType.WHOLE)
    schema = property_schema(kind, options.event, by=SYSTEM)
    where = _where(condition_on(options.where, schema), _Properties(options.event), asked) if schema else Sql("FALSE")
    rows = Sql(
        f"SELECT {record} AS record_id, e.occurred_at AS at, e.id, {_cleaned(value.sql, fact.result)} AS value"
        f" FROM {source} WHERE {tie.text}e.type = %s AND ({where.text})",
        (*value.params, *tie.params, options.event, *where.params),
    )
    return _grouped(rows, record, "e.occurred_at", fact, options, asked)


def _from_records(kind: ObjectType, fact: MadeFact, options: RecordOptions, asked: Asked) -> Sql:
    source_key, _slash, through_key = options.relation.partition("/")
    source = object_types[source_key]
    through, dated = field_of(source, through_key), field_of(source, options.dated_by)
    taken = field_of(source, options.of) if options.of else None
    assert through is not None
    assert dated is not None
    tables = Tables(source, SYSTEM, me_of(SYSTEM), "s")
    where = tables.where(condition_on(options.where, KindSchema(source)), is_trusted=False)
    alive = tables.alive(by=SYSTEM, verb="view")
    record, at = sql_of(through, "s"), sql_of(dated, "s")
    if dated.type.column is ColumnType.DAY:
        at = f"(({at})::timestamp AT TIME ZONE '{asked.zone}')"
    joined = tables.sql()
    rows = Sql(
        f"SELECT {record} AS record_id, {at} AS at, s.id, {_cleaned(sql_of(taken, 's') if taken else '1', fact.result)}"
        f" AS value FROM {joined.text} WHERE ({alive.text}) AND ({where.text}) AND {record} IS NOT NULL"
        f" AND {at} IS NOT NULL",
        (*joined.params, *alive.params, *where.params),
    )
    return _grouped(rows, record, at, fact, options, asked)


def _grouped(rows: Sql, record: str, at: str, fact: MadeFact, options: EventOptions | RecordOptions,
             asked: Asked) -> Sql:  # fmt: skip
    """(record_id, value, flips_at) of those that have any row that counts now, or will."""
    text, params = rows
    window = None if options.within_days is None else timedelta(hours=24 * options.within_days)
    if window is not None:
        text, params = f"{text} AND {at} > %s", (*params, asked.now - window)
    if asked.ids is not None:
        text, params = f"{text} AND {record} = ANY(%s::bigint[])", (*params, asked.ids)
    counts = "FILTER (WHERE at <= %s)"
    value = {
        "count": f"count(*) {counts}", "sum": f"sum(value) {counts}", "average": f"avg(value) {counts}",
        "least": f"min(value) {counts}", "greatest": f"max(value) {counts}",
        "first": "(array_agg(value ORDER BY at, id) FILTER (WHERE at <= %s AND value IS NOT NULL))[1]",
        "last": "(array_agg(value ORDER BY at DESC, id DESC) FILTER (WHERE at <= %s AND value IS NOT NULL))[1]",
        "first_at": f"min(at) {counts}", "last_at": f"max(at) {counts}",
    }[options.how]  # fmt: skip
    if fact.result in ("number", "money"):
        value = f"round({_within(value)}, {options.places})"
    now = (asked.now,) * value.count("%s")
    flips, also = "min(at) FILTER (WHERE at > %s)", (asked.now,)
    if window is not None:
        flips, also = f"least({flips}, min(at) FILTER (WHERE at <= %s) + %s)", (*also, asked.now, window)  # type: ignore[assignment]
    return Sql(
        f"SELECT record_id, {value} AS value, {flips} AS flips_at FROM ({text}) counted GROUP BY record_id",
        (*now, *also, *params),
    )


def _computed(kind: ObjectType, fact: MadeFact, options: FormulaOptions, asked: Asked) -> Sql:
    """A formula that asks what day it is flips when the day ends, in the firm's zone."""
    value = compiled(options.formula, Scope(kind, "r"))
    sql = finished(value, options.places) if value.kind is _KINDS[fact.result] else "NULL"
    alive = _alive(kind, asked)
    flips = "NULL::timestamptz"
    params: tuple[object, ...] = ()
    if "today" in options.formula.lower():
        tomorrow = asked.now.astimezone(asked.zone).date() + timedelta(days=1)
        flips, params = "%s::timestamptz", (datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=asked.zone),)
    return Sql(
        f"SELECT r.id AS record_id, ({sql})::{DB_TYPES[fact.result]} AS value, {flips} AS flips_at FROM {alive.text}",
        (*params, *alive.params),
    )


def _cleaned(sql: str, result: str) -> str:
    match result:
        case "number" | "money":
            return _within(f"({sql})::numeric")
        case "text":
            return f"NULLIF(left(({sql})::text, {_LONGEST}), '')"
    return sql


def _within(sql: str) -> str:
    """The number, or nothing where it is too large; said once, for it may hold parameters."""
    return f"NULLIF(NULLIF(greatest(least({sql}, {_LARGEST}), -{_LARGEST}), {_LARGEST}), -{_LARGEST})"


def _where(condition: Condition, resolver: _Properties, asked: Asked) -> Sql:
    return compile_condition(condition, resolver, as_of=asked.now, zone=asked.zone)  # type: ignore[arg-type]
