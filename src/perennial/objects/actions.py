"""The `Action` contract and the one way to run one: typed input, permission, one transaction, a result per record.

    @action("customers.add_note", on=("customers.person", "customers.company"), verb="edit", label=_("Add a note"),
            icon="note", input=NoteInput)
    def add_note(ids: Sequence[int], data: NoteInput, *, by: Actor, run: Run) -> list[Result]:
        ...

The function receives the ids that the actor may use the verb on (the others are answered `not_found` for it), writes
set-based inside the transaction that `run_action` opened, logs its changes with `run.id`, records its events with
`run.cause`, and returns a result for each id. The verb on one record is a set of one.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from perennial.objects.field_rights import locked
from perennial.objects.fields.protocol import Label
from perennial.objects.types import object_types
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Verb


class NoInput(BaseModel):
    """For actions that need nothing but the records."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one record: done, or refused with a code and a sentence."""

    id: int | None
    code: str = "done"
    sentence: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        return self.code == "done"


@dataclass(frozen=True, slots=True)
class Run:
    """One execution: a row of `objects_run`. `cause` marks its events, `id` its changes, by which it can be undone."""

    id: int
    cause: uuid.UUID
    results: tuple[Result, ...] = ()
    sentence: str = ""
    object_key: str = ""  # the kind that an action was run on, where that was said
    occasions: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)  # by record: what an automation acts upon


Perform = Callable[..., list[Result]]
Undo = Callable[..., list[Result]]  # (id of the run, by=actor, run=of the undoing); data: {"conflicts": [fields]}


@dataclass(frozen=True, slots=True)
class Action:
    """`on` lists the kinds it applies to; `verb` is the right it needs on them, `permission` a named right besides.

    `sentence` says what was done, with {count}: "Assigned {count} customers". `is_bulk` offers it for a selection.
    `sets` is the field that it sets to the input of that name: what moving a card to another lane runs. `writes` are
    others that it sets. An action is not for whoever may not write one of them. `least` is how many records it needs.
    Programs may run it even where `on_pages` does not offer it.

    Undoing a run puts back what stands in the change log of it; where that is not all, `undo` does it instead. `on` may
    be a collection that is asked each time, as users make kinds; such an action is told its kind in `run.object_key`.
    """

    key: str
    on: Collection[str]
    verb: Verb
    label: Label
    icon: str
    perform: Perform
    input: type[BaseModel] = NoInput
    permission: str = ""
    sentence: Label = ""
    is_bulk: bool = False
    is_quiet: bool = False  # destructive or rare: offered under "More"
    can_undo: bool = True
    sets: str = ""
    writes: tuple[str, ...] = ()
    least: int = 1
    undo: Undo | None = None
    on_pages: bool = True


actions: dict[str, Action] = {}


class _EveryKind(Collection[str]):
    def __contains__(self, key: object) -> bool:
        return key in object_types

    def __iter__(self) -> Iterator[str]:
        return iter(object_types)

    def __len__(self) -> int:
        return len(object_types)


EVERY_KIND: Collection[str] = _EveryKind()  # what users make comes and goes, so it is asked each time


def action(
    key: str,
    *,
    on: Collection[str],
    verb: Verb,
    label: Label,
    icon: str = "bolt",
    input: type[BaseModel] = NoInput,
    permission: str = "",
    sentence: Label = "",
    is_bulk: bool = False,
    is_quiet: bool = False,
    can_undo: bool = True,
    sets: str = "",
    writes: tuple[str, ...] = (),
    least: int = 1,
    undo: Undo | None = None,
    on_pages: bool = True,
) -> Callable[[Perform], Perform]:
    """Declare an action under a permanent key. Refuses a key that is taken."""

    def declare(perform: Perform) -> Perform:
        if key in actions:
            raise ValueError(f"The action {key} is declared twice.")
        actions[key] = Action(
            key, on, verb, label, icon, perform, input, permission, sentence, is_bulk, is_quiet, can_undo, sets, writes,
            least, undo, on_pages,
        )  # fmt: skip
        return perform

    return declare


def may_write(act: Action, object_key: str, by: Actor) -> bool:
    """Whether the actor's role lets them write what the action sets."""
    kind = object_types.get(object_key)
    return kind is None or locked(kind, by).isdisjoint((act.sets, *act.writes))


def actions_on(object_key: str, by: Actor) -> list[Action]:
    """The actions that this actor is offered on this kind."""
    return [
        each
        for each in actions.values()
        if object_key in each.on
        and by.reach(object_key, each.verb) > 0
        and (not each.permission or by.may(each.permission))
        and may_write(each, object_key, by)
    ]
