"""Letting people into a play: by one statement that finds them, draws their arm and keeps it.

Plays of one pool enter in turn (an advisory lock), so that two that look at the same moment share nobody; a unique key
holds that nobody enters a play twice. How many enter follows from the capacity and never from the draws: those of the
highest rank, treated and controls alike, so that both arms are of one kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import floor
from typing import Any

from django.db import transaction

from perennial.conditions.jsonform import from_json
from perennial.conditions.resolver import Sql
from perennial.foresight.plays.actors import play_actor
from perennial.foresight.plays.assignment import draw_sql
from perennial.foresight.plays.models import Play
from perennial.foundation.sql import execute, fetch
from perennial.objects.field_rights import is_hidden
from perennial.objects.record_fields import field_of
from perennial.objects.statements import Selection, selection
from perennial.objects.stored import sql_of
from perennial.objects.types import ObjectType, object_types
from perennial.objects.zones import firm_zone
from perennial.workspace.actor import Actor

BATCH = 5_000  # people who enter by one statement
_LOCK = 7_240_012  # advisory, with the pool's name
_STAKE = "worth"  # the field by which those are ranked with whom most is at stake
_NOT_IN = Sql(
    "NOT EXISTS (SELECT 1 FROM foresight_enrolment e WHERE e.play_id = %s AND e.record_id = {id})"
    " AND NOT EXISTS (SELECT 1 FROM foresight_decline d WHERE d.play_id = %s AND d.record_id = {id})"
)
_NOT_ELSEWHERE = (
    "NOT EXISTS (SELECT 1 FROM foresight_enrolment e JOIN foresight_play o ON o.id = e.play_id"
    " WHERE e.record_id = {id} AND o.id <> %s AND o.pool = %s AND e.until > %s)"
)
_ENTER = """
INSERT INTO foresight_enrolment (play_id, record_id, is_control, rank, state, entered_at, until, code, sentence)
SELECT %s, s.record_id, s.drawn < %s, s.stake, CASE WHEN s.drawn < %s THEN 'control' ELSE 'waiting' END, %s, %s, '', ''
FROM (SELECT f.record_id, f.stake, {drawn} AS drawn FROM ({found}) f) s
ON CONFLICT (record_id, play_id) DO NOTHING
RETURNING record_id, is_control
"""
_USED = """
SELECT count(*) FILTER (WHERE e.state = 'waiting'), count(*) FILTER (WHERE e.acted_at >= %s)
FROM foresight_enrolment e WHERE e.play_id = %s AND (e.state = 'waiting' OR e.acted_at >= %s)
"""
_TAKEN = """
SELECT e.play_id, count(*) FROM foresight_enrolment e
WHERE e.play_id = ANY(%s::bigint[]) AND (e.state = 'waiting' OR e.acted_at >= %s) GROUP BY 1
"""


def enrol_more(play: Play, *, now: datetime) -> int:
    """Let in as many as this week's capacity has room for, those first with whom most is at stake; how many."""
    kind = object_types.get(play.object_key)
    if kind is None:
        return 0
    with transaction.atomic():
        _take_turn(play)
        room = _room(play, now)
        return len(_enter(play, kind, now, limit=room)) if room > 0 else 0


def enrol_chosen(play: Play, ids: Sequence[int], *, now: datetime) -> dict[int, bool]:
    """Let in these, of whom somebody thinks that the play is for them now: as far as they are eligible. Whether each
    is a control; nobody knows before they have entered."""
    kind = object_types.get(play.object_key)
    if kind is None or not ids:
        return {}
    with transaction.atomic():
        _take_turn(play)
        return _enter(play, kind, now, limit=len(ids), among=ids)


def eligible(play: Play, kind: ObjectType, *, by: Actor, now: datetime) -> tuple[Selection, list[Sql]]:
    """Who matches the rule, is not in the play, and is in none that it shares nobody with."""
    chosen = selection(kind, by=by, verb="view", where=from_json(play.rule))
    id = f"{chosen.tables.alias}.id"
    tests = [Sql(_NOT_IN.text.format(id=id), (play.pk, play.pk))]
    if play.pool:
        tests.append(Sql(_NOT_ELSEWHERE.format(id=id), (play.pk, play.pool, now)))
    return chosen, tests


def week_start(now: datetime) -> datetime:
    """Monday, by the clocks of the firm."""
    local = now.astimezone(firm_zone())
    return (local - timedelta(days=local.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)


def places_left(plays: Sequence[Play], *, now: datetime) -> dict[int, int | None]:
    """By play, how many more may enter to be treated this week; None for any number. One statement, none for none."""
    limited = [each.pk for each in plays if each.capacity is not None]
    used: dict[int, int] = dict(fetch(_TAKEN, [limited, week_start(now)])) if limited else {}
    return {each.pk: None if each.capacity is None else each.capacity - used.get(each.pk, 0) for each in plays}


def capacity_left(play: Play, *, now: datetime) -> tuple[int | None, int]:
    """How many more may be treated this week (None: any number), and how many wait for it."""
    since = week_start(now)
    ((waiting, acted),) = fetch(_USED, [since, play.pk, since])
    return (None if play.capacity is None else max(play.capacity - acted, 0)), waiting


def stake_of(kind: ObjectType, by: Actor, alias: str) -> str:
    """What is at stake with a record, as a number: SQL that is never NULL."""
    declared = field_of(kind, _STAKE)
    if declared is None or is_hidden(kind.key, _STAKE, by):
        return "0::float8"
    return f"coalesce({sql_of(declared, alias)}, 0)::float8"


def _room(play: Play, now: datetime) -> int:
    """So many enter that, with their controls, the treated fill the week; one more as long as a whole place is free."""
    left, waiting = capacity_left(play, now=now)
    if left is None:
        return BATCH
    free = left - waiting
    return min(max(floor(free / (1 - play.control_share)), 1), BATCH) if free > 0 else 0


def _enter(
    play: Play, kind: ObjectType, now: datetime, *, limit: int, among: Sequence[int] | None = None
) -> dict[int, bool]:
    chosen, tests = eligible(play, kind, by=play_actor(play), now=now)
    alias = chosen.tables.alias
    if among is not None:
        tests.append(Sql(f"{alias}.id = ANY(%s::bigint[])", (list(among),)))
    stake = stake_of(kind, play_actor(play), alias)
    found = chosen.statement(
        f"{alias}.id AS record_id, {stake} AS stake", also=tests,
        tail=f" ORDER BY {stake} DESC, {alias}.id LIMIT {int(limit)}",
    )  # fmt: skip
    drawn = draw_sql(play.draw_key, "f.record_id")
    until = now + timedelta(days=play.horizon_days)
    params: list[Any] = [play.pk, play.control_share, play.control_share, now, until, *drawn.params, *found.params]
    return dict(fetch(_ENTER.format(drawn=drawn.text, found=found.text), params))


def _take_turn(play: Play) -> None:
    execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, play.pool or f"play {play.pk}"])
