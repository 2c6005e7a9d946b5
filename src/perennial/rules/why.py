"""Why a record is in or out: which clause holds, and the value, event, change or stay that decides it.

Asked of PostgreSQL, as whoever asks: a value that they may not read is missing for them, and so is what follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from perennial.conditions import Condition
from perennial.conditions.clauses.happening import happened
from perennial.conditions.postgres import Frame, compile_condition
from perennial.conditions.resolver import Me, Sql
from perennial.conditions.sentence import to_sentence
from perennial.conditions.tree import All, Changed, Compare, Did, InSegment, Measure, Neither
from perennial.conditions.tree import Any as AnyOf
from perennial.foundation import clock
from perennial.foundation.errors import NotFound
from perennial.foundation.sql import fetch
from perennial.objects.access import me_for
from perennial.objects.columns import KindResolver, Tables
from perennial.objects.query import allowed_ids
from perennial.objects.schema import schema_of
from perennial.objects.types import ObjectType, current
from perennial.objects.zones import firm_zone
from perennial.workspace.actor import Actor

SHOWN = 3  # events of a clause, the latest


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a clause was decided by: an event (`id`, `type`), a change or a stay at an instant, or the `value` of the
    field as it is stored."""

    at: datetime | None = None
    id: str = ""
    type: str = ""
    field: str = ""
    value: Any = None


@dataclass(frozen=True, slots=True)
class Reason:
    """A node of the rule with its answer. `decided` says whether the parts it joins are needed to see why."""

    condition: Condition
    sentence: str
    holds: bool
    parts: tuple[Reason, ...] = ()
    evidence: tuple[Evidence, ...] = ()


def why(
    kind: ObjectType, rule: Condition, record_id: int, *, by: Actor, as_of: datetime | None = None
) -> Reason:  # fmt: skip
    """The rule as a tree of answers about one record, now or at an instant. `rule` has been checked. Raises `NotFound`
    when the record is not the actor's to see. Two statements, and one for each clause with something to show."""
    kind = current(kind)
    if record_id not in allowed_ids(kind, [record_id], by=by, verb="view"):
        raise NotFound
    instant = as_of or clock.now()
    asked = _Asked(kind, by, record_id, instant, is_now=as_of is None)
    leaves = list(_leaves(rule))
    answers = dict(zip(leaves, asked.answers(leaves), strict=True))
    return _reason(rule, answers, asked)


@dataclass(frozen=True, slots=True)
class _Asked:
    kind: ObjectType
    by: Actor
    record_id: int
    instant: datetime
    is_now: bool

    def answers(self, leaves: list[Condition]) -> list[bool]:
        """Whether each holds, by one statement."""
        if not leaves:
            return []
        tables, me = self._tables(leaves)
        resolver, zone = KindResolver(tables), firm_zone()
        as_of = None if self.is_now else self.instant
        tests = [compile_condition(each, resolver, as_of=as_of, me=me, zone=zone) for each in leaves]
        selected = ", ".join(f"({test.text}) IS TRUE" for test in tests)
        params = tuple(param for test in tests for param in test.params)
        return list(self._one(tables, Sql(selected, params))[0])

    def values(self, fields: list[str]) -> dict[str, Any]:
        """The values that comparisons ask about, as they are stored."""
        if not fields:
            return {}
        tables, _me = self._tables([])
        columns = [KindResolver(tables).column(field) for field in fields]
        selected = ", ".join(column.sql for column in columns)
        params = tuple(param for column in columns for param in column.params)
        return dict(zip(fields, self._one(tables, Sql(selected, params))[0], strict=True))

    def events(self, clause: Did | Measure) -> list[tuple[Any, ...]]:
        """The latest events that count for a clause: id, type, when."""
        tables, me = self._tables([clause])
        frame = Frame(
            KindResolver(tables), Sql("%s::timestamptz", (self.instant,)), self.is_now, me, firm_zone()
        )  # fmt: skip
        rows, source = happened(frame, clause.event, clause.within, clause.where)
        some = Sql(
            f"found.* FROM {{source}}, LATERAL (SELECT {source.id}::text, {source.type}, {source.occurred_at} AS at"
            f" {rows.text} ORDER BY {source.occurred_at} DESC LIMIT {SHOWN}) AS found", rows.params,
        )  # fmt: skip
        base = tables.sql()
        return fetch(
            f"SELECT {some.text.format(source=base.text)} WHERE {tables.alias}.id = %s ORDER BY found.at DESC",
            (*base.params, *some.params, self.record_id),
        )

    def changes(self, clause: Changed) -> list[tuple[Any, ...]]:
        """When the field changed so, the latest."""
        tables, me = self._tables([clause])
        frame = Frame(
            KindResolver(tables), Sql("%s::timestamptz", (self.instant,)), self.is_now, me, firm_zone()
        )  # fmt: skip
        source = frame.resolver.changes(clause.field)
        known = frame.happened_by(source.occurred_at, clause.within)
        base = tables.sql()
        return fetch(
            f"SELECT {source.occurred_at}, {source.new.sql} FROM {base.text}, {source.relation.text}"
            f" WHERE {tables.alias}.id = %s AND ({source.matches.text}) AND ({known.text})"
            f" ORDER BY {source.occurred_at} DESC LIMIT {SHOWN}",
            (*source.new.params, *base.params, *source.relation.params, self.record_id, *source.matches.params,
             *known.params),
        )  # fmt: skip

    def stay(self, segment: str) -> list[tuple[Any, ...]]:
        """The latest stay in a segment, up to the instant."""
        return fetch(
            "SELECT t.entered_at, t.left_at FROM rules_stay t JOIN rules_segment s ON s.id = t.segment_id"
            " WHERE s.key = %s AND t.record_id = %s AND t.entered_at <= %s ORDER BY t.entered_at DESC LIMIT 1",
            (segment, self.record_id, self.instant),
        )

    def _tables(self, asked: list[Condition]) -> tuple[Tables, Me]:
        me = me_for(Me(self.by.user_id, self.by.team_ids, absent_ids=self.by.absent_ids), self.by, *asked)
        return Tables(self.kind, self.by, me), me

    def _one(self, tables: Tables, selected: Sql) -> list[tuple[Any, ...]]:
        source = tables.sql()
        return fetch(
            f"SELECT {selected.text} FROM {source.text} WHERE {tables.alias}.id = %s",
            (*selected.params, *source.params, self.record_id),
        )


def _leaves(rule: Condition) -> Iterator[Condition]:
    if isinstance(rule, All | AnyOf | Neither):
        for child in rule.children:
            yield from _leaves(child)
    else:
        yield rule


def _reason(rule: Condition, answers: dict[Condition, bool], asked: _Asked) -> Reason:
    sentence = to_sentence(rule, schema_of(asked.kind, by=asked.by))
    if not isinstance(rule, All | AnyOf | Neither):
        return Reason(rule, sentence, answers[rule], evidence=tuple(_evidence(rule, asked)))
    parts = tuple(_reason(child, answers, asked) for child in rule.children)
    held = [part.holds for part in parts]
    holds = all(held) if isinstance(rule, All) else any(held) if isinstance(rule, AnyOf) else not any(held)
    return Reason(rule, sentence, holds, parts)


def _evidence(clause: Condition, asked: _Asked) -> Iterator[Evidence]:
    match clause:
        case Compare(field):
            yield Evidence(field=field, value=asked.values([field])[field])
        case Did() | Measure():
            yield from (Evidence(at, id, type) for id, type, at in asked.events(clause))
        case Changed(field):
            yield from (Evidence(at, field=field, value=new) for at, new in asked.changes(clause))
        case InSegment(segment):
            yield from (Evidence(entered, value=left) for entered, left in asked.stay(segment))
