"""Which tables the lake follows beside the two logs: those of all object types and facts, and others asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from perennial.objects.facts import facts
from perennial.objects.models import CustomRecord
from perennial.objects.types import object_types


@dataclass(frozen=True, slots=True)
class WatchedTable:
    """`name` is the table's name in the lake. `columns` of () are all but those that only serve searching."""

    name: str
    table: str
    columns: tuple[str, ...] = ()
    id_column: str = "id"
    xid_column: str = "lake_xid"


SHARES = "share"  # what was shared with whom, which decides who sees records (`records`)
_asked: dict[str, WatchedTable] = {}
event_tables: dict[str, Callable[[Any, Any], Any]] = {}


def register_table(
    name: str, table: str, columns: tuple[str, ...] = (), *, id_column: str = "id", xid_column: str = "lake_xid"
) -> WatchedTable:
    """Have another table in the lake. `id_column` is a bigint that is unique.

    Call from `apps.ready()`. A room whose table marks its rows with the transaction that wrote them last by itself
    names that column in `xid_column`; to any other table migrating adds one.
    """
    declared = WatchedTable(name, table, columns, id_column, xid_column)
    if _asked.get(name, declared) != declared:
        raise ValueError(f"The lake's table {name} is declared twice.")
    _asked[name] = declared
    return declared


def register_events(object_key: str, told: Callable[[Any, Any], Any]) -> None:
    """Say how the events of a kind's records are found in the lake, when the records are not their subjects.

    `told` is given the open lake (`reader.Lake`) and events, an Ibis table with the columns `id`, `occurred_at`,
    `profile_id`, `subject_kind`, `subject_id` and others. It answers with those of the records and a column `record`
    more, the id of the record; it is the counterpart of `ObjectType.events`.
    """
    if event_tables.setdefault(object_key, told) is not told:
        raise ValueError(f"The events of {object_key} are declared twice.")


def record_table(table: str) -> str:
    """The name in the lake of a table of records."""
    return f"record_{table}"


def fact_table(table: str) -> str:
    return f"fact_{table}"


def watched_tables() -> dict[str, WatchedTable]:
    """All of them by their name in the lake. Kinds that share a table share it here."""
    found = {}
    made = str(CustomRecord._meta.db_table)  # also before there is a kind in it
    found[record_table(made)] = WatchedTable(record_table(made), made)
    for kind in object_types.values():
        found[record_table(kind.table)] = WatchedTable(record_table(kind.table), kind.table)
    tables = {each.table for each in found.values()}
    for fact in facts.values():
        if fact.table not in tables:
            name = fact_table(fact.table)
            found[name] = WatchedTable(name, fact.table, id_column=fact.id_column)
    return found | {SHARES: WatchedTable(SHARES, "objects_share")} | _asked
