"""Letting records in: who may, how often, and how many at once; by one statement however many they are.

Entries of one automation wait for each other (an advisory lock), so that two that arrive at the same moment see each
other; a unique key holds what must never happen twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from perennial.automation.definition.tree import Again, Definition
from perennial.automation.models import Automation
from perennial.automation.running.effects import DEEPEST
from perennial.automation.running.live import Live, actor_for, live_automations
from perennial.automation.running.matching import matching, members
from perennial.automation.running.tallies import count
from perennial.conditions import Condition
from perennial.conditions.resolver import Sql
from perennial.conditions.tree import every
from perennial.foundation.sql import execute, fetch
from perennial.objects.types import ObjectType

MOST_A_DAY = 100  # entries of one record into one automation
_LOCK = 7_240_011  # advisory, with the automation's number
_DAY = timedelta(days=1)

# Neighbours lie on one page of their table. Changed in one transaction they need new room, and a new entry in every
# index; changed in several, each takes the room that the one before has left. So they enter, and then move, in lanes.
_INSERT = """
INSERT INTO automation_run (automation_id, version_id, record_id, state, step, phase, awaits, due_at, since, attempt,
                            entry_key, context, depth, parent_id, entered_at)
SELECT %(automation)s, %(version)s, s.record_id, 'moving', %(step)s, '', '', %(now)s, %(now)s, 0, s.entry_key,
       s.context, s.depth, s.parent_id, %(now)s
FROM ({source}) s WHERE {may}
ORDER BY s.record_id %% 8, s.record_id
ON CONFLICT (record_id, automation_id, entry_key) DO NOTHING
"""
_GIVEN = """
SELECT u.record_id, u.entry_key, u.context::jsonb AS context, u.depth, u.parent_id,
       row_number() OVER (PARTITION BY u.record_id ORDER BY u.n) AS rank
FROM unnest(%(records)s::bigint[], %(keys)s::text[], %(contexts)s::text[], %(depths)s::smallint[],
            %(parents)s::bigint[]) WITH ORDINALITY AS u(record_id, entry_key, context, depth, parent_id, n)
"""
# Who may not enter is found once, before anybody does (a hashed subplan): asked about one by one, the answer would be
# looked for in a table that grows meanwhile.
_EARLIER = "SELECT x.record_id FROM automation_run x WHERE x.automation_id = %(automation)s AND x.state <> 'refused'"
_NOT_LATELY = "s.rank = 1 AND s.record_id NOT IN ({earlier} AND (x.state = 'moving' OR x.entered_at > %(since)s))"
_NOT_TOO_OFTEN = (
    "s.rank <= %(most)s AND s.record_id NOT IN ({earlier} AND x.entered_at > %(day)s"
    " GROUP BY x.record_id HAVING count(*) >= %(most)s)"
)
_AMONG = " AND x.record_id = ANY(%(records)s::bigint[])"
_MANY = 10_000  # entries after which the planner has to learn how many there are now


class Arrival(NamedTuple):
    """A record at the door. `key` tells one cause from another (an event's id), so that none lets it in twice."""

    record_id: int
    key: str | None
    context: dict[str, Any]
    depth: int = 0
    parent_id: int | None = None


def enter(automation: Automation, arrivals: Sequence[Arrival], *, now: datetime) -> set[int]:
    """Let in those who may; the records that were let in."""
    found = live_automations([automation.pk])
    return enter_live(found[0], arrivals, now=now) if found else set()


def enter_live(live: Live, arrivals: Sequence[Arrival], *, now: datetime) -> set[int]:
    """Whoever matches the entry condition enters, as often as the automation lets them."""
    kind = live.kind
    if kind is None or not arrivals:
        return set()
    by = actor_for(live.id, live.name, live.published_by)
    definition = live.program.definition
    allowed = matching(kind, {each.record_id for each in arrivals}, definition.when, by=by)
    coming = [each for each in arrivals if each.record_id in allowed]
    deep = [each for each in coming if each.depth > DEEPEST]
    coming = [each for each in coming if each.depth <= DEEPEST]
    with transaction.atomic():
        _take_turn(live.id)
        if deep:
            _refuse(
                live,
                {each.record_id for each in deep},
                "loop",
                _("Automations lead here again and again, one through the other. Change what starts this one."),
                now=now,
            )
        if not coming:
            return set()
        keys = [_entry_key(definition.again, each) for each in coming]
        rows = fetch(
            _INSERT.format(source=_GIVEN, may=_may(definition.again, _AMONG)) + " RETURNING record_id",
            {
                **_params(live, definition, now),
                "records": [each.record_id for each in coming],
                "keys": keys,
                "contexts": [msgspec.json.encode(each.context, enc_hook=str).decode() for each in coming],
                "depths": [each.depth for each in coming],
                "parents": [each.parent_id for each in coming],
            },
        )
        entered = {record_id for (record_id,) in rows}
        count(live.id, now, {("", "entered"): len(rows)})
        if definition.again.how in ("always", "key") and len(rows) < len(coming):
            _refuse_frequent(live, {each.record_id for each in coming}, now=now)
    return entered


def enter_members(live: Live, who: Condition, *, now: datetime, key: str | None, also: Iterable[Sql] = ()) -> int:
    """Let in all who match, by one statement; how many. `key` is the occasion, such as the day of a schedule."""
    kind = live.kind
    if kind is None:
        return 0
    definition = live.program.definition
    source, params = _members(kind, live, every(who, definition.when), key, also)
    with transaction.atomic():
        _take_turn(live.id)
        entered = execute(
            _INSERT.format(source=source, may=_may(definition.again)), {**_params(live, definition, now), **params}
        )
        count(live.id, now, {("", "entered"): entered})
        if entered > _MANY:
            execute("ANALYZE automation_run")
    return entered


def _members(
    kind: ObjectType, live: Live, who: Condition, key: str | None, also: Iterable[Sql]
) -> tuple[str, dict[str, Any]]:
    """The statement of the members with named parameters, as the rest of the INSERT has them."""
    chosen = members(kind, who, by=actor_for(live.id, live.name, live.published_by))
    found = chosen.statement(f"{chosen.tables.alias}.id AS record_id", also=list(also))
    named = {f"m{number}": param for number, param in enumerate(found.params)}
    text = _named(found.text, list(named))
    how = live.program.definition.again.how
    entry = {"once": "''", "after": "NULL"}.get(how, "%(key)s")
    source = (
        f"SELECT f.record_id, {entry}::text AS entry_key, '{{}}'::jsonb AS context, 0::smallint AS depth,"
        f" NULL::bigint AS parent_id, 1 AS rank FROM ({text}) f"
    )
    return source, {**named, "key": key}


def _named(text: str, names: Sequence[str]) -> str:
    """`%s` in turn as `%(name)s`; a doubled percent sign stays what it is."""
    parts = text.replace("%%", "\x00").split("%s")
    joined = "".join(part + (f"%({name})s" if name else "") for part, name in zip(parts, [*names, ""], strict=True))
    return joined.replace("\x00", "%%")


def _params(live: Live, definition: Definition, now: datetime) -> dict[str, Any]:
    return {
        "automation": live.id, "version": live.version_id, "step": live.program.first, "now": now,
        "since": now - timedelta(days=definition.again.days or 0), "day": now - _DAY, "most": MOST_A_DAY,
    }  # fmt: skip


def _may(again: Again, among: str = "") -> str:
    rule = {"once": "s.rank = 1", "after": _NOT_LATELY}.get(again.how, _NOT_TOO_OFTEN)
    return rule.format(earlier=_EARLIER + among)


def _entry_key(again: Again, arrival: Arrival) -> str | None:
    match again.how:
        case "once":
            return ""
        case "after":
            return None
        case "key":
            return str(arrival.context.get("event", {}).get(again.property, ""))[:200]
    return arrival.key


def _take_turn(automation_id: int) -> None:
    execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, automation_id % 2**31])


def _refuse_frequent(live: Live, records: set[int], *, now: datetime) -> None:
    rows = (
        fetch(
            "SELECT record_id FROM automation_run WHERE automation_id = %s AND record_id = ANY(%s::bigint[])"
            " AND entered_at > %s GROUP BY record_id HAVING count(*) >= %s",
            [live.id, list(records), now - _DAY, MOST_A_DAY],
        )
        if records
        else []
    )
    if rows:
        said = _("It has entered %(most)d times within a day already.") % {"most": MOST_A_DAY}
        _refuse(live, {record_id for (record_id,) in rows}, "too_often", said, now=now)


def _refuse(live: Live, records: set[int], code: str, sentence: str, *, now: datetime) -> None:
    """Keep that a record was not let in, once a day."""
    execute(
        "WITH made AS (INSERT INTO automation_run (automation_id, version_id, record_id, state, step, phase, awaits,"
        " due_at, since, attempt, entry_key, context, depth, parent_id, entered_at, ended_at)"
        " SELECT %(automation)s, %(version)s, r, 'refused', '', '', '', NULL, %(now)s, 0, NULL, '{}', 0, NULL,"
        " %(now)s, %(now)s FROM unnest(%(records)s::bigint[]) r WHERE NOT EXISTS (SELECT 1 FROM automation_run x"
        " WHERE x.record_id = r AND x.automation_id = %(automation)s AND x.state = 'refused'"
        " AND x.entered_at > %(day)s)"
        " RETURNING id) INSERT INTO automation_step_log (run_id, step, attempt, code, sentence, at)"
        " SELECT id, '', 0, %(code)s, %(sentence)s, %(now)s FROM made",
        {"automation": live.id, "version": live.version_id, "records": list(records), "now": now, "day": now - _DAY,
         "code": code, "sentence": sentence[:400]},
    )  # fmt: skip
    count(live.id, now, {("", code): len(records)})
