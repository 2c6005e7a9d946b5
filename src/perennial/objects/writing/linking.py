"""What a record names must be there: other records, users, teams and files. One statement for each kind of thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from perennial.conditions.tree import TRUE
from perennial.foundation.errors import Text
from perennial.foundation.sql import fetch
from perennial.objects.access import predicate
from perennial.objects.fields import Field, FileType, LinkType, RefsType
from perennial.objects.files.keeping import place_files
from perennial.objects.query import allowed_ids
from perennial.objects.types import object_types
from perennial.workspace.actor import Actor

_NOT_THERE = _("There is no such record, or it is not yours to see.")
_NO_FILE = _("There is no such file. Upload it first, then name it by its id.")


class Draft(Protocol):
    """What is looked at of a row on its way in (`cleaning.Draft`)."""

    id: int | None
    values: dict[str, Any]
    errors: dict[str, Text]


def check_links(known: Mapping[str, Field], drafts: Iterable[Draft], by: Actor) -> None:
    """An error at each field that names what is not there, or what the actor may not see."""
    drafts = list(drafts)
    links = [(key, each.type.object_key) for key, each in known.items() if isinstance(each.type, LinkType | RefsType)]
    wanted: dict[str, set[int]] = {}
    for key, object_key in links:
        ids = {id for draft in drafts for id in _ids(draft.values.get(key))}
        if ids:
            wanted.setdefault(object_key, set()).update(ids)
    there = {object_key: _existing(object_key, ids, by) for object_key, ids in wanted.items()}
    for key, object_key in links:
        if object_key in there:
            _require(key, drafts, there[object_key], _NOT_THERE)
    _check_files([key for key, each in known.items() if isinstance(each.type, FileType)], drafts)


def keep_unseen(
    fields: Iterable[Field], drafts: Iterable[Draft], old: Mapping[int, Mapping[str, Any]], by: Actor
) -> None:
    """Whoever changes a relation to many changes what they see of it: the others in it stay, behind those named."""
    drafts = list(drafts)
    for field in fields:
        target = object_types.get(field.type.object_key) if isinstance(field.type, RefsType) else None
        if target is None or predicate(target, by=by, verb="view") == TRUE:
            continue
        named = [
            (draft, [*_ids(old.get(draft.id or 0, {}).get(field.key))]) for draft in drafts if field.key in draft.values
        ]
        seen = allowed_ids(target, [id for _draft, ids in named for id in ids], by=by, verb="view")
        for draft, ids in named:
            sent = [*_ids(draft.values[field.key])]
            draft.values[field.key] = [*sent, *(id for id in ids if id not in seen and id not in sent)] or None


def _check_files(keys: list[str], drafts: list[Draft]) -> None:
    wanted = {draft.values[key] for draft in drafts for key in keys if draft.values.get(key) is not None}
    if wanted:
        there = place_files(wanted)
        for key in keys:
            _require(key, drafts, there, _NO_FILE)


def _require(key: str, drafts: list[Draft], there: set[Any], sentence: Text) -> None:
    for draft in drafts:
        if any(each not in there for each in _ids(draft.values.get(key))):
            draft.errors[key] = sentence


def _ids(value: Any) -> Iterable[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)


def _existing(object_key: str, ids: set[int], by: Actor) -> set[int]:
    kind = object_types.get(object_key)
    if kind is not None:
        return allowed_ids(kind, list(ids), by=by, verb="view")
    table = {"workspace.user": "workspace_user", "workspace.team": "workspace_team"}.get(object_key)
    if table is None:
        return set()
    return {row[0] for row in fetch(f"SELECT id FROM {table} WHERE id = ANY(%s::bigint[])", [list(ids)])}
