"""What a role may do: verb by verb for each kind of object, how far each verb reaches, and which fields it may not use.

A field is used as its object is, unless the role says less: "read" (never written) or "none" (neither seen nor
written: to its holders there is no such field).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Literal

Verb = Literal["view", "create", "edit", "delete", "export"]
VERBS: tuple[Verb, ...] = ("view", "create", "edit", "delete", "export")
EVERY = "*"


class Reach(IntEnum):
    """How far a right goes. Ordered: a wider reach contains the narrower ones."""

    NONE = 0
    OWN = 1  # records the actor owns
    TEAM = 2  # records owned by the actor's teams or their members
    ALL = 3


class FieldRight(IntEnum):
    """What may be done with a field of records that may be seen or changed."""

    NONE = 0
    READ = 1
    WRITE = 2


@dataclass(frozen=True)
class Rights:
    """`reaches` maps an object's key (or "*") to verb → reach; `permissions` are the named rights to run things;
    `fields` maps an object's key to field → what is left of the right on it, where that is less than on the object."""

    reaches: Mapping[str, Mapping[str, Reach]] = field(default_factory=dict)
    permissions: frozenset[str] = frozenset()
    fields: Mapping[str, Mapping[str, FieldRight]] = field(default_factory=dict)
    memo: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)  # what follows from them

    def reach(self, object_key: str, verb: Verb) -> Reach:
        """An object that the role names is judged by that entry alone; all others by the "*" entry."""
        entry = self.reaches.get(object_key, self.reaches.get(EVERY, {}))
        return entry.get(verb, Reach.NONE)

    def field(self, object_key: str, field_key: str) -> FieldRight:
        return self.fields.get(object_key, {}).get(field_key, FieldRight.WRITE)

    def may(self, permission: str) -> bool:
        return EVERY in self.permissions or permission in self.permissions

    def covers(self, other: Rights) -> bool:
        """Whether these rights hold all of the others. Nobody gives, or takes over, more than they have themselves."""
        keys = {EVERY, *self.reaches, *other.reaches}
        return (
            all(other.reach(key, verb) <= self.reach(key, verb) for key in keys for verb in VERBS)
            and all(self.may(permission) for permission in other.permissions)
            and all(
                other.field(key, each) <= right
                for key, fields in self.fields.items()
                for each, right in fields.items()
                if any(other.reach(key, verb) for verb in VERBS)
            )
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "objects": {
                key: {verb: reach.name.lower() for verb, reach in verbs.items()} for key, verbs in self.reaches.items()
            },
            "permissions": sorted(self.permissions),
            "fields": {
                key: {each: right.name.lower() for each, right in sorted(fields.items())}
                for key, fields in self.fields.items()
                if fields
            },
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Rights:
        """Unknown verbs and reaches grant nothing, and so do words for a field that nobody knows."""
        reaches = {
            str(key): {
                verb: Reach[str(name).upper()]
                for verb, name in verbs.items()
                if verb in VERBS and str(name).upper() in Reach.__members__
            }
            for key, verbs in data.get("objects", {}).items()
        }
        fields = {
            str(key): {str(each): _field_right(name) for each, name in named.items()}
            for key, named in data.get("fields", {}).items()
        }
        return cls(reaches, frozenset(data.get("permissions", ())), fields)


def _field_right(name: object) -> FieldRight:
    return FieldRight.__members__.get(str(name).upper(), FieldRight.NONE)


def same_for_all(**verbs: Reach) -> dict[str, dict[str, Reach]]:
    return {EVERY: dict(verbs)}


EVERYTHING = Rights(same_for_all(**dict.fromkeys(VERBS, Reach.ALL)), frozenset({EVERY}))
NOTHING = Rights()
