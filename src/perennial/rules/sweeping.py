"""Looking at everybody: when a segment begins to hold, has a new version or comes back, and every night to be sure.

A sweep asks in one snapshot, taken once every transaction has ended that had begun before the sweep was asked for; so
it misses nothing that live work took before, and what live work comes upon meanwhile is kept for afterwards. Where a
kind has many records, the lake is asked, for all segments that wait (`everybody`).
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, NamedTuple

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from perennial.conditions import Condition, ConditionError, check
from perennial.conditions.jsonform import from_json
from perennial.foundation import clock
from perennial.foundation.jobs import job, loop
from perennial.foundation.sql import execute, fetch, fetch_one
from perennial.objects.schema import schema_of
from perennial.objects.types import ObjectType, object_types
from perennial.rules import everybody
from perennial.rules.everybody import ask_for_sweep
from perennial.rules.index import levels_of
from perennial.rules.models import Segment, SegmentVersion
from perennial.rules.staying import Told, tell
from perennial.rules.wakes import awake
from perennial.rules.watching import note_members

if TYPE_CHECKING:
    from perennial.lake import reader

NIGHTLY = "night"
FILLED = "made"
MOST_NOTED = 20_000  # members that came or went, up to which outer segments ask about these alone
log = logging.getLogger(__name__)


@loop("rules.sweep", every=0.5)
def sweep_some() -> int:
    """One segment whose sweep was asked for, or all of one level that the lake answers; how many were swept."""
    waiting = _waiting()
    asked_of_lake = [each.id for each in waiting if each.is_large and each.level == waiting[0].level]
    if not asked_of_lake:
        everybody.end_round()
    elif below := everybody.lake_is_ready(asked_of_lake):
        return _sweep_by_lake(asked_of_lake, below)
    others = [each for each in waiting if not each.is_large]
    return int(bool(others) and sweep(others[0].id))


@job("rules.sweep_all", queue="upkeep", cron="40 3 * * *", retries=0)
def sweep_all() -> None:
    """Every night, to be sure: what differs is written, told, and logged as a fault of ours."""
    with transaction.atomic():
        execute("UPDATE rules_mark SET version = version + 1")
        found = fetch("SELECT id FROM rules_segment WHERE state = 'live' AND NOT is_static")
        ask_for_sweep([id for (id,) in found], cause=NIGHTLY)
        if not found:
            execute("DELETE FROM rules_touched")


def sweep_until_done() -> int:
    """All that wait, one after another."""
    done = 0
    while waiting := _waiting():
        if waiting[0].is_large:
            everybody.bring_lake()
        if swept := sweep_some():
            done += swept
        else:
            time.sleep(0.02)  # somebody's transaction has not ended yet
    return done


def sweep(segment_id: int, *, lake: reader.Lake | None = None, below: int = 0) -> bool:
    """Bring the stays to what the rule says of everybody, with a lake to what it says of all as it has them, which is
    all that was written before a point. False when it cannot be done yet."""
    with transaction.atomic():
        segment = Segment.objects.filter(pk=segment_id, is_sweeping=True).first()
        ended = fetch_one("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        if segment is None or ended is None or min(ended[0], below or ended[0]) <= segment.asked_xid:
            return False
        is_first = segment.swept_at is None
        found = _bring_stays(segment, segment.wanted_cause, lake)
        if found is None:
            return True
        came, went = found
        _keep(segment, came, went, is_told=not is_first)
    if segment.wanted_cause == NIGHTLY and came + went:
        log.warning("The nightly sweep found %s records that the segment %s had missed.", came + went, segment.key)
    return True


def _sweep_by_lake(segment_ids: list[int], below: int) -> int:
    """As many as a look at the lake lasts for; the others are next. A lake that fails is no reason to know less."""
    done, started = 0, time.monotonic()
    try:
        with everybody.opened_lake() as lake:
            for segment_id in segment_ids:
                done += sweep(segment_id, lake=lake, below=below)
                if time.monotonic() - started > everybody.LONGEST_LOOK:
                    break
    except DatabaseError:
        raise
    except Exception:  # the edge: whatever an engine says, everybody is looked at
        log.exception("The lake could not say who is in a segment: the database is asked.")
        everybody.give_up()
    everybody.end_round()
    return done


class _Waiting(NamedTuple):
    level: int
    id: int
    is_large: bool


def _waiting() -> list[_Waiting]:
    """The inner ones first. What is no longer live need not be looked at."""
    execute("UPDATE rules_segment SET is_sweeping = false WHERE is_sweeping AND (state <> 'live' OR is_static)")
    segments = {each.pk: each for each in Segment.objects.filter(is_sweeping=True)}
    inner: dict[str, set[str]] = {}
    for version in SegmentVersion.objects.filter(segment_id__in=segments):
        segment = segments[version.segment_id]
        kind = object_types.get(segment.object_key)
        if version.number == segment.number and kind is not None:
            try:
                inner[segment.key] = set(awake(from_json(version.condition), kind).segments)
            except ConditionError:
                inner[segment.key] = set()
    levels = levels_of(inner)
    kinds = {key: object_types.get(key) for key in {each.object_key for each in segments.values()}}
    large = {key for key, kind in kinds.items() if kind is not None and everybody.is_large(kind)}
    return sorted(_Waiting(levels.get(each.key, 0), id, each.object_key in large) for id, each in segments.items())


def _bring_stays(segment: Segment, cause: str, lake: reader.Lake | None) -> tuple[int, int] | None:
    """How many came and went, None for a rule that cannot be asked any more. Who it was is in `rules_moved` until the
    transaction ends."""
    execute(
        "CREATE TEMPORARY TABLE IF NOT EXISTS rules_moved (record_id bigint, enters boolean) ON COMMIT DELETE ROWS;"
        " DELETE FROM rules_moved"
    )
    kind = object_types.get(segment.object_key)
    version = segment.versions.filter(number=segment.number).first()
    try:
        if kind is None or version is None:
            raise ConditionError(_("There is no such object any more."))
        _find_all(kind, check(from_json(version.condition), schema_of(kind)), lake)
    except ConditionError as error:
        Segment.objects.filter(pk=segment.pk).update(is_sweeping=False, trouble=str(error)[:400])
        return None
    now = clock.now()
    row = fetch_one(
        "WITH came AS ("
        "  INSERT INTO rules_stay (segment_id, record_id, entered_at, version, cause, left_cause)"
        f"  SELECT %s, f.id, %s, %s, %s, '' FROM {everybody.FITS} f WHERE NOT EXISTS (SELECT FROM rules_stay s"
        "    WHERE s.segment_id = %s AND s.record_id = f.id AND s.left_at IS NULL)"
        "  ON CONFLICT DO NOTHING RETURNING record_id"
        "), went AS ("
        "  UPDATE rules_stay s SET left_at = greatest(s.entered_at, %s), left_cause = %s"
        "  WHERE s.segment_id = %s AND s.left_at IS NULL"
        f"  AND NOT EXISTS (SELECT FROM {everybody.FITS} f WHERE f.id = s.record_id) RETURNING s.record_id"
        "), moved AS ("
        "  INSERT INTO rules_moved SELECT record_id, true FROM came UNION ALL SELECT record_id, false FROM went"
        ") SELECT (SELECT count(*) FROM came), (SELECT count(*) FROM went)",
        (segment.pk, now, segment.number, cause, segment.pk, now, cause, segment.pk),
    )
    assert row is not None
    return int(row[0]), int(row[1])


def _find_all(kind: ObjectType, condition: Condition, lake: reader.Lake | None) -> None:
    try:
        everybody.find_all(kind, condition, lake)
    except ConditionError:
        if lake is None:
            raise
        everybody.find_all(kind, condition, None)  # what only the database can be asked


def _keep(segment: Segment, came: int, went: int, *, is_told: bool) -> None:
    now = clock.now()
    # Somebody may have changed the rule meanwhile: then everybody is looked at once more.
    execute(
        "UPDATE rules_segment SET is_sweeping = asked_xid <> %s, swept_at = %s, trouble = '',"
        " members = (SELECT count(*) FROM rules_stay WHERE segment_id = %s AND left_at IS NULL) WHERE id = %s",
        [segment.asked_xid, now, segment.pk, segment.pk],
    )
    if is_told and came + went:
        moved = fetch("SELECT record_id, enters FROM rules_moved ORDER BY record_id")
        told = {segment.pk: Told(segment.key, segment.name, segment.object_key, segment.number)}
        causes = {segment.pk: segment.wanted_cause}
        entered = [(segment.pk, id) for id, enters in moved if enters]
        left = [(segment.pk, id) for id, enters in moved if not enters]
        tell(entered, left, told, causes, at=now)
    if 0 < came + went <= MOST_NOTED:
        note_members(segment.key, [id for (id,) in fetch("SELECT record_id FROM rules_moved")])
    elif came + went:
        execute("UPDATE rules_mark SET version = version + 1")
        ask_for_sweep(_outer_of(segment.key), cause="segment")


def _outer_of(key: str) -> list[int]:
    """The live segments that ask for members of this one."""
    found = fetch(
        "SELECT s.id FROM rules_segment s JOIN rules_segment_version v ON v.segment_id = s.id AND v.number = s.number"
        " WHERE s.state = 'live' AND NOT s.is_static AND jsonb_path_exists(v.condition, '$.**.segment ? (@ == $key)',"
        " jsonb_build_object('key', %s::text))",
        [key],
    )
    return [id for (id,) in found]
