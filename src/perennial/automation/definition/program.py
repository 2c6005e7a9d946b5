"""A definition as it is walked: for each step where it leads, so that a place in it is one key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from perennial.automation.definition.steps import Step, kind_of
from perennial.automation.definition.tree import Definition

END = ""  # behind the last step


@dataclass(frozen=True, slots=True)
class Place:
    """A step, the key of the step after it, and of the first in each of its ways. `loops` stand around it, the
    outermost first."""

    step: Step
    next: str
    ways: Mapping[str, str]
    loops: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Program:
    definition: Definition
    first: str
    places: Mapping[str, Place]

    def after(self, key: str, way: str = "") -> str:
        """Where it goes on from a step: into one of its ways, or past it."""
        place = self.places[key]
        return place.ways[way] if way else place.next


def program_of(definition: Definition) -> Program:
    places: dict[str, Place] = {}
    first = _lay(definition.steps, END, (), places)
    return Program(definition, first, places)


def _lay(steps: tuple[Step, ...], then: str, loops: tuple[str, ...], places: dict[str, Place]) -> str:
    """Lay down steps that are followed by `then`; the key of the first."""
    following = then
    for step in reversed(steps):
        kind = kind_of(step)
        leads_to = step.key if kind.again else following
        inside = (*loops, step.key) if kind.again else loops
        ways = {name: _lay(way, leads_to, inside, places) for name, way in kind.ways(step).items()}
        places[step.key] = Place(step, following, ways, loops)
        following = step.key
    return following
