"""Which views use a field: what somebody is told before they retire it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from perennial.foundation.sql import fetch
from perennial.objects.fields import RefType
from perennial.objects.made.uses import Use, register_uses
from perennial.objects.record_fields import FACT, field_of
from perennial.objects.types import ObjectType, object_types
from perennial.objects.views.spec import keys_in, spec_from_json


@dataclass(frozen=True, slots=True)
class ViewUse:
    """A view that names the field, and in which of its parts. Of somebody's private view only that it is there."""

    view_id: int
    object_key: str
    name: str  # "" of a private view
    parts: tuple[str, ...]


def views_using(object_key: str, field_key: str) -> list[ViewUse]:
    """All views, whoever has them, also those that reach the field through another kind ("company.size")."""
    rows = fetch(
        "SELECT id, object_key, CASE WHEN audience = 'private' THEN '' ELSE name END, spec FROM objects_view"
        " WHERE deleted_at IS NULL ORDER BY object_key, position, id"
    )
    found = []
    for view_id, of, name, spec in rows:
        kind = object_types.get(of)
        named = keys_in(spec_from_json(json.loads(spec))) if kind is not None else ()
        parts = [part for part, key in named if kind is not None and _is(kind, key, object_key, field_key)]
        if parts:
            found.append(ViewUse(view_id, of, name, tuple(dict.fromkeys(parts))))
    return found


def uses(object_key: str, field_key: str) -> list[Use]:
    """For the look before retiring: the views that would miss a field, or with no field those of the whole kind."""
    found = views_using(object_key, field_key) if field_key else _of_kind(object_key)
    return [
        Use(
            _("View"),
            use.name or str(_("a private view")),
            f"/o/{use.object_key}/?view={use.view_id}" if use.name else "",
        )
        for use in found
    ]


def _of_kind(object_key: str) -> list[ViewUse]:
    rows = fetch(
        "SELECT id, CASE WHEN audience = 'private' THEN '' ELSE name END FROM objects_view"
        " WHERE deleted_at IS NULL AND object_key = %s ORDER BY position, id",
        [object_key],
    )
    return [ViewUse(view_id, object_key, name, ()) for view_id, name in rows]


def _is(kind: ObjectType, key: str, object_key: str, field_key: str) -> bool:
    head, dot, rest = key.partition(".")
    if not dot or key.startswith(FACT):
        return key == field_key and object_key in (kind.key, *kind.parts)
    declared = field_of(kind, head)
    if head == field_key and object_key in (kind.key, *kind.parts):
        return True
    target = object_types.get(declared.type.object_key) if declared and isinstance(declared.type, RefType) else None
    return target is not None and _is(target, rest, object_key, field_key)


register_uses(uses)
