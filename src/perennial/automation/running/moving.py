"""Writing down where a set of runs went: the runs, the log of the step and the tallies, a statement or two for each
way that any of them took."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from perennial.automation.definition.program import END
from perennial.automation.running.going import Going, Move, Traveller
from perennial.foundation.sql import execute

_MOVE = """
UPDATE automation_run r SET state = %(state)s, step = %(step)s, phase = %(phase)s, awaits = %(awaits)s,
    due_at = %(due_at)s, until = %(until)s, attempt = 0, ended_at = %(ended_at)s,
    since = CASE WHEN %(arrives)s THEN %(now)s ELSE r.since END
"""
_FREED = """
UPDATE automation_run p SET phase = 'met', awaits = '', due_at = %(now)s
FROM automation_run c WHERE c.id = ANY(%(ids)s::bigint[]) AND c.parent_id IS NOT NULL
AND p.id = c.parent_id AND p.state = 'moving' AND p.awaits = 'flow'
"""


class _Where(NamedTuple):
    state: str
    step: str
    phase: str
    awaits: str
    due_at: datetime | None
    until: datetime | None
    arrives: bool


def write_moves(
    step: str, travellers: Sequence[Traveller], moves: Mapping[int, Move], going: Going
) -> Counter[tuple[str, str]]:
    """What is to be counted: the transaction's last act, for tallies are rows that others wait for."""
    sets: dict[_Where, list[int]] = defaultdict(list)
    contexts: dict[_Where, dict[int, Any]] = defaultdict(dict)
    logs: dict[tuple[str, str], list[Traveller]] = defaultdict(list)
    for each in travellers:
        move = moves[each.run_id]
        where = _where(step, move, going, is_new=each.phase == "")
        sets[where].append(each.run_id)
        if move.context is not None:
            contexts[where][each.run_id] = move.context
        if move.code:
            logs[(move.code, move.sentence)].append(each)
    for where, ids in sets.items():
        _write(where, ids, contexts[where], going.now)
    for (code, sentence), some in logs.items():
        log(step, some, code, sentence, going.now)
    return _passed(step, sets, logs)


def log(step: str, travellers: Sequence[Traveller], code: str, sentence: str, now: datetime) -> None:
    execute(
        "INSERT INTO automation_step_log (run_id, step, attempt, code, sentence, at)"
        " SELECT u.id, %s, u.attempt, %s, %s, %s FROM unnest(%s::bigint[], %s::smallint[]) u(id, attempt)",
        [step, code[:40], sentence[:400], now, [each.run_id for each in travellers],
         [each.attempt for each in travellers]],
    )  # fmt: skip


def free_parents(ids: Sequence[int], now: datetime) -> None:
    """Runs that wait for one of these to end go on."""
    execute(_FREED, {"ids": list(ids), "now": now})


def _where(step: str, move: Move, going: Going, *, is_new: bool) -> _Where:
    if move.ends is not None:
        return _Where(move.ends, step, "", "", None, None, arrives=False)
    if move.stays:
        return _Where("moving", step, move.phase, move.awaits, move.due_at, move.until, arrives=is_new)
    to = going.program.after(step, move.way)
    if to == END:
        return _Where("done", step, "", "", None, None, arrives=False)
    return _Where("moving", to, "", "", going.now, None, arrives=True)


def _write(where: _Where, ids: list[int], contexts: Mapping[int, Any], now: datetime) -> None:
    has_ended = where.state != "moving"
    params = {**where._asdict(), "now": now, "ended_at": now if has_ended else None, "ids": ids}
    if contexts:
        encoded = [msgspec.json.encode(contexts.get(id), enc_hook=str).decode() for id in ids]
        execute(
            f"{_MOVE}, context = CASE WHEN u.context = 'null' THEN r.context ELSE u.context END"
            " FROM (SELECT v.id, v.context::jsonb AS context FROM unnest(%(ids)s::bigint[], %(contexts)s::text[])"
            " v(id, context)) u WHERE r.id = u.id",
            {**params, "contexts": encoded},
        )
    else:
        execute(f"{_MOVE} WHERE r.id = ANY(%(ids)s::bigint[])", params)
    if has_ended:
        free_parents(ids, now)


def _passed(
    step: str, sets: Mapping[_Where, list[int]], logs: Mapping[tuple[str, str], list[Traveller]]
) -> Counter[tuple[str, str]]:
    passed: Counter[tuple[str, str]] = Counter()
    for (code, _sentence), some in logs.items():
        passed[(step, code)] += len(some)
    for where, ids in sets.items():
        if where.state != "moving":
            passed[("", where.state)] += len(ids)
    return passed
