"""Doing something with the records of a set of runs, once for each run, and remembering that an automation did it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec
from django.utils.translation import gettext as _

from perennial.automation.definition.steps import kind_of
from perennial.automation.definition.values import filled, is_filled_in
from perennial.automation.running.effects import note_effect
from perennial.automation.running.filling import values_for
from perennial.automation.running.going import Going, Move, Traveller
from perennial.foundation.errors import Refused
from perennial.foundation.ids import uuid7
from perennial.objects.actions import Result, Run
from perennial.objects.types import ObjectType
from perennial.objects.writing.outcomes import keep_run, next_run_id

IfRefused = Literal["stop", "go_on"]
Act = Callable[[list[tuple[Traveller, int]], Any], tuple[uuid.UUID | None, Sequence[Result]]]


def innermost(going: Going, step_key: str) -> tuple[str, ObjectType] | None:
    """The loop around a step that "item.…" means, and the kind that it walks through."""
    loops = going.program.places[step_key].loops
    kind = loop_kind(going, loops[-1]) if loops else None
    return None if kind is None else (loops[-1], kind)


def loop_kind(going: Going, loop: str) -> ObjectType | None:
    step = going.program.places[loop].step
    items = kind_of(step).items
    return None if items is None else items(step, None)  # type: ignore[arg-type]


def target(traveller: Traveller, about: str) -> int | None:
    """The record that a step acts on: the one on its way, or the one that a loop is at."""
    return traveller.item(about) if about else traveller.record_id


def act_on(
    step_key: str,
    about: str,
    given: Mapping[str, Any],
    travellers: Sequence[Traveller],
    going: Going,
    *,
    if_refused: IfRefused,
    act: Act,
) -> dict[int, Move]:
    """Run `act` over all of them: once for all whose input is the same, and never twice on one record at once, because
    a set knows a record once and each run is owed its own effect."""
    moves: dict[int, Move] = {}
    for pairs, data in _same_input(step_key, about, given, travellers, going, moves):
        try:
            cause, results = act(pairs, data)
        except Refused as refusal:
            cause, results = None, [Result(record_id, refusal.code, _whole(refusal)) for _each, record_id in pairs]
        if cause is not None:
            note_effect(cause, going)
        for (traveller, _record_id), result in zip(pairs, results, strict=True):
            moves[traveller.run_id] = move_of(result, if_refused)
    return moves


def move_of(result: Result, if_refused: IfRefused) -> Move:
    if result.is_done:
        return Move()
    ends: Literal["failed"] | None = "failed" if if_refused == "stop" else None
    return Move(code=result.code[:40], sentence=str(result.sentence)[:400], ends=ends)


def new_run() -> Run:
    return Run(next_run_id(), uuid7())


def keep(run: Run, results: Sequence[Result], word: str, kind: ObjectType, data: Any, going: Going) -> None:
    """The row by which what was written is known, and can be undone."""
    done = Run(run.id, run.cause, tuple(results))
    keep_run(done, f"automation.{word}", kind.key, by=going.by, input=plain_json(data))


def plain_json(data: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(data, enc_hook=str))


def _same_input(
    step_key: str,
    about: str,
    given: Mapping[str, Any],
    travellers: Sequence[Traveller],
    going: Going,
    moves: dict[int, Move],
) -> Iterator[tuple[list[tuple[Traveller, int]], Any]]:
    values: Mapping[int, Mapping[str, Any]] = {}
    varies = any(is_filled_in(each) for each in given.values())
    if varies:
        values = values_for(given.values(), travellers, going, item=innermost(going, step_key))
    sets: dict[tuple[bytes, int], tuple[list[tuple[Traveller, int]], Any]] = {}
    seen: dict[int, int] = {}
    same: Any = dict(given)
    for each in travellers:
        record_id = target(each, about)
        if record_id is None:
            moves[each.run_id] = Move(code="not_found", sentence=_("There is nothing to act on."))
            continue
        data, name = same, b""
        if varies:
            data = filled(dict(given), values.get(each.run_id, {}), now=going.now, zone=going.zone)
            name = msgspec.json.encode(data, enc_hook=str)
        turn = seen[record_id] = seen.get(record_id, -1) + 1
        sets.setdefault((name, turn), ([], data))[0].append((each, record_id))
    yield from sets.values()


def _whole(refusal: Refused) -> str:
    """A refusal with what it says about single fields."""
    fields = getattr(refusal, "fields", None)
    return " ".join(map(str, fields.values())) if fields else str(refusal)
