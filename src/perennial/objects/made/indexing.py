"""Indexes on made fields and on facts: a unique one with the field, others in the background once somebody sorts or
filters by it.

An index on every field would make every import pay for questions that nobody asks.
"""

from __future__ import annotations

import logging
import math
import time

from django.db import connection, transaction
from psycopg import sql

from perennial.conditions.schema import ColumnType
from perennial.conditions.tree import Compare, Condition, Op, walk
from perennial.foundation.jobs import job
from perennial.foundation.sql import execute, fetch
from perennial.objects.fact_indexes import forget_fact_uses, want_fact_index
from perennial.objects.fields import Field
from perennial.objects.made.models import MadeField
from perennial.objects.record_fields import FACT, fact_of
from perennial.objects.stored import sql_of
from perennial.objects.types import ObjectType, object_types

_LARGE = 5_000  # rows; below that no index is worth its upkeep
_MANY = frozenset({ColumnType.LIST, ColumnType.REFS})
_AGAIN = 600.0  # seconds
_asked: dict[tuple[str, str], float] = {}  # until when a field is not asked about again
log = logging.getLogger(__name__)


def note_use(kind: ObjectType, sort: str | None, where: Condition) -> None:
    """Somebody sorts or filters by these: see to an index for those that have none."""
    named = {part.removeprefix("-") for part in (sort or "").split(",")}
    named |= {node.field for _depth, node in walk(where) if isinstance(node, Compare)}
    for key in named:
        if key.startswith(FACT) and (fact := fact_of(kind, key)) is not None:
            want_fact_index(fact)
    made = [each for each in kind.fields if each.is_custom and not each.readonly]
    for field in made:
        if field.key in named:
            want_index(kind, field)


def want_index(kind: ObjectType, field: Field) -> None:
    """Have the index made, if the table is large and it is not there or on its way. Asks the database once; of a small
    table, which may grow, again after a while."""
    key, now = (kind.key, field.key), time.monotonic()
    if _asked.get(key, 0.0) > now:
        return
    _asked[key] = now + _AGAIN
    if fetch("SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)", [f'"{kind.table}"'])[0][0] < _LARGE:
        return
    _asked[key] = math.inf
    keys = [kind.key, *kind.parts]
    with transaction.atomic():
        for made in MadeField.objects.select_for_update().filter(
            object_key__in=keys, key=field.key, retired_at=None, index_state=""
        ):
            made.index_state = "wanted"
            made.save(update_fields=["index_state"])
            build_index(made.pk)


def build_index(field_id: int) -> None:
    """In the background, after those that were asked for before: two that are built at once on one table wait for each
    other until the database ends one of them."""
    make_index.later(lock="objects.make_index", field_id=field_id)


@job("objects.make_index", queue="default", retries=3)
def make_index(field_id: int) -> None:
    """Build it without holding up writers. One that a crash left half-built is made anew."""
    made = MadeField.objects.filter(pk=field_id, retired_at=None).first()
    kind = object_types.get(made.object_key) if made else None
    field = kind.field(made.key) if kind and made else None
    if made is None or kind is None or field is None:
        return
    name = _name(field_id)
    execute(f'DROP INDEX IF EXISTS "{name}"')
    execute(_statement(kind, field, name, concurrently=not connection.in_atomic_block))
    execute(f'ANALYZE "{kind.table}"')
    MadeField.objects.filter(pk=field_id).update(index_state="ready")


def make_unique(kind: ObjectType, field: Field, field_id: int) -> None:
    """In the transaction that is open. Raises IntegrityError where two records have the same value already."""
    execute("SET CONSTRAINTS ALL IMMEDIATE")  # rows written a moment ago would stand in the way
    execute(f'CREATE UNIQUE INDEX "{_name(field_id)}_unique" ON "{kind.table}" (({sql_of(field, "")})) {_where(kind)}')
    execute("SET CONSTRAINTS ALL DEFERRED")


def drop_indexes(field_id: int) -> None:
    execute(f'DROP INDEX IF EXISTS "{_name(field_id)}", "{_name(field_id)}_unique"')


def drop_unique(field_id: int) -> None:
    execute(f'DROP INDEX IF EXISTS "{_name(field_id)}_unique"')


def _statement(kind: ObjectType, field: Field, name: str, *, concurrently: bool) -> str:
    how = "CONCURRENTLY " if concurrently else ""
    value = sql_of(field, "")
    if field.type.column in _MANY:
        return f'CREATE INDEX {how}"{name}" ON "{kind.table}" USING gin ({value}) {_where(kind)}'
    return f'CREATE INDEX {how}"{name}" ON "{kind.table}" (({value}), id) {_where(kind)}'


def _where(kind: ObjectType) -> str:
    """Only rows of the kind that are alive, as every list asks."""
    base = kind.base
    if isinstance(base, Compare) and base.op is Op.EQ and isinstance(base.value, str):
        value = sql.Literal(base.value).as_string(connection.connection)
        return f'WHERE "{base.field}" = {value} AND deleted_at IS NULL'
    return "WHERE deleted_at IS NULL"


def _name(field_id: int) -> str:
    return f"objects_made_{field_id}"


def forget_uses() -> None:
    """Ask again about all."""
    _asked.clear()
    forget_fact_uses()
