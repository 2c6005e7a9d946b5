"""What placeholders stand for, for everybody at a step: one statement a kind, whatever the number of records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from perennial.automation.definition.values import placeholders
from perennial.automation.running.going import Going, Traveller
from perennial.conditions.resolver import Sql
from perennial.foundation.sql import fetch
from perennial.objects.cells import read_row
from perennial.objects.statements import selection
from perennial.objects.types import ObjectType
from perennial.workspace.actor import Actor


def values_for(
    asked: Iterable[Any], travellers: Sequence[Traveller], going: Going, *, item: tuple[str, ObjectType] | None = None
) -> dict[int, dict[str, Any]]:
    """By run the values of all placeholders in `asked`. `item` is the innermost loop around the step and its kind."""
    keys = {each.key for value in asked for each in placeholders(value)}
    own = [key for key in keys if not key.startswith(("event.", "item."))]
    records = read_records(going.kind, {each.record_id for each in travellers}, own, by=going.by)
    items: Mapping[int, Mapping[str, Any]] = {}
    of_item = [key.removeprefix("item.") for key in keys if key.startswith("item.")]
    if item is not None and of_item:
        ids = {id for each in travellers if (id := each.item(item[0])) is not None}
        items = read_records(item[1], ids, of_item, by=going.by)
    found: dict[int, dict[str, Any]] = {}
    for each in travellers:
        event = each.context.get("event", {})
        at = each.item(item[0]) if item else None
        found[each.run_id] = {
            **records.get(each.record_id, {}),
            **{key: event.get(key.removeprefix("event.")) for key in keys if key.startswith("event.")},
            **{f"item.{key}": value for key, value in items.get(at or 0, {}).items()},
        }
    return found


def read_records(kind: ObjectType, ids: Iterable[int], keys: Sequence[str], *, by: Actor) -> dict[int, dict[str, Any]]:
    """These fields of these records, as far as the actor may see them."""
    wanted = list(ids)
    if not wanted or not keys:
        return {}
    chosen = selection(kind, by=by, verb="view", columns=keys)
    names = f"{chosen.fixed}, {chosen.columns()}"
    alias = chosen.tables.alias
    rows = fetch(*chosen.statement(names, also=[Sql(f"{alias}.id = ANY(%s::bigint[])", (wanted,))]))
    return {row[0]: read_row(chosen.cells, row, 3) for row in rows}
