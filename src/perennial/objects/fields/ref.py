"""Fields that name another record, a user or a team. Stored by id; a row holds a `Link`, with the title to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Unpack

from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import ColumnType
from perennial.foundation.text import whole_number
from perennial.objects.fields.options import Options
from perennial.objects.fields.plain import is_empty
from perennial.objects.fields.protocol import Field, Label

USER = "workspace.user"
TEAM = "workspace.team"
LARGEST_ID = 2**63 - 1


class Link(NamedTuple):
    """Points at a record of a kind. The title is empty where the actor may not see that record."""

    object_key: str
    id: int
    title: str


class _ById:
    """What the three have in common: an id comes in, a `Link` goes out."""

    __slots__ = ()

    def clean(self, value: Any) -> int | None:
        return _id_of(value)

    def json(self, value: Any) -> Any:
        """An object with id and title from a row's `Link`; the bare id of what was only cleaned."""
        if isinstance(value, Link):
            return {"id": value.id, "title": value.title}
        return None if value is None else int(value)

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["id", "title"],
            "additionalProperties": False,
            "properties": {"id": {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}, "title": {"type": "string"}},
        }


@dataclass(frozen=True, slots=True)
class RefType(_ById):
    object_key: str
    look: str = "ref"
    column: ColumnType = ColumnType.REF


@dataclass(frozen=True, slots=True)
class MemberType(_ById):
    """A user."""

    object_key: str = USER
    look: str = "member"
    column: ColumnType = ColumnType.MEMBER


@dataclass(frozen=True, slots=True)
class TeamType(_ById):
    object_key: str = TEAM
    look: str = "team"
    column: ColumnType = ColumnType.TEAM


LinkType = RefType | MemberType | TeamType


def _id_of(value: Any) -> int | None:
    if isinstance(value, Link):
        return value.id
    if isinstance(value, Mapping):
        value = value.get("id")
        if value is None:
            raise ValueError(_("Name the record by its id."))
    if is_empty(value):
        return None
    if isinstance(value, str):
        value = whole_number(value.strip(), longest=19)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= LARGEST_ID:
        raise ValueError(_("Name the record by its id, a whole number."))
    return value


def Ref(key: str, label: Label, object_key: str, **options: Unpack[Options]) -> Field:
    """Another record of that kind. The column is the key with "_id" behind it, unless it is named."""
    options.setdefault("column", f"{key}_id")
    return Field(key, RefType(object_key), label, **options)


def Member(key: str, label: Label, **options: Unpack[Options]) -> Field:
    options.setdefault("column", f"{key}_id")
    return Field(key, MemberType(), label, **options)


def Team(key: str, label: Label, **options: Unpack[Options]) -> Field:
    options.setdefault("column", f"{key}_id")
    return Field(key, TeamType(), label, **options)
