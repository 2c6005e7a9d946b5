"""Finding the layout that somebody sees, and changing layouts.

Which kinds have any is known in every process, by the version of the definitions: the others cost no statement.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet

from perennial.foundation import clock
from perennial.foundation.errors import Forbidden, NotFound
from perennial.foundation.sql import fetch
from perennial.objects.layouts.models import Layout
from perennial.objects.layouts.spec import PARTS, Arrangement, arrangement_of
from perennial.objects.made.catalogue import built_version, changed
from perennial.objects.made.defining import PERMISSION
from perennial.objects.types import ObjectType, object_types
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import Actor
from perennial.workspace.models import Role

_known: dict[int, frozenset[str]] = {}  # by the version of the definitions: the latest alone


def arrangements(kind: ObjectType, by: Actor) -> dict[str, Arrangement]:
    """Each part of the layout that this actor sees: their role's, else everybody's, else as the kind declares it."""
    if kind.key not in _kinds_with_layouts():
        return dict.fromkeys(PARTS, Arrangement())
    rows = fetch(
        "SELECT spec FROM objects_layout WHERE object_key = %s AND (role_id IS NULL OR role_id ="
        " (SELECT role_id FROM workspace_user WHERE id = %s)) ORDER BY role_id NULLS LAST LIMIT 1",
        [kind.key, by.user_id],
    )
    return _parts(json.loads(rows[0][0]) if rows else {})


def kept_layout(object_key: str, role_id: int | None) -> dict[str, Arrangement] | None:
    """The layout of exactly this role, or of everybody; None where there is none."""
    found = _kept(object_key, role_id).first()
    return None if found is None else _parts(found.spec)


def roles_with_layouts(object_key: str) -> set[int | None]:
    return set(Layout.objects.filter(object_key=object_key).values_list("role_id", flat=True))


def keep_part(object_key: str, role_id: int | None, part: str, arrangement: Arrangement, *, by: Actor) -> None:
    """Arrange one part for a role, or for everybody; the others stay as they are for them now."""
    _require(object_key, role_id, by)
    with transaction.atomic():
        found = _kept(object_key, role_id).select_for_update().first()
        if found is None:
            base = kept_layout(object_key, None) if role_id is not None else None
            spec = {key: each.to_json() for key, each in (base or {}).items()}
            found = Layout(object_key=object_key, role_id=role_id, spec=spec)
        old = found.spec.get(part)
        found.spec = {**found.spec, part: arrangement.to_json()}
        found.changed_at = clock.real_now()
        found.save()
        _log(found.pk, by, {"object": object_key, "role": role_id, part: [old, found.spec[part]]})


def drop_layout(object_key: str, role_id: int | None, *, by: Actor) -> None:
    """Back to what everybody sees, or to what the kind declares."""
    _require(object_key, role_id, by)
    with transaction.atomic():
        found = _kept(object_key, role_id).select_for_update().first()
        if found is not None:
            _log(found.pk, by, {"object": object_key, "role": role_id, "spec": [found.spec, None]})
            found.delete()


def _kept(object_key: str, role_id: int | None) -> QuerySet[Layout]:
    found = Layout.objects.filter(object_key=object_key)
    return found.filter(role__isnull=True) if role_id is None else found.filter(role_id=role_id)


def _kinds_with_layouts() -> frozenset[str]:
    version = built_version()
    if version is not None and version in _known:
        return _known[version]
    found = frozenset(Layout.objects.values_list("object_key", flat=True))
    _known.clear()
    if version is not None:
        _known[version] = found
    return found


def _parts(spec: object) -> dict[str, Arrangement]:
    said = spec if isinstance(spec, Mapping) else {}
    return {part: arrangement_of(said.get(part)) for part in PARTS}


def _require(object_key: str, role_id: int | None, by: Actor) -> None:
    if not by.may(PERMISSION):
        raise Forbidden
    if object_key not in object_types or (role_id is not None and not Role.objects.filter(pk=role_id).exists()):
        raise NotFound


def _log(layout_id: int, by: Actor, values: Mapping[str, object]) -> None:
    log_changes([Change("objects.layout", layout_id, "configure", dict(values))], actor=by.log_name,
                action="objects.arrange")  # fmt: skip
    changed()
