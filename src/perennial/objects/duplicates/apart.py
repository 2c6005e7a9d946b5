"""Saying that records are not the same, whatever looks alike; and taking that back. Who might merge them decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock
from perennial.foundation.errors import Forbidden, Invalid, NotFound
from perennial.foundation.sql import fetch
from perennial.objects.actions import NoInput, Result, Run, action
from perennial.objects.duplicates.merging import MERGED, may_merge
from perennial.objects.types import object_types
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import Actor

APART, AGAIN = "objects.keep_apart", "objects.ask_again"
MOST = 20  # records said to be different by one act: 190 pairs

_PAIRS = (
    "UPDATE objects_duplicate d SET state = %(state)s, run_id = %(run)s, decided_at = %(at)s, decided_by = %(who)s"
    " WHERE {found} RETURNING d.object_key, d.one_id, d.other_id"
)


def _undo_apart(run_id: int, *, by: Actor, run: Run) -> list[Result]:
    """Pairs that nobody had found before are forgotten; the others wait again."""
    gone = fetch(
        "DELETE FROM objects_duplicate WHERE run_id = %s AND state = 'never' AND confidence = 0"
        " RETURNING object_key, one_id, other_id", [run_id],
    )  # fmt: skip
    return _logged([*gone, *_set("open", "d.run_id = %(undone)s AND d.state = 'never'", {"undone": run_id}, by, run)],
                   by, run, is_apart=False)  # fmt: skip


def _undo_again(run_id: int, *, by: Actor, run: Run) -> list[Result]:
    pairs = _set("never", "d.run_id = %(undone)s AND d.state = 'open'", {"undone": run_id}, by, run)
    return _logged(pairs, by, run, is_apart=True)


@action(
    APART, on=MERGED, verb="edit", label=_("Never merge these"), icon="arrows-split",
    sentence=_("They stay apart, and nobody is asked again."), is_bulk=True, is_quiet=True, least=2, undo=_undo_apart,
)  # fmt: skip
def keep_apart(ids: Sequence[int], data: NoInput, *, by: Actor, run: Run) -> list[Result]:
    """Each of these is none of the others."""
    _require(run, by)
    if not 1 < len(ids) <= MOST:
        raise Invalid({"ids": _("Choose from two to %(most)d records.") % {"most": MOST}})
    pairs = list(combinations(sorted(ids), 2))
    fetch(
        "INSERT INTO objects_duplicate (object_key, one_id, other_id, confidence, reasons, is_swept, state, found_at,"
        " decided_by) SELECT %s, one, other, 0, '[]', false, 'open', %s, ''"
        " FROM unnest(%s::bigint[], %s::bigint[]) AS new (one, other) ON CONFLICT DO NOTHING RETURNING id",
        [run.object_key, clock.real_now(), [one for one, _other in pairs], [other for _one, other in pairs]],
    )
    _logged(_set("never", _AMONG, _among(run, ids), by, run), by, run, is_apart=True)
    return [Result(id) for id in ids]


@action(
    AGAIN, on=MERGED, verb="edit", label=_("Ask again whether these are the same"), icon="arrow-back-up",
    sentence=_("They wait for a decision again."), is_quiet=True, least=2, undo=_undo_again, on_pages=False,
)  # fmt: skip
def ask_again(ids: Sequence[int], data: NoInput, *, by: Actor, run: Run) -> list[Result]:
    """Takes back that these are not the same, whoever said so."""
    _require(run, by)
    _logged(_set("open", _AMONG_APART, _among(run, ids), by, run), by, run, is_apart=False)
    return [Result(id) for id in ids]


_THESE = "d.object_key = %(key)s AND d.one_id = ANY(%(ids)s::bigint[]) AND d.other_id = ANY(%(ids)s::bigint[])"
_AMONG = f"{_THESE} AND d.state = 'open'"
_AMONG_APART = f"{_THESE} AND d.state = 'never'"


def _among(run: Run, ids: Sequence[int]) -> dict[str, object]:
    return {"key": run.object_key, "ids": list(ids)}


def _require(run: Run, by: Actor) -> None:
    kind = object_types.get(run.object_key)
    if kind is None or kind.key not in MERGED:
        raise NotFound
    if not may_merge(kind, by):
        raise Forbidden


def _set(state: str, found: str, words: dict[str, object], by: Actor, run: Run) -> list[tuple[str, int, int]]:
    is_open = state == "open"
    return fetch(_PAIRS.format(found=found), {
        **words, "state": state, "run": run.id, "at": None if is_open else clock.real_now(),
        "who": "" if is_open else by.log_name,
    })  # fmt: skip


def _logged(pairs: Iterable[tuple[str, int, int]], by: Actor, run: Run, *, is_apart: bool) -> list[Result]:
    found = sorted(pairs)
    log_changes(
        (
            Change(key, one, "apart", {"other": other, "apart": is_apart})
            for key, *pair in found
            for one, other in (pair, pair[::-1])
        ),
        actor=by.log_name, action=APART if is_apart else AGAIN, cause=run.cause, run_id=run.id,
    )  # fmt: skip
    return [Result(id) for id in sorted({id for _key, *pair in found for id in pair})]
