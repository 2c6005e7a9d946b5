"""What somebody decides about pairs: merge them, never merge them, and taking that back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock
from perennial.foundation.errors import Forbidden, NotFound, Refused
from perennial.objects.actions import Run
from perennial.objects.duplicates.apart import AGAIN, APART
from perennial.objects.duplicates.keeping import follow_merge
from perennial.objects.duplicates.merging import Merger, may_merge, merger_of
from perennial.objects.duplicates.models import Duplicate
from perennial.objects.duplicates.pairs import Pair, open_pairs
from perennial.objects.query import allowed_ids
from perennial.objects.running import run_action
from perennial.objects.types import ObjectType
from perennial.objects.writing import the_only
from perennial.workspace.actor import Actor

MOST_AT_ONCE = 500


def merge_pair(kind: ObjectType, pair: Pair, *, winner: int, fields: Mapping[str, int], by: Actor) -> Run:
    """Merge through the kind's own action. Other pairs of the loser close by themselves: it is not there any more."""
    merger = _merger(kind, by)
    if winner not in (pair.one_id, pair.other_id) or pair.state == Duplicate.State.MERGED:
        raise NotFound
    loser = pair.other_id if winner == pair.one_id else pair.one_id
    with transaction.atomic():
        run = run_action(merger.merge, [winner, loser], {"winner": winner, "fields": dict(fields)}, by=by, on=kind.key)
        refused = next((result for result in run.results if not result.is_done), None)
        if refused is not None:
            raise Refused(refused.sentence or _("One of the two is not yours to change."), code=refused.code)
        follow_merge(kind.key, winner=winner, loser=loser)
        _decide([pair.id], Duplicate.State.MERGED, by=by, run_id=run.id)
    return run


def unmerge_pair(kind: ObjectType, pair: Pair | int, *, by: Actor) -> Run:
    """Take a merge apart; the pair waits again. One of the two is hidden now, so only the other is asked about."""
    merger = _merger(kind, by)
    pair_id = pair if isinstance(pair, int) else pair.id
    row = Duplicate.objects.filter(pk=pair_id, object_key=kind.key, state=Duplicate.State.MERGED).first()
    here = allowed_ids(kind, [row.one_id, row.other_id], by=by, verb="edit") if row else set()
    if row is None or len(here) != 1:
        raise NotFound
    winner = here.pop()
    loser = row.other_id if winner == row.one_id else row.one_id
    with transaction.atomic():
        run = run_action(merger.unmerge, [winner], {"loser": loser}, by=by, on=kind.key)
        the_only(run)
        _decide([row.pk], Duplicate.State.OPEN, by=by)
    return run


def merge_surest(kind: ObjectType, *, least: float, by: Actor) -> tuple[int, int]:
    """Merge what is at least so sure, as a person chose: the older record of each pair stays and takes what it lacks.

    How many were merged, and how many could not be. A record of three goes step by step: its pairs are read anew.
    """
    _merger(kind, by)
    merged = refused = 0
    seen: set[int] = set()
    while merged + refused < MOST_AT_ONCE:
        pairs = [
            each for each in open_pairs(kind, by=by, least=least, limit=100 + len(seen), verb="edit")
            if each.id not in seen
        ]  # fmt: skip
        if not pairs:
            break
        gone: set[int] = set()
        for pair in pairs[: MOST_AT_ONCE - merged - refused]:
            if {pair.one_id, pair.other_id} & gone:
                continue  # it is read again, if it is still there
            seen.add(pair.id)
            try:
                merge_pair(kind, pair, winner=pair.one_id, fields={}, by=by)
            except Refused:
                refused += 1
            else:
                merged += 1
                gone.add(pair.other_id)
    return merged, refused


def keep_apart(kind: ObjectType, pair: Pair, *, by: Actor) -> Run:
    """Remember that these are not the same. Who may decide is who might merge them."""
    return _run_on_both(APART, kind, pair, by)


def ask_again(kind: ObjectType, pair: Pair, *, by: Actor) -> Run:
    return _run_on_both(AGAIN, kind, pair, by)


def _run_on_both(key: str, kind: ObjectType, pair: Pair, by: Actor) -> Run:
    _merger(kind, by)
    run = run_action(key, [pair.one_id, pair.other_id], by=by, on=kind.key)
    refused = next((result for result in run.results if not result.is_done), None)
    if refused is not None:
        raise Refused(refused.sentence, code=refused.code)
    return run


def _merger(kind: ObjectType, by: Actor) -> Merger:
    merger = merger_of(kind)
    if merger is None or by.reach(kind.key, "view") == 0:
        raise NotFound
    if not may_merge(kind, by):
        raise Forbidden
    return merger


def _decide(pair_ids: Sequence[int], state: str, *, by: Actor, run_id: int | None = None) -> int:
    is_open = state == Duplicate.State.OPEN
    return Duplicate.objects.filter(pk__in=pair_ids).update(
        state=state, run_id=run_id, decided_at=None if is_open else clock.real_now(),
        decided_by="" if is_open else by.log_name,
    )  # fmt: skip
