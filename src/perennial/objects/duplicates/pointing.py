"""The relations that point at a record, and pointing them at another one: set-based, a statement a relation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock
from perennial.foundation.errors import Conflict
from perennial.foundation.sql import fetch
from perennial.objects.actions import Run
from perennial.objects.fields import Field, RefsType, RefType
from perennial.objects.made.indexing import want_index
from perennial.objects.stored import sql_of
from perennial.objects.types import ObjectType, Written, object_types
from perennial.objects.writing.storing import CLASHES, raise_unless_taken
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import Actor

_CLASH = _("Two %(kind)s would name the same record in “%(field)s”, where each may be named once only.")
BOTH = "&"  # after the name of a relation to many: the records that named both already


@dataclass(frozen=True, slots=True)
class Relation:
    """`field` of records of `kind` names the record."""

    kind: ObjectType
    field: Field

    @property
    def name(self) -> str:
        return f"{self.kind.key}.{self.field.key}"


def relations_to(kind: ObjectType, *, only_made: bool = False) -> list[Relation]:
    """A relation to a union ("customer") points at its parts as well."""
    names = {kind.key, *(each.key for each in object_types.values() if kind.key in each.parts)}
    return [
        Relation(other, field)
        for other in object_types.values()
        if not other.parts
        for field in other.fields
        if isinstance(field.type, RefType | RefsType)
        and field.type.object_key in names
        and field.expression is None
        and (field.is_custom or not only_made)
    ]


def point_all(
    relations: Sequence[Relation], source: int, target: int, *, by: Actor, run: Run, action: str
) -> dict[str, list[int]]:
    """Let all that names `source` name `target`: the ids of the records changed, by the relation's name."""
    moved: dict[str, list[int]] = {}
    for relation in relations:
        want_index(relation.kind, relation.field)
        rows = _point(relation, source, target, by=by, run=run, action=action)
        moved[relation.name] = [id for id, had_both in rows if not had_both]
        moved[relation.name + BOTH] = [id for id, had_both in rows if had_both]
    return {name: ids for name, ids in moved.items() if ids}


def point_back(
    relations: Sequence[Relation], moved: Mapping[str, Sequence[int]], source: int, target: int, *,
    by: Actor, run: Run, action: str,
) -> dict[str, list[int]]:  # fmt: skip
    """Of what `point_all` changed, let that which still names `source` name `target` again; who named both does so."""
    taken: dict[str, list[int]] = {}
    for relation in relations:
        for name in (relation.name, relation.name + BOTH):
            if moved.get(name):
                rows = _point(relation, source, target, by=by, run=run, action=action, ids=moved[name],
                              is_added=name.endswith(BOTH))  # fmt: skip
                taken[name] = [id for id, _had_both in rows]
    return taken


def _point(
    relation: Relation, source: int, target: int, *, by: Actor, run: Run, action: str,
    ids: Sequence[int] | None = None, is_added: bool = False,
) -> list[tuple[int, bool]]:  # fmt: skip
    """(id, whether it named both already) of each record changed. Deleted ones are left alone: so are the two."""
    kind, field = relation.kind, relation.field
    is_many = isinstance(field.type, RefsType)
    value = sql_of(field, "t")
    found = f"{value} @> ARRAY[%(source)s::bigint]" if is_many else f"{value} = %(source)s"
    tests = [found, "t.deleted_at IS NULL", "NOT t.id = ANY(%(two)s::bigint[])"]
    tests += [f't."{column}" = %(fixed_{column})s' for column in kind.fixed]
    tests += ["t.id = ANY(%(ids)s::bigint[])"] if ids is not None else []
    new = _many("old.value", is_added) if is_many else "%(target)s::bigint"
    setting = (
        f'custom = jsonb_set(t.custom, ARRAY[%(key)s::text], to_jsonb({new}))' if field.is_custom
        else f'"{field.sql_column}" = {new}'
    )  # fmt: skip
    try:
        rows = fetch(
            f'WITH old AS (SELECT t.id, {value} AS value FROM "{kind.table}" t WHERE {" AND ".join(tests)}'
            f' ORDER BY t.id FOR UPDATE) UPDATE "{kind.table}" t SET {setting}, version = t.version + 1,'
            f" updated_at = %(now)s FROM old WHERE t.id = old.id RETURNING t.id, old.value, {value}",
            {"source": source, "target": target, "two": [source, target], "ids": list(ids or ()), "key": field.key,
             "now": clock.now(), **{f"fixed_{column}": fixed for column, fixed in kind.fixed.items()}},
        )  # fmt: skip
    except CLASHES as error:
        raise_unless_taken(error)
        words = {"kind": str(kind.label_plural), "field": str(field.label)}
        raise Conflict(_CLASH % words) from None
    changes = sorted((id, before, after) for id, before, after in rows)
    if changes and kind.on_updated is not None:
        kind.on_updated(
            [Written(id, {field.key: after}, {field.key: old}) for id, old, after in changes], by, run.cause
        )
    log_changes(
        (Change(kind.key, id, "update", {field.key: [before, after]}) for id, before, after in changes),
        actor=by.log_name, action=action, cause=run.cause, run_id=run.id,
    )  # fmt: skip
    return [(id, is_many and not is_added and target in before) for id, before, _after in changes]


def _many(old: str, is_added: bool) -> str:
    """The list with one id in place of the other; behind it, where the other stays; each id once."""
    if is_added:
        return f"array_append(array_remove({old}, %(target)s::bigint), %(target)s::bigint)"
    return (
        f"CASE WHEN {old} @> ARRAY[%(target)s::bigint] THEN array_remove({old}, %(source)s::bigint)"
        f" ELSE array_replace({old}, %(source)s::bigint, %(target)s::bigint) END"
    )


def without(record_id: int, value: Any) -> Any:
    """A relation's value without a record: nothing points at itself."""
    if isinstance(value, list):
        return [each for each in value if each != record_id] or None
    return None if value == record_id else value
