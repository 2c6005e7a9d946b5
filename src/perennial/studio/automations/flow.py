"""Changing a definition as JSON: finding steps, putting them in, moving and taking them out. The tree is read strictly
before and after, so that here only its shape matters."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from perennial.foundation.errors import NotFound

Json = dict[str, Any]
_WAYS = {
    "approval": ("approved", "refused", "late"), "wait_for_event": ("met", "late"), "wait_until": ("met", "late"),
    "loop": ("steps",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spot:
    """Before the step of this number in a way of a step; the flow itself has no parent."""

    parent: str
    way: str
    index: int


def ways_in(step: Json) -> dict[str, list[Json]]:
    """The lists of steps below one, by name, as they stand in it."""
    if step["kind"] == "branch":
        ways = {f"way{number}": way.setdefault("steps", []) for number, way in enumerate(step["ways"])}
        return {**ways, "otherwise": step.setdefault("otherwise", [])}
    return {name: step.setdefault(name, []) for name in _WAYS.get(step["kind"], ())}


def list_at(definition: Json, parent: str, way: str) -> list[Json]:
    """Raises `NotFound`: somebody else may have taken the step out."""
    if not parent:
        steps: list[Json] = definition["steps"]
        return steps
    found = ways_in(found_step(definition, parent)).get(way)
    if found is None:
        raise NotFound
    return found


def found_step(definition: Json, key: str) -> Json:
    steps, index = place_of(definition, key)
    return steps[index]


def place_of(definition: Json, key: str) -> tuple[list[Json], int]:
    """The list in which it stands, and where."""
    for steps in _lists(definition):
        for index, step in enumerate(steps):
            if step["key"] == key:
                return steps, index
    raise NotFound


def put(definition: Json, step: Json, spot: Spot) -> None:
    steps = list_at(definition, spot.parent, spot.way)
    steps.insert(max(0, min(spot.index, len(steps))), step)


def take_out(definition: Json, key: str) -> Json:
    steps, index = place_of(definition, key)
    return steps.pop(index)


def move(definition: Json, key: str, spot: Spot) -> None:
    """`spot` is counted without the step itself. A step cannot be moved into itself."""
    step = take_out(definition, key)
    put(definition, step, spot)


def step_by(definition: Json, key: str, by: int) -> None:
    """One up or down in its list; at the end of a way it goes no further."""
    steps, index = place_of(definition, key)
    to = index + by
    if 0 <= to < len(steps):
        steps[index], steps[to] = steps[to], steps[index]


def duplicate(definition: Json, key: str) -> str:
    """A copy behind it, with keys of its own; the key of the copy."""
    steps, index = place_of(definition, key)
    twin = copy.deepcopy(steps[index])
    taken = {step["key"] for each in _lists(definition) for step in each}
    for each in _lists({"steps": [twin]}):
        for step in each:
            step["key"] = free_key(step["kind"], taken)
            taken.add(step["key"])
    steps.insert(index + 1, twin)
    return str(twin["key"])


def new_key(definition: Json, kind: str) -> str:
    return free_key(kind, {step["key"] for each in _lists(definition) for step in each})


def free_key(kind: str, taken: set[str]) -> str:
    number = 1
    while f"{kind}{number}" in taken:
        number += 1
    return f"{kind}{number}"


def _lists(definition: Json) -> Iterator[list[Json]]:
    waiting: list[list[Json]] = [definition["steps"]]
    while waiting:
        steps = waiting.pop()
        yield steps
        waiting.extend(way for step in steps for way in ways_in(step).values())
