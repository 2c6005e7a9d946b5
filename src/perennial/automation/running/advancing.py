"""Moving on all who are due: claimed as a set, and everything that a step does in the transaction that moves them.

So a kill at any moment leaves a run either before its step, with no effect, or behind it, with its effect and its log.
Nobody waits for anybody: rows that another worker holds are passed over, and each automation has its turn.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db import OperationalError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from perennial.automation.definition.steps import kind_of
from perennial.automation.pausing import pause_for
from perennial.automation.running.going import Going, Move, Traveller, all_go
from perennial.automation.running.live import Live, actor_for, awaited_by, live_automations, program_by_id
from perennial.automation.running.matching import matching
from perennial.automation.running.moving import log as keep_log
from perennial.automation.running.moving import write_moves
from perennial.automation.running.tallies import count
from perennial.foundation import clock
from perennial.foundation.jobs import loop
from perennial.foundation.sql import execute, fetch
from perennial.objects.access import widest_reach
from perennial.objects.zones import firm_zone
from perennial.workspace.rights import Reach

BATCH = 5_000  # runs of one transaction
MOST_ATTEMPTS = 5  # at a step that breaks
WAITING_LOCK = 7_240_012  # advisory: those who begin to wait, against the follower (see `following`)
_LOG = logging.getLogger(__name__)

_DUE = """
SELECT a.id FROM automation_automation a WHERE a.state = 'on' AND a.retired_at IS NULL AND EXISTS (
    SELECT 1 FROM automation_run r WHERE r.automation_id = a.id AND r.state = 'moving' AND r.due_at <= %s)
ORDER BY a.id
"""
_CLAIM = """
SELECT r.version_id, r.step, r.depth, r.id, r.record_id, r.phase, r.since, r.until, r.attempt,
       CASE WHEN r.context <> '{}' THEN r.context END
FROM automation_run r WHERE r.automation_id = %s AND r.state = 'moving' AND r.due_at <= %s
ORDER BY r.due_at, r.id LIMIT %s FOR UPDATE SKIP LOCKED
"""


@loop("automation.advance", every=0.25)
def advance(*, batch: int = BATCH) -> int:
    """One turn of every automation in which somebody is due; how many runs were moved."""
    due = [id for (id,) in fetch(_DUE, [clock.now()])]
    return sum(move_on(live, batch=batch) for live in live_automations(due)) if due else 0


@loop("automation.advance_beside", every=1.0)
def advance_beside() -> int:
    """A second one at the same work: while the database is busy for one, the other computes."""
    return advance()


def move_on(live: Live, *, batch: int = BATCH) -> int:
    """One batch of one automation."""
    kind, by = live.kind, actor_for(live.id, live.name, live.published_by)
    if kind is None or widest_reach(kind, by=by, verb="view") is Reach.NONE:
        pause_for(live.id, _("Whoever published it has no right to these records any more. Publish it anew."))
        return 0
    with transaction.atomic(), translation.override(by.language):
        if _may_wait(live):
            execute("SELECT pg_advisory_xact_lock_shared(%s)", [WAITING_LOCK])
        now = clock.now()
        rows = fetch(_CLAIM, [live.id, now, batch])
        rows.sort(key=lambda row: row[:3])
        passed: Counter[tuple[str, str]] = Counter()
        for (version_id, step, depth), some in groupby(rows, key=lambda row: row[:3]):
            program = program_by_id(version_id)
            going = Going(live.id, live.name, version_id, kind, program, by, now, firm_zone(), depth)
            passed += _move(step, [_traveller(*row[3:]) for row in some], going)
        count(live.id, now, passed)
    return len(rows)


def _traveller(
    run_id: int, record_id: int, phase: str, since: datetime, until: datetime | None, attempt: int, context: str | None
) -> Traveller:
    return Traveller(run_id, record_id, phase, since, until, attempt, json.loads(context) if context else {})


def _may_wait(live: Live) -> bool:
    """Whether somebody may begin to wait for what the follower reads; older versions are asked about too."""
    versions = fetch("SELECT id FROM automation_version WHERE automation_id = %s", [live.id])
    return any(found.events or found.has_rule for found in (awaited_by(id) for (id,) in versions))


def _move(step: str, travellers: Sequence[Traveller], going: Going) -> Counter[tuple[str, str]]:
    """Move these, or when something breaks find out by halves whose fault it is, so that nobody else is kept."""
    try:
        with transaction.atomic():
            return write_moves(step, travellers, moves_of(step, travellers, going), going)
    except OperationalError:  # a deadlock, a server that went away: the whole turn is tried again
        raise
    except Exception:  # noqa: BLE001 - the edge: it is recorded on the run, and here with all that is known
        _LOG.exception("A step of automation %s broke.", going.automation_id)
        if len(travellers) > 1:
            half = len(travellers) // 2
            return _move(step, travellers[:half], going) + _move(step, travellers[half:], going)
        _stumble(step, travellers[0], going)
        return Counter({(step, "error"): 1})


def moves_of(step: str, travellers: Sequence[Traveller], going: Going) -> Mapping[int, Move]:
    """Where each goes from here: those who match the exit leave, the others take the step."""
    place = going.program.places.get(step)
    if place is None:
        return all_go(travellers, Move(code="no_step", sentence=_("This step is no more."), ends="stopped"))
    left = _leaving(travellers, going)
    staying = [each for each in travellers if each.run_id not in left]
    moves: dict[int, Move] = dict(left)
    if staying:
        moves |= kind_of(place.step).execute(place.step, staying, going)
    return moves


def _leaving(travellers: Sequence[Traveller], going: Going) -> dict[int, Move]:
    leaves = going.program.definition.exit
    if leaves is None:
        return {}
    ids = matching(going.kind, {each.record_id for each in travellers}, leaves.when, by=going.by)
    move = Move(
        code="goal" if leaves.is_goal else "left", ends="goal" if leaves.is_goal else "stopped",
        sentence=_("reached the goal") if leaves.is_goal else _("matches what makes it leave"),
    )  # fmt: skip
    return {each.run_id: move for each in travellers if each.record_id in ids}


def _stumble(step: str, traveller: Traveller, going: Going) -> None:
    """A bug at one run: tried again some times, later each time, then shown as failed."""
    is_last = traveller.attempt + 1 >= MOST_ATTEMPTS
    said = _("Something went wrong here. It is in the log of this server.")
    keep_log(step, [traveller], "error", said, going.now)
    execute(
        "UPDATE automation_run SET attempt = attempt + 1, due_at = %s, state = %s, ended_at = %s WHERE id = %s",
        [None if is_last else going.now + timedelta(minutes=2**traveller.attempt),
         "failed" if is_last else "moving", going.now if is_last else None, traveller.run_id],
    )  # fmt: skip


def settle(*, turns: int = 1_000) -> int:
    """Advance until nobody is due: for tests, and for whoever cannot wait for the worker."""
    done = 0
    for _turn in range(turns):
        moved = advance()
        if not moved:
            return done
        done += moved
    return done
