"""All that can be imported: what rooms declare, and every object type that can be created."""

from __future__ import annotations

from perennial.foundation.errors import NotFound
from perennial.objects.importing.kinds import ImportKind, import_kinds
from perennial.objects.importing.records import kind_of_records
from perennial.objects.types import object_types
from perennial.workspace.actor import Actor


def all_kinds(by: Actor | None = None) -> list[ImportKind]:
    """What this actor may import (or all there is), declared kinds first."""
    generic = [
        kind_of_records(each)
        for key, each in object_types.items()
        if each.can_create and not each.parts and each.create is None and key not in import_kinds
    ]
    return [kind for kind in (*import_kinds.values(), *generic) if by is None or kind.is_allowed(by)]


def kind_named(key: str) -> ImportKind:
    """Raises `NotFound`."""
    found = next((kind for kind in all_kinds() if kind.key == key), None)
    if found is None:
        raise NotFound
    return found
