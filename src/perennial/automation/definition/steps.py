"""The base of all steps, how lists of them are read, and what each kind of step registers.

    register_step(StepKind("stop", StopStep, label=_("Stop"), icon="player-stop", execute=_execute, sentence=_sentence))

`check` yields a sentence for each fault, `sentence` says the step in the user's language, `execute` moves everybody who
has arrived at the step, as one set. `ways` are the lists of steps below it, by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from django.utils.translation import gettext as _
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
)

from perennial.automation.definition.limits import MOST_STEPS
from perennial.foundation.errors import Invalid
from perennial.objects.fields.protocol import Label

if TYPE_CHECKING:
    from perennial.automation.definition.scope import Scope
    from perennial.automation.running.going import Going, Move, Traveller
    from perennial.objects.types import ObjectType

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Step(BaseModel):
    """`key` is the step's own within the definition, and stays through versions. `note` is for those who read it."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    kind: str
    key: Key
    note: Annotated[str, Field(max_length=500)] = ""


def _read_steps(data: Any) -> tuple[Step, ...]:
    if not isinstance(data, list | tuple):
        raise ValueError(_("Steps are a list."))
    if len(data) > MOST_STEPS:
        raise Invalid({"": _("An automation has at most %(most)d steps.") % {"most": MOST_STEPS}})
    return tuple(each if isinstance(each, Step) else read_step(each) for each in data)


Steps = Annotated[
    tuple[Step, ...],
    BeforeValidator(_read_steps),
    PlainSerializer(lambda steps: [each.model_dump(mode="json", exclude_defaults=False) for each in steps]),
    WithJsonSchema({"type": "array", "items": {"$comment": "Step"}, "maxItems": MOST_STEPS}),
]

Check = Callable[[Any, "Scope"], Iterable[str]]
Sentence = Callable[[Any, "Scope"], str]
Execute = Callable[[Any, Sequence["Traveller"], "Going"], "Mapping[int, Move]"]


def _nothing_wrong(step: Any, scope: Scope) -> Iterable[str]:
    return ()


def _no_ways(step: Any) -> Mapping[str, tuple[Step, ...]]:
    return {}


@dataclass(frozen=True, slots=True)
class StepKind:
    """`again` is for steps that their ways lead back to, a loop, and `items` says what it walks through."""

    word: str
    node: type[Step]
    label: Label
    icon: str
    execute: Execute
    sentence: Sentence
    check: Check = _nothing_wrong
    ways: Callable[[Any], Mapping[str, tuple[Step, ...]]] = _no_ways
    again: bool = False
    items: Callable[[Any, Scope], ObjectType | None] | None = None


step_kinds: dict[str, StepKind] = {}


def register_step(declared: StepKind) -> StepKind:
    """Refuses a word that is taken."""
    if declared.word in step_kinds:
        raise ValueError(f"The kind of step {declared.word} is declared twice.")
    step_kinds[declared.word] = declared
    return declared


def kind_of(step: Step) -> StepKind:
    return step_kinds[step.kind]


def read_step(data: Any) -> Step:
    """A step from JSON. Raises `Invalid` with its key and what is wrong."""
    if not isinstance(data, Mapping) or not isinstance(data.get("kind"), str):
        raise Invalid({"": _("A step is an object with a “kind” and a “key”.")})
    declared = step_kinds.get(data["kind"])
    name = str(data.get("key", ""))[:80]
    if declared is None:
        known = ", ".join(step_kinds)
        raise Invalid({name: _("There is no such kind of step. Known are: %(known)s.") % {"known": known}})
    try:
        return declared.node.model_validate(dict(data))
    except ValidationError as error:
        raise Invalid({name: faults_of(error)}) from None


def faults_of(error: ValidationError) -> str:
    """What is wrong, and where, in one sentence."""
    return " ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}." for each in error.errors()[:5])


def walk(steps: Iterable[Step]) -> Iterator[tuple[int, Step]]:
    """Every step with how deep it stands, in the order of reading."""
    waiting = [(1, step) for step in reversed(tuple(steps))]
    while waiting:
        depth, step = waiting.pop()
        yield depth, step
        below = [each for way in kind_of(step).ways(step).values() for each in way]
        waiting.extend((depth + 1, each) for each in reversed(below))
