"""The record that something is about: as the kind that it is written as, for somebody who may see it."""

from __future__ import annotations

from typing import NamedTuple

from perennial.foundation.errors import NotFound
from perennial.objects import query
from perennial.objects.access import widest_reach
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach


class Subject(NamedTuple):
    object_key: str
    record_id: int
    title: str

    @property
    def url(self) -> str:
        return f"/o/{self.object_key}/{self.record_id}/"


def subject(object_key: str, record_id: int, *, by: Actor) -> Subject:
    """Raises `NotFound`, also for what the actor may not see."""
    kind = object_types.get(object_key)
    if kind is None:
        raise NotFound
    for part in _parts(kind):
        if widest_reach(part, by=by, verb="view") is not Reach.NONE:
            try:
                row = query.get(part, record_id, by=by, columns=())
            except NotFound:
                continue
            return Subject(part.key, record_id, row.title or f"#{record_id}")
    raise NotFound


def is_seen(object_key: str, record_id: int, *, by: Actor) -> bool:
    kind = object_types.get(object_key)
    return kind is not None and record_id in query.allowed_ids(kind, [record_id], by=by, verb="view")


def _parts(kind: ObjectType) -> list[ObjectType]:
    return [object_types[key] for key in kind.parts if key in object_types] if kind.parts else [kind]
