"""What a row shows of a relation to many and of a file: joined beside it, for the actor's eyes."""

from __future__ import annotations

import json
from typing import Any

from perennial.conditions.resolver import Sql
from perennial.objects.columns import Place, Tables
from perennial.objects.fields import FileLink, Link, RefsType
from perennial.objects.record_fields import field_of
from perennial.objects.stored import sql_of
from perennial.objects.types import object_types


def links_sql(tables: Tables, place: Place, type: RefsType) -> str:
    """The SQL of a JSON array of [id, title], in the order of the ids. What the actor may not see, or what is deleted,
    is not in it."""

    def join(alias: str) -> Sql:
        target = object_types[type.object_key]
        inner = Tables(target, tables.by, tables.me, f"{alias}_")
        allowed = inner.alive(by=tables.by, verb="view")
        title = field_of(target, target.title)
        shown = sql_of(title, inner.alias) if title else f'{inner.alias}."{target.title}"'
        source = inner.sql()
        return Sql(
            f"LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_array({inner.alias}.id, {shown})"
            f" ORDER BY array_position({place.sql}, {inner.alias}.id))::text AS links FROM {source.text}"
            f" WHERE {inner.alias}.id = ANY({place.sql}) AND ({allowed.text})) {alias} ON TRUE",
            (*source.params, *allowed.params),
        )

    return f"{tables.joined(('links', place.sql), join)}.links"


def read_links(type: RefsType, text: Any) -> list[Link] | None:
    found = json.loads(text) if text else []
    return [Link(type.object_key, id, title or "") for id, title in found] or None


def file_sql(tables: Tables, place: Place) -> tuple[str, ...]:
    """The SQL of the parts of a `FileLink`, but for the names of the kind and the field."""
    alias = tables.joined(
        ("objects_file", place.sql),
        lambda alias: Sql(f"LEFT JOIN objects_file {alias} ON {alias}.id = {place.sql}"),
    )
    return (place.sql, f"{alias}.name", f"{alias}.size", f"{alias}.media_type", f"{place.alias}.id")


def read_file(object_key: str, field: str, got: Any) -> FileLink | None:
    id, name, size, media_type, record_id = got
    return None if id is None else FileLink(id, name or "", size or 0, media_type or "", object_key, record_id, field)
