"""What a deputy did in place of somebody who is away stands in the log under the deputy, with the other's name."""

from __future__ import annotations

from perennial.foundation.sql import execute, fetch
from perennial.objects.access import me_of
from perennial.objects.columns import Tables, model_columns
from perennial.objects.types import ObjectType, Through, object_types
from perennial.workspace.actor import SYSTEM, Actor


def note_in_whose_place(run_id: int, by: Actor) -> None:
    """Mark the changes of a run that are about records of those for whom the actor stands in. Call it in the
    transaction that wrote them. Costs nothing for whoever stands in for nobody."""
    if not by.absent_ids:
        return
    for (object_key,) in fetch("SELECT DISTINCT object_key FROM timeline_change WHERE run_id = %s", [run_id]):
        kind = object_types.get(object_key)
        if kind is not None:
            _note(kind, run_id, by)


def _note(kind: ObjectType, run_id: int, by: Actor) -> None:
    """Whose a record was before the change counts: it may have been given to somebody else by it."""
    tables = Tables(kind, SYSTEM, me_of(SYSTEM))
    owner = _owner_sql(tables)
    if owner is None:
        return
    source = tables.sql()
    execute(
        f"UPDATE timeline_change c SET for_user_id = coalesce((c.\"values\"->'owner'->>0)::bigint, o.owner)"
        f" FROM (SELECT {tables.alias}.id, {owner} AS owner FROM {source.text} WHERE {tables.alias}.id IN"
        " (SELECT record_id FROM timeline_change WHERE run_id = %s AND object_key = %s)) o"
        " WHERE c.run_id = %s AND c.object_key = %s AND c.record_id = o.id"
        " AND coalesce((c.\"values\"->'owner'->>0)::bigint, o.owner) = ANY(%s::bigint[])",
        [*source.params, run_id, kind.key, run_id, kind.key, list(by.absent_ids)],
    )


def _owner_sql(tables: Tables) -> str | None:
    """The owner of a record, or of what it belongs to."""
    kind, alias = tables.kind, tables.alias
    while isinstance(kind.access, Through):
        kind, alias = tables.follow(f'{alias}."{kind.access.column}"', kind.access.object_key, is_trusted=True)
    return f"{alias}.owner_id" if "owner_id" in model_columns(kind.model) else None
