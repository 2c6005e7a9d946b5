"""The `ObjectType` contract: everything that the product knows about a kind of thing, as frozen data.

Declare in your room's `objects.py`, register from `apps.ready()`. An example is at the end of `docs/guide/objects.md`.
Interpreters (`query`, `writing`, `search`, `importing`, `exporting`, `web.screens`, `rest`) read it; it has no
methods worth overriding. A slot takes a function where data is not enough.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from perennial.conditions.resolver import EventSource
from perennial.conditions.tree import TRUE, Condition
from perennial.objects.fields.protocol import Field, Label
from perennial.workspace.actor import Actor


@dataclass(frozen=True, slots=True)
class Owned:
    """Access by the record's own `owner_id` and `team_id`."""


@dataclass(frozen=True, slots=True)
class Through:
    """Access as to the record that `column` names, of another kind; without one only a reach of ALL sees it."""

    column: str  # e.g. "customer_id"
    object_key: str


@dataclass(frozen=True, slots=True)
class Shared:
    """Nobody owns it: any reach above NONE is ALL."""


@dataclass(frozen=True, slots=True)
class List:
    """What a list shows at first. `columns` and `sort` name fields and facts ("fact:room.name"); "-" sorts down.

    `filters` are offered as ready chips: (label, condition in text form). `lanes` is the field whose values are the
    lanes of a board at first; without it a choice that can be set.
    """

    columns: tuple[str, ...]
    sort: str
    filters: tuple[tuple[Label, str], ...] = ()
    lanes: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """One record as an action leaves it, handed to the slots in the same transaction."""

    id: int
    values: Mapping[str, Any]  # on create the whole record by field key; on update the new values
    old: Mapping[str, Any] = field(default_factory=dict)  # on update: the old values of what changed; on delete: all


Slot = Callable[[Sequence[Written], Actor, uuid.UUID], None]  # (records, by, cause of this run)
Check = Callable[[Mapping[str, Any]], Mapping[str, Label]]  # a rule over several fields: what is wrong, by field
Creator = Callable[[Sequence[Mapping[str, Any]], Actor, uuid.UUID], list[int]]


@dataclass(frozen=True, slots=True, eq=False)  # each declaration is itself, so that interpreters can cache by it
class ObjectType:
    """`base` selects this kind's rows where several kinds share a table; `fixed` is what creation writes for it, by
    column. A kind that is only the union of others over the same table names them in `parts`: who may do what is asked
    of each part for its own rows. `events` says how the events of a record are found, given the SQL alias of its row;
    without it they are those whose subject the record is.

    `since` is the column of the instant from which a record counts for those it refers to: an order when it was placed,
    not when it was imported.

    `path` is the word in URLs and in the API ("people"). `external` is the field for upserts. `search` names the
    columns whose text finds a record. `prepare` is given the cleaned values of a new record and answers with those that
    follow from them (a name from its parts), read-only ones too. Slots run inside the action's transaction:
    `on_created` and so on for consequences in this room, `create` in place of the plain insert when a record has parts
    (an order's lines).
    """

    key: str
    model: type[models.Model]
    label: Label
    label_plural: Label
    path: str
    icon: str
    title: str
    fields: tuple[Field, ...]
    list: List
    access: Owned | Through | Shared = Owned()
    base: Condition = TRUE
    fixed: Mapping[str, Any] = field(default_factory=dict)
    search: tuple[str, ...] = ()
    detail: str = ""  # a field shown under the title in search results
    external: str = "external_id"
    form: tuple[str, ...] = ()  # fields of the create and edit form, in order; () is every field that can be set
    has_page: bool = True
    can_create: bool = True
    can_edit: bool = True
    can_delete: bool = True
    parts: tuple[str, ...] = ()
    events: Callable[[str], EventSource] | None = None
    since: str = "created_at"
    facts_of: str = ""  # the kind whose facts it shares; "" is its own key
    prepare: Callable[[Mapping[str, Any], Actor], Mapping[str, Any]] | None = None
    on_created: Slot | None = None
    on_updated: Slot | None = None
    on_deleted: Slot | None = None
    on_restored: Slot | None = None
    create: Creator | None = None
    check: Check | None = None

    @property
    def table(self) -> str:
        return str(self.model._meta.db_table)

    @property
    def facts_key(self) -> str:
        return self.facts_of or self.key

    def field(self, key: str) -> Field | None:
        return next((each for each in self.fields if each.key == key), None)


class _Kinds(dict[str, ObjectType]):
    """What users make comes and goes while other threads walk through: they walk through a copy."""

    def __iter__(self) -> Iterator[str]:
        return iter(list(super().__iter__()))

    def values(self) -> list[ObjectType]:  # type: ignore[override]
        return list(super().values())

    def items(self) -> list[tuple[str, ObjectType]]:  # type: ignore[override]
        return list(super().items())


object_types: dict[str, ObjectType] = _Kinds()


def current(kind: ObjectType) -> ObjectType:
    """The kind as it is now, with what users made of it, for one who holds the declaration."""
    return object_types.get(kind.key, kind)


def register(declared: ObjectType) -> ObjectType:
    """Refuses a key or path that is taken, a list or form that names no field, and a title that is none."""
    if declared.key in object_types:
        raise ValueError(f"The object type {declared.key} is declared twice.")
    if any(each.path == declared.path for each in object_types.values()):
        raise ValueError(f"The path {declared.path} is taken.")
    keys = {each.key for each in declared.fields}
    named = {
        key
        for key in (
            *declared.list.columns,
            *declared.form,
            declared.title,
            declared.list.sort.lstrip("-"),
            *filter(None, [declared.list.lanes]),
        )
        if not key.startswith("fact:")
    }
    if named - keys:
        raise ValueError(f"{declared.key} names fields that it does not declare: {', '.join(sorted(named - keys))}.")
    object_types[declared.key] = declared
    return declared


def type_by_path(path: str) -> ObjectType | None:
    return next((each for each in object_types.values() if each.path == path), None)
