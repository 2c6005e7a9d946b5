"""Carrying out erasures. Before anything is exported, so that what is left of a record comes in again after it.

An erasure is seen as soon as it is committed, rows only once every older transaction has ended: so no row that the
erasing transaction wrote can be in the lake before its erasure was carried out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from perennial.lake.models import Erasure
from perennial.lake.registry import fact_table, record_table
from perennial.lake.store import Store
from perennial.objects.facts import facts
from perennial.objects.types import object_types

_AT_ONCE = 5_000  # ids in one predicate


def erase_what_is_asked(stores: Mapping[str, Store]) -> list[int]:
    """Carry out what is open; the numbers of the erasures. Repeating one does no harm."""
    done = []
    for erasure in Erasure.objects.filter(done_at=None).order_by("id"):
        for name, predicate in _predicates(erasure.what):
            if name in stores:
                stores[name].refresh()
                stores[name].erase(predicate)
        done.append(int(erasure.pk))
    return done


def _predicates(what: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """(table, which rows) to be deleted."""
    for ids in _parts(what["profiles"]):
        yield "event", f"profile_id IN ({ids})"
    for key, all_ids in what["records"].items():
        for ids in _parts(all_ids):
            yield "change", f"object_key = '{_escaped(key)}' AND record_id IN ({ids})"
            for table, id_column in _tables_about(key):
                yield table, f"{id_column} IN ({ids})"


def _tables_about(key: str) -> set[tuple[str, str]]:
    kind = object_types.get(key)
    if kind is None:
        return set()
    about = {(fact_table(fact.table), fact.id_column) for fact in facts.values() if fact.object_key == kind.facts_key}
    return {(record_table(kind.table), "id")} | about


def _parts(ids: list[int]) -> Iterable[str]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ", ".join(str(int(each)) for each in ids[start : start + _AT_ONCE])


def _escaped(text: str) -> str:
    return text.replace("'", "''")
