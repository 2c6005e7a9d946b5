"""The `ImportKind` contract: what the import page, the command line and the sample offer to read from a file.

Declare in your room, register from `apps.ready()`:

    register_import_kind(ImportKind(
        key="commerce.order_lines", label=_("Orders, one line a row"), icon="shopping-bag",
        fields=(ImportField("number", _("Order number"), required=True, aliases=("invoice no",)), …),
        options=(ImportOption("dates", _("Dates are written"), (("dmy", _("day first")), …), default="dmy"),),
        needs=(("commerce.order", "create"),), open=OrderLineWriter,
    ))

`open` is given a `Session` and answers with a `Writer`. `Writer.read` gets a batch of rows and says what they mean,
without asking the database: a thread reads while the batch before is being written. `Writer.write` gets what was read,
inside the transaction that also moves the import's position: it writes set-based, logs its changes with
`session.run.id` (that is how an import is taken back), records its events with `session.run.cause`, and says what
became of the rows. A kill repeats a batch as a whole or not at all. A preview is the same call, rolled back, over the
first rows. `finish` runs once, after the last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from perennial.objects.actions import Run
from perennial.objects.field_rights import locked
from perennial.objects.fields import Label
from perennial.objects.types import object_types
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach, Verb

PERMISSION = "import.run"


@dataclass(frozen=True, slots=True)
class ImportField:
    """`aliases` are headings under which files call it; case, spaces and signs do not matter. `clean` makes a value of
    a text, or raises ValueError: columns are told by it too. `tells` says of values that can hardly be anything else
    (an e-mail address) that they are such."""

    key: str
    label: Label
    required: bool = False
    aliases: tuple[str, ...] = ()
    help: Label = ""
    clean: Callable[[str], Any] | None = None
    tells: Callable[[str], bool] | None = None

    def takes(self, text: str) -> bool:
        try:
            return self.clean is None or self.clean(text) is not None
        except ValueError:
            return False


@dataclass(frozen=True, slots=True)
class ImportOption:
    """How to read the file. With `choices` one of them, without any text."""

    key: str
    label: Label
    choices: tuple[tuple[str, Label], ...] = ()
    default: str = ""
    help: Label = ""
    surest: tuple[str, ...] = ()  # those of the choices that may be chosen for somebody, the first one mapped


class ImportRow(NamedTuple):
    """`number` is the row's place in the file, from 1 without the headings. `cells` are in the order of the kind's
    `fields`; None where the cell is empty or no column was chosen."""

    number: int
    cells: Sequence[str | None]


class Skipped(NamedTuple):
    """`code` is permanent and for programs, `sentence` says to a person why and what to do."""

    number: int
    code: str
    sentence: str


@dataclass(slots=True)
class Outcome:
    """What became of a batch. Rows written are counted as created, updated or unchanged; `remarks` counts, by sentence,
    decisions about rows that were written. For a preview `made` may say what each row did, and `after` what its fields
    became, by row number."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    remarks: dict[str, int] = field(default_factory=dict)
    made: dict[int, str] = field(default_factory=dict)
    after: dict[int, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Session:
    """One import at work. `mapped` are the keys of the fields that have a column; `source` is the file's name. In a
    trial every batch is rolled back, so that a batch does not find what those before it wrote."""

    by: Actor
    run: Run
    options: Mapping[str, str]
    mapped: frozenset[str]
    source: str = ""
    is_sample: bool = False
    is_preview: bool = False
    is_trial: bool = False


class Writer(Protocol):
    def read(self, rows: Sequence[ImportRow]) -> Any: ...

    def write(self, read: Any) -> Outcome: ...

    def finish(self) -> None: ...


@dataclass(frozen=True, slots=True)
class ImportKind:
    """`needs` are the rights on objects that it takes besides the permission to import; `batch` is rows a
    transaction. `object_key` is the kind whose list shows what was imported. Neighbouring rows with the same value in
    the field `together` (the lines of an order) come in one batch, which grows to at most twice its size for it."""

    key: str
    label: Label
    fields: tuple[ImportField, ...]
    needs: tuple[tuple[str, Verb], ...]
    open: Callable[[Session], Writer]
    options: tuple[ImportOption, ...] = ()
    icon: str = "file-import"
    object_key: str = ""
    together: str = ""
    batch: int = 5_000

    def is_allowed(self, by: Actor) -> bool:
        return by.may(PERMISSION) and all(by.reach(key, verb) > Reach.NONE for key, verb in self.needs)

    def offered(self, by: Actor) -> tuple[ImportField, ...]:
        """The fields that the actor's role lets them write: a column can become no other."""
        kind = object_types.get(self.key)
        gone = locked(kind, by) if kind is not None else ()
        return tuple(each for each in self.fields if each.key not in gone)


import_kinds: dict[str, ImportKind] = {}


def register_import_kind(declared: ImportKind) -> ImportKind:
    """Refuses a key that is taken. A kind with an object type's key stands in place of its generic one."""
    if declared.key in import_kinds:
        raise ValueError(f"The import kind {declared.key} is declared twice.")
    import_kinds[declared.key] = declared
    return declared
