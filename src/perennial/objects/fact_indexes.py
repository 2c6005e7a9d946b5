"""Indexes on facts: made in the background once somebody sorts or filters by one in a large table that has none.

A room declares those that its own pages need; an index on every fact would make each import pay for questions that
nobody asks.
"""

from __future__ import annotations

import math
import time
from functools import cache
from hashlib import blake2b
from typing import Any

from django.apps import apps as django_apps
from django.db import connection, models

from perennial.conditions.schema import MANY
from perennial.foundation.jobs import job
from perennial.foundation.sql import execute, fetch
from perennial.objects.facts import Fact, facts

_LARGE = 5_000  # rows; below that no index is worth its upkeep
_AGAIN = 600.0  # seconds
_asked: dict[tuple[str, str], float] = {}  # until when a column is not asked about again

_LEADS = """
SELECT 1 FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE i.indrelid = to_regclass(%s) AND a.attname = %s AND i.indisvalid AND i.indpred IS NULL
"""


def want_fact_index(fact: Fact) -> None:
    """Have the index made, if the table is large and has none that begins with the fact. Asks the database once; of a
    small table, which may grow, again after a while."""
    key, now = (fact.table, fact.column), time.monotonic()
    if _asked.get(key, 0.0) > now or key in _declared():
        return
    _asked[key] = now + _AGAIN
    rows = fetch("SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)", [f'"{fact.table}"'])
    if not rows or rows[0][0] < _LARGE:
        return
    _asked[key] = math.inf
    if not fetch(_LEADS, [f'"{fact.table}"', fact.column]):
        make_fact_index.later(lock="objects.make_index", key=fact.key)


@cache
def _declared() -> frozenset[tuple[str, str]]:
    """What the models of rooms index already, by its first column: known without a question."""
    return frozenset(
        (model._meta.db_table, str(getattr(model._meta.get_field(name), "column", "")))
        for model in django_apps.get_models()
        for index in model._meta.indexes
        if index.condition is None and (name := _first(index)) is not None
    )


def _first(index: models.Index) -> str | None:
    """The field that an index begins with."""
    if index.fields_orders:
        return str(index.fields_orders[0][0])
    first: Any = index.expressions[0] if index.expressions else None
    found = getattr(getattr(first, "expression", first), "name", None)
    return str(found) if found is not None else None


@job("objects.make_fact_index", queue="default", retries=3)
def make_fact_index(key: str) -> None:
    """Build it without holding up writers. One that a crash left half-built is made anew."""
    fact = facts.get(key)
    if fact is None or fetch(_LEADS, [f'"{fact.table}"', fact.column]):
        return
    name = f"fact_{blake2b(f'{fact.table}/{fact.column}'.encode(), digest_size=8).hexdigest()}"
    how = "" if connection.in_atomic_block else "CONCURRENTLY "
    execute(f'DROP INDEX IF EXISTS "{name}"')
    columns = f'("{fact.column}", "{fact.id_column}")'
    if fact.type.column in MANY:
        columns = f'USING gin ("{fact.column}")'
    execute(f'CREATE INDEX {how}"{name}" ON "{fact.table}" {columns}')
    execute(f'ANALYZE "{fact.table}"')


def forget_fact_uses() -> None:
    """Ask again about all."""
    _asked.clear()
