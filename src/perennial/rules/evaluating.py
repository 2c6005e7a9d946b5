"""Asking a rule: of some records, for live work, or of everybody.

The house asks (`SYSTEM`), so that a segment is the same for everyone. For live work the events of those touched are
read once for all rules, into a small table of the connection's own that stands in for the log: the log's many parts
would have to be planned for each rule anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from perennial.conditions import Condition
from perennial.conditions.postgres import compile_condition
from perennial.conditions.resolver import ChangeSource, Column, EventSource, Me, RelationSource, Resolver, Sql
from perennial.conditions.tree import Span, Window
from perennial.conditions.windows import HOURS
from perennial.foundation.sql import execute, fetch
from perennial.objects.belonging import pairs_of
from perennial.objects.columns import KindResolver, Tables
from perennial.objects.types import ObjectType, current
from perennial.objects.zones import firm_zone
from perennial.workspace.actor import SYSTEM

_LOG = "timeline_event"
_AT_HAND = "rules_event"
_MANY = 200  # records whose events are worth a look at how many there are
_LONGEST_MONTH = 31
_RULES_AT_ONCE = 20  # in one statement


@dataclass(frozen=True, slots=True)
class Difference:
    """A record that is to enter a segment, or to leave it."""

    segment_id: int
    record_id: int
    enters: bool


@dataclass(frozen=True, slots=True)
class _AtHand(Resolver):
    """The kind's own resolver, but for the events of the record itself, which are at hand."""

    inner: KindResolver

    def column(self, field: str) -> Column:
        return self.inner.column(field)

    def events(self) -> EventSource:
        source = self.inner.events()
        relation = source.relation
        return replace(source, relation=Sql(relation.text.replace(_LOG, _AT_HAND), relation.params))

    def relation(self, key: str) -> RelationSource:
        return self.inner.relation(key)

    def member(self, segment: str, as_of: Sql | None) -> Sql:
        return self.inner.member(segment, as_of)

    def changes(self, field: str) -> ChangeSource:
        return self.inner.changes(field)


def fitting(
    kind: ObjectType,
    condition: Condition,
    *,
    among: bool = False,
    at_hand: bool = False,
    as_of: datetime | None = None,
) -> Sql:
    """SELECT the ids of the records for which the condition holds now, or held at an instant; with `among` only those
    of %s, an array of ids that is the last parameter."""
    kind = current(kind)
    tables = Tables(kind, SYSTEM, Me(None))
    resolver = KindResolver(tables)
    holds = compile_condition(
        condition, _AtHand(resolver) if at_hand else resolver, as_of=as_of, me=Me(None), zone=firm_zone()
    )
    alive = tables.alive(by=SYSTEM, verb="view")
    source = tables.sql()
    text = f"SELECT {tables.alias}.id FROM {source.text} WHERE ({alive.text}) AND ({holds.text})"
    if among:
        text += f" AND {tables.alias}.id = ANY(%s::bigint[])"
    return Sql(text, (*source.params, *alive.params, *holds.params))


class Asked(NamedTuple):
    """A rule, and of whom it is asked."""

    segment_id: int
    kind: ObjectType
    condition: Condition
    ids: Sequence[int]


def differences(asked: Sequence[Asked], *, at_hand: bool = False) -> list[Difference]:
    """Those of the ids whose membership is not what its rule says now. One statement for many rules: each by itself
    is answered sooner than a connection can be asked again."""
    found: list[Difference] = []
    for start in range(0, len(asked), _RULES_AT_ONCE):
        arms = [_difference(each, at_hand=at_hand) for each in asked[start : start + _RULES_AT_ONCE]]
        rows = fetch(" UNION ALL ".join(arm.text for arm in arms), [param for arm in arms for param in arm.params])
        found += [Difference(*row) for row in rows]
    return found


def _difference(asked: Asked, *, at_hand: bool) -> Sql:
    segment_id, kind, condition, ids = asked
    fits = fitting(kind, condition, among=True, at_hand=at_hand and pairs_of(kind.key) is not None)
    return Sql(
        f"(WITH fits AS MATERIALIZED ({fits.text}), inside AS (SELECT record_id AS id FROM rules_stay"
        " WHERE segment_id = %s AND left_at IS NULL AND record_id = ANY(%s::bigint[]))"
        " SELECT %s::bigint, coalesce(f.id, i.id), f.id IS NOT NULL FROM fits f FULL JOIN inside i ON i.id = f.id"
        " WHERE f.id IS NULL OR i.id IS NULL)",
        (*fits.params, list(ids), segment_id, list(ids), segment_id),
    )


def bring_events(
    touched: Mapping[str, Collection[int]], types: Mapping[str, Iterable[Span | None]], *, now: datetime
) -> None:
    """Put the events of these records (by kind) and types at hand, as far back as somebody asks."""
    execute(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS {_AT_HAND} (LIKE {_LOG}) ON COMMIT DELETE ROWS;"
        f" CREATE INDEX IF NOT EXISTS {_AT_HAND}_profile ON {_AT_HAND} (profile_id, type, occurred_at);"
        f" DELETE FROM {_AT_HAND}"
    )
    pairs = {key: pairs_of(key) for key in touched}
    arms = [
        (f"SELECT w.profile_id FROM ({pairs[key]}) w WHERE w.record_id = ANY(%s::bigint[])", list(ids))
        for key, ids in touched.items()
        if pairs[key] is not None and ids
    ]
    if not arms or not types:
        return
    since = _since(types.values(), now)
    # A person and their company may both have been touched: what counts for both is at hand once.
    found = fetch(" UNION ".join(text for text, _ids in arms), [ids for _text, ids in arms])
    profiles = sorted({id for (id,) in found})
    execute(
        f"INSERT INTO {_AT_HAND} SELECT e.* FROM unnest(%s::bigint[]) AS whose (id)"
        f" JOIN {_LOG} e ON e.profile_id = whose.id WHERE e.type = ANY(%s::text[]) AND e.occurred_at > %s::timestamptz",
        [profiles, list(types), since],
    )
    if sum(map(len, touched.values())) > _MANY:
        execute(f"ANALYZE {_AT_HAND}")


def _since(spans: Iterable[Iterable[Span | None]], now: datetime) -> str:
    """Where the longest window begins; a day earlier, because clocks change."""
    earliest = now
    for span in (each for some in spans for each in some):
        if not isinstance(span, Window):
            return "-infinity"
        hours = HOURS.get(span.unit, 24 * _LONGEST_MONTH) * span.count + 24
        try:
            earliest = min(earliest, now - timedelta(hours=hours))
        except OverflowError:
            return "-infinity"
    return earliest.isoformat()
