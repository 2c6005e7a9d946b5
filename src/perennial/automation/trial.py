"""A test run: the way of one real record through a definition, walked in a transaction that is taken back.

Everything is really done, with the rights of whoever tries it, and then nothing of it has happened: no row, no event,
no mail, since what leaves the house leaves it after a commit. Waits are walked past at once, by the way that is chosen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from perennial.automation.defining import require
from perennial.automation.definition.checking import checked
from perennial.automation.definition.program import END, program_of
from perennial.automation.definition.scope import Scope, scope_of
from perennial.automation.definition.steps import kind_of
from perennial.automation.definition.tree import Definition
from perennial.automation.running.advancing import moves_of
from perennial.automation.running.going import Going, Move, Traveller
from perennial.automation.running.live import trial_actor
from perennial.automation.running.matching import matching
from perennial.foundation import clock
from perennial.foundation.sql import fetch
from perennial.objects.query import get
from perennial.objects.types import object_types
from perennial.objects.zones import firm_zone
from perennial.workspace.actor import Actor

MOST_STEPS = 300  # walked, loops included
_WAYS = {"met": "met", "late": "waiting", "refused": "refused"}


@dataclass(frozen=True, slots=True)
class Written:
    """A record that would be changed or made: {field: [old, new]}, or the whole of a new one."""

    object_key: str
    record_id: int
    kind: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Walked:
    """A step as it would go: what it says, what came of it, how long it would wait, what it would write."""

    step: str
    sentence: str
    code: str
    outcome: str
    waits: bool = False
    due_at: Any = None
    writes: tuple[Written, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """`enters` says whether the entry condition holds; the way is walked in either case."""

    enters: bool
    ending: str
    steps: list[Walked] = field(default_factory=list)


class _TakeBack(Exception):
    """No fault: how the transaction is undone."""


def try_out(
    definition: Definition, record_id: int, *, by: Actor, event: Mapping[str, Any] | None = None,
    ways: Mapping[str, str] | None = None,
) -> Trial:  # fmt: skip
    """Walk it. `event` is what would start it; `ways` says for waits and questions which way is tried: "met" (the
    default), "late", or "refused"."""
    require(by)
    checked(definition, by=by)
    kind = object_types[definition.object]
    get(kind, record_id, by=by, columns=[kind.title])
    found: list[Trial] = []
    try:
        with transaction.atomic(), translation.override(by.language):
            found.append(_walk(definition, record_id, by, dict(event or {}), ways or {}))
            raise _TakeBack
    except _TakeBack:
        return found[0]


def _walk(definition: Definition, record_id: int, by: Actor, event: dict[str, Any], ways: Mapping[str, str]) -> Trial:
    program, kind, now = program_of(definition), object_types[definition.object], clock.now()
    going = Going(0, _("Test run"), 0, kind, program, trial_actor(by), now, firm_zone(), is_trial=True)
    scope = scope_of(definition, kind, by)
    enters = bool(matching(kind, [record_id], definition.when, by=by))
    traveller = Traveller(0, record_id, "", now, None, 0, {"event": event})
    step, seen = program.first, _last_change()
    walked: list[Walked] = []
    for _turn in range(MOST_STEPS):
        if step == END:
            return Trial(enters, "done", walked)
        move = _moved(step, traveller, going)
        told, seen = _writes(seen)
        walked.append(_said(step, move, going, scope, told))
        if move.ends is not None:
            return Trial(enters, move.ends, walked)
        if move.context is not None:
            traveller.context = dict(move.context)
        if move.stays:
            traveller.phase, traveller.until = _WAYS.get(ways.get(step, "met"), "met"), now
            continue
        step, traveller.phase, traveller.until = program.after(step, move.way), "", None
    return Trial(enters, "too_long", walked)


def _moved(step: str, traveller: Traveller, going: Going) -> Move:
    """A rule that is waited for is taken to hold, or not, as it was chosen."""
    node = going.program.places[step].step
    if node.kind == "wait_until" and traveller.phase:
        return Move(way="met" if traveller.phase == "met" else "late", sentence=_("as chosen for this test"))
    return moves_of(step, [traveller], going)[traveller.run_id]


def _said(step: str, move: Move, going: Going, scope: Scope, writes: tuple[Written, ...]) -> Walked:
    node = going.program.places[step].step
    sentence = kind_of(node).sentence(node, scope)
    return Walked(step, sentence, move.code or "waits", move.sentence, move.stays, move.due_at, writes)


def _last_change() -> int:
    return int(fetch("SELECT coalesce(max(id), 0) FROM timeline_change")[0][0])


def _writes(after: int) -> tuple[tuple[Written, ...], int]:
    """What this transaction has written since."""
    rows = fetch(
        'SELECT id, object_key, record_id, kind, "values" FROM timeline_change WHERE id > %s'
        " AND xid = pg_current_xact_id() ORDER BY id LIMIT 200",
        [after],
    )
    told = tuple(Written(key, record_id, kind, json.loads(values)) for _id, key, record_id, kind, values in rows)
    return told, rows[-1][0] if rows else after
