"""Writing down what was found, beside what was decided already."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from perennial.foundation import clock
from perennial.foundation.sql import execute, fetch

_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class FoundPair:
    """Two records by id, and (field, whether both have the same) of what speaks for them."""

    one_id: int
    other_id: int
    confidence: float
    reasons: tuple[tuple[str, bool], ...] = ()


def keep_sweep(object_key: str, found: Sequence[FoundPair]) -> int:
    """All that a sweep found; open pairs of the sweep before that it no longer finds go. How many are open now."""
    started = clock.real_now()
    with transaction.atomic():
        for start in range(0, len(found), _CHUNK):
            _keep(object_key, found[start : start + _CHUNK], is_swept=True)
        execute(
            "DELETE FROM objects_duplicate WHERE object_key = %s AND state = 'open' AND is_swept AND found_at < %s",
            [object_key, started],
        )
    return int(
        fetch("SELECT count(*) FROM objects_duplicate WHERE object_key = %s AND state = 'open'", [object_key])[0][0]
    )


def keep_found(object_key: str, found: Iterable[FoundPair]) -> None:
    """Pairs found otherwise; they stay until somebody decides."""
    _keep(object_key, list(found), is_swept=False)


def follow_merge(object_key: str, *, winner: int, loser: int) -> None:
    """Whom the loser may be the same as, or never is, that holds for the winner now."""
    execute(
        "INSERT INTO objects_duplicate (object_key, one_id, other_id, confidence, reasons, is_swept, state, found_at,"
        " decided_at, decided_by) SELECT object_key, least(third, %(winner)s), greatest(third, %(winner)s), confidence,"
        " reasons, true, state, found_at, decided_at, decided_by FROM (SELECT *, CASE one_id WHEN %(loser)s"
        " THEN other_id ELSE one_id END AS third FROM objects_duplicate WHERE object_key = %(key)s"
        " AND %(loser)s IN (one_id, other_id) AND state <> 'merged') AS pairs WHERE third <> %(winner)s"
        " ON CONFLICT DO NOTHING",
        {"key": object_key, "winner": winner, "loser": loser},
    )


def reopen(run_id: int) -> None:
    """The run that merged these pairs was taken back: they wait again."""
    execute(
        "UPDATE objects_duplicate SET state = 'open', run_id = NULL, decided_at = NULL, decided_by = ''"
        " WHERE run_id = %s", [run_id],
    )  # fmt: skip


def _keep(object_key: str, found: Sequence[FoundPair], *, is_swept: bool) -> None:
    """What was decided stays as it is. A sweep knows the confidence best."""
    if not found:
        return
    once = {(min(each.one_id, each.other_id), max(each.one_id, each.other_id)): each for each in found}
    execute(
        "INSERT INTO objects_duplicate (object_key, one_id, other_id, confidence, reasons, is_swept, state, found_at,"
        " decided_by) SELECT %s, one, other, confidence, reasons::jsonb, %s, 'open', %s, ''"
        " FROM unnest(%s::bigint[], %s::bigint[], %s::float8[], %s::text[]) AS new (one, other, confidence, reasons)"
        " WHERE one < other ON CONFLICT (object_key, one_id, other_id) DO UPDATE SET found_at = excluded.found_at,"
        " confidence = excluded.confidence, reasons = excluded.reasons,"
        " is_swept = objects_duplicate.is_swept OR excluded.is_swept"
        " WHERE objects_duplicate.state = 'open' AND (excluded.is_swept OR NOT objects_duplicate.is_swept)",
        [
            object_key, is_swept, clock.real_now(), [one for one, _other in once], [other for _one, other in once],
            [each.confidence for each in once.values()], [json.dumps(each.reasons) for each in once.values()],
        ],
    )  # fmt: skip
