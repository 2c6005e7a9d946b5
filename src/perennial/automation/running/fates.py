"""What becomes of records while they are on their way: merged, deleted, erased.

Runs follow the record that a merge leaves. Where the automation would not let that one in again, the run ends and says
so. Of somebody who is erased no run keeps what it carried.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from perennial.automation.running.moving import free_parents
from perennial.foundation.sql import execute, fetch
from perennial.objects.types import object_types

_FOLLOW = """
UPDATE automation_run r SET record_id = %(winner)s
WHERE r.record_id = %(loser)s AND r.automation_id = ANY(%(automations)s::bigint[]) AND r.state <> 'refused'
AND NOT EXISTS (
    SELECT 1 FROM automation_run w WHERE w.record_id = %(winner)s AND w.automation_id = r.automation_id
    AND w.entry_key IS NOT DISTINCT FROM r.entry_key AND (r.entry_key IS NOT NULL OR w.state = 'moving'))
"""
_END = """
UPDATE automation_run SET state = 'stopped', ended_at = %(now)s, due_at = NULL, awaits = ''
WHERE record_id = ANY(%(records)s::bigint[]) AND automation_id = ANY(%(automations)s::bigint[]) AND state = 'moving'
RETURNING id, step, attempt
"""
Fate = tuple[str, int, str, str | None]  # the kind of record, its number, what became of it, the values of the change


def follow_fates(changes: Sequence[Fate], *, now: datetime) -> None:
    told = [each for each in changes if each[2] in ("merge", "delete", "erase")]
    if not told:
        return
    automations = fetch("SELECT id, object_key FROM automation_automation WHERE published_id IS NOT NULL")
    for object_key, record_id, what, values in told:
        mine = [id for id, key in automations if _is_family(key, object_key)]
        if not mine:
            continue
        if what == "merge":
            _follow_merge(mine, record_id, json.loads(values or "{}"), now)
        else:
            _end(mine, [record_id], what, _("The record was deleted."), now)
        if what == "erase":
            _forget(mine, record_id)


def _is_family(key: str, other: str) -> bool:
    one, two = object_types.get(key), object_types.get(other)
    return key == other or (one is not None and other in one.parts) or (two is not None and key in two.parts)


def _follow_merge(automations: list[int], record_id: int, values: dict[str, Any], now: datetime) -> None:
    winner = values.get("merged_into")
    if isinstance(winner, list):
        winner = winner[-1]
    if not isinstance(winner, int):
        return
    execute(_FOLLOW, {"winner": winner, "loser": record_id, "automations": automations})
    execute(
        "UPDATE automation_approval SET record_id = %s WHERE record_id = %s AND automation_id = ANY(%s::bigint[])",
        [winner, record_id, automations],
    )
    _end(
        automations, [record_id], "merged", _("It was merged with a record that is on this way, or was, already."), now
    )


def _end(automations: list[int], records: list[int], code: str, sentence: str, now: datetime) -> None:
    ended = fetch(_END, {"records": records, "automations": automations, "now": now})
    if ended:
        execute(
            "INSERT INTO automation_step_log (run_id, step, attempt, code, sentence, at)"
            " SELECT u.*, %s, %s, %s FROM unnest(%s::bigint[], %s::text[], %s::smallint[]) u",
            [code, sentence, now, *map(list, zip(*ended, strict=True))],
        )
        free_parents([row[0] for row in ended], now)


def _forget(automations: list[int], record_id: int) -> None:
    execute(
        "UPDATE automation_run SET context = '{}' WHERE record_id = %s AND automation_id = ANY(%s::bigint[])",
        [record_id, automations],
    )
    execute(
        "UPDATE automation_approval SET question = '', reason = '' WHERE record_id = %s"
        " AND automation_id = ANY(%s::bigint[])",
        [record_id, automations],
    )
