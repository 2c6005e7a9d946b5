"""Treating those whose turn it is: every act of the play on all of them as one set, exactly once for each person.

The acts and the mark that they were done are one transaction: a crash leaves both or neither, and a second worker skips
the rows that the first one holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from perennial.foresight.plays.actors import play_actor
from perennial.foresight.plays.enrolling import capacity_left
from perennial.foresight.plays.models import Play
from perennial.foundation.errors import Refused
from perennial.foundation.sql import execute, fetch
from perennial.objects.actions import Result
from perennial.objects.running import run_action

BATCH = 1_000
_TURN = """
SELECT e.id, e.record_id FROM foresight_enrolment e WHERE e.play_id = %s AND e.state = 'waiting' {among}
ORDER BY e.rank DESC, e.id LIMIT %s FOR UPDATE SKIP LOCKED
"""
_DONE = """
UPDATE foresight_enrolment e SET state = u.state, acted_at = %s, code = u.code, sentence = u.sentence
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) u(id, state, code, sentence) WHERE e.id = u.id
"""


class Acted(NamedTuple):
    people: int
    trouble: str = ""  # why the play cannot go on


def act_waiting(play: Play, *, now: datetime, among: Sequence[int] | None = None) -> Acted:
    """As many as this week's capacity still lets be treated, a batch at most."""
    try:
        with transaction.atomic():
            return Acted(_act(play, now, among))
    except Refused as refusal:
        fields = getattr(refusal, "fields", None)
        return Acted(0, " ".join(map(str, fields.values())) if fields else str(refusal))


def _act(play: Play, now: datetime, among: Sequence[int] | None) -> int:
    fetch("SELECT p.id FROM foresight_play p WHERE p.id = %s FOR UPDATE", [play.pk])  # the capacity is counted once
    left, _waiting = capacity_left(play, now=now)
    most = BATCH if left is None else min(left, BATCH)
    if most == 0:
        return 0
    some = "" if among is None else "AND e.record_id = ANY(%s::bigint[])"
    rows = fetch(_TURN.format(among=some), [play.pk, *([] if among is None else [list(among)]), most])
    if not rows:
        return 0
    results = _run(play, [record_id for _id, record_id in rows])
    told = [results[record_id] for _id, record_id in rows]
    execute(
        _DONE,
        [now, [id for id, _record in rows], ["done" if each.is_done else "refused" for each in told],
         [each.code[:40] for each in told], [str(each.sentence)[:400] for each in told]],
    )  # fmt: skip
    return len(rows)


def _run(play: Play, ids: Sequence[int]) -> Mapping[int, Result]:
    """What became of each; an act that was refused for somebody is followed by no other."""
    by, found = play_actor(play), {id: Result(id) for id in ids}
    for each in play.acts:
        willing = [id for id in ids if found[id].is_done]
        if not willing:
            break
        run = run_action(each["action"], willing, each["input"], by=by, on=play.object_key)
        for id, result in zip(willing, run.results, strict=False):
            found[id] = result
    return found
