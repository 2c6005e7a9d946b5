"""Which rows of the lake an erasure is about.

The rows are deleted and what PostgreSQL still has of them is read again (`exporting`), so an erasure may name more than
was erased, and may be carried out twice. It goes before anything else that a turn exports.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from perennial.lake.registry import fact_table, record_table, watched_tables
from perennial.objects.facts import facts
from perennial.objects.types import object_types

_AT_ONCE = 5_000  # ids in one predicate


def rows_to_forget(what: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """(table of the lake, condition), in SQL that Delta and PostgreSQL both read."""
    for ids in _parts(what["profiles"]):
        yield "event", f"profile_id IN ({ids})"
    for key, all_ids in what["records"].items():
        quoted = "'" + key.replace("'", "''") + "'"
        for ids in _parts(all_ids):
            yield "event", f"subject_kind = {quoted} AND subject_id IN ({ids})"
            yield "change", f"object_key = {quoted} AND record_id IN ({ids})"
            for table, id_column in _tables_about(key):
                yield table, f"{id_column} IN ({ids})"
    for table, all_ids in what["rows"].items():
        if table in watched_tables():
            for ids in _parts(all_ids):
                yield table, f"{watched_tables()[table].id_column} IN ({ids})"


def _tables_about(key: str) -> list[tuple[str, str]]:
    kind = object_types.get(key)
    if kind is None:
        return []
    about = {(fact_table(fact.table), fact.id_column) for fact in facts.values() if fact.object_key == kind.facts_key}
    return sorted({(record_table(kind.table), "id")} | about)


def _parts(ids: list[int]) -> Iterable[str]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ", ".join(str(int(each)) for each in ids[start : start + _AT_ONCE])
