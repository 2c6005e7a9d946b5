"""The values of a fact: a table of its own with one row a record, made with the fact and gone with it.

Written set-based, and only where something came out otherwise than it stood, so that readers of the table's changes
(the lake, live rules) see nothing that did not happen.
"""

from __future__ import annotations

from collections.abc import Sequence

from perennial.conditions.resolver import Sql
from perennial.foundation import clock
from perennial.foundation.sql import execute, fetch
from perennial.lake.watch import install_watches
from perennial.objects.types import object_types
from perennial.rules.facts.compiling import DB_TYPES, Asked, values_sql
from perennial.rules.facts.models import MadeFact

PREFIX = "rules_factvalues_"
_LOCK = 7_201_801  # advisory: one writer of a fact's values at a time


def table_of(fact: MadeFact) -> str:
    return f"{PREFIX}{fact.pk}"


def make_table(fact: MadeFact) -> None:
    """Empty. The lake follows it once the fact is declared."""
    table = table_of(fact)
    execute(
        f'CREATE TABLE IF NOT EXISTS "{table}" (record_id bigint PRIMARY KEY, value {DB_TYPES[fact.result]},'
        " flips_at timestamptz)"
    )
    execute(f'CREATE INDEX IF NOT EXISTS "{table}_flips" ON "{table}" (flips_at) WHERE flips_at IS NOT NULL')


def watch_table() -> None:
    """Have the lake follow tables of facts that were declared a moment ago."""
    install_watches()


def settle_table(fact: MadeFact) -> None:
    """After a filling: the planner must know how large it has become."""
    execute(f'ANALYZE "{table_of(fact)}"')


def drop_table(fact: MadeFact) -> None:
    """Emptied first, so that the lake hears of it."""
    table = table_of(fact)
    if fetch("SELECT to_regclass(%s)", [f'"{table}"'])[0][0] is not None:
        execute(f'TRUNCATE "{table}"')
        execute(f'DROP TABLE "{table}"')


def there_are_tables() -> set[str]:
    """The tables of values that exist."""
    return {name for (name,) in fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
        " AND relname ~ %s", [f"^{PREFIX}[0-9]+$"])}  # fmt: skip


def refresh(fact: MadeFact, ids: Sequence[int] | None) -> int:
    """Compute these records anew (None: everybody), within the transaction that is open; how many rows changed."""
    table, kind = table_of(fact), object_types[fact.object_key]
    execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, fact.pk])
    asked = Asked(clock.now(), None if ids is None else sorted(set(ids)))
    made = values_sql(fact, asked)
    if asked.ids is None:
        # Read into a table of its own first: a SELECT alone is worked at by several processes, an INSERT by one.
        execute("DROP TABLE IF EXISTS rules_fact_run")
        execute(f"CREATE TEMPORARY TABLE rules_fact_run ON COMMIT DROP AS {made.text}", made.params)
        made = Sql("SELECT * FROM rules_fact_run")
    is_worth = (
        "v.value IS NOT NULL OR v.flips_at IS NOT NULL"
        f' OR EXISTS (SELECT FROM "{table}" old WHERE old.record_id = v.record_id)'
    )
    changed = execute(
        f'INSERT INTO "{table}" AS f (record_id, value, flips_at)'
        f" SELECT v.record_id, v.value, v.flips_at FROM ({made.text}) v WHERE {is_worth} ORDER BY v.record_id"
        " ON CONFLICT (record_id) DO UPDATE SET value = excluded.value, flips_at = excluded.flips_at"
        " WHERE (f.value, f.flips_at) IS DISTINCT FROM (excluded.value, excluded.flips_at)",
        made.params,
    )
    mine, params = ("", []) if asked.ids is None else (" AND f.record_id = ANY(%s::bigint[])", [asked.ids])
    return changed + execute(
        f'DELETE FROM "{table}" f WHERE NOT EXISTS (SELECT FROM "{kind.table}" r WHERE r.id = f.record_id'
        f" AND r.deleted_at IS NULL){mine}",
        params,
    )


def due(fact: MadeFact, *, limit: int) -> list[int]:
    """Records whose value the passing of time has changed, those waiting longest first."""
    return [record_id for (record_id,) in fetch(
        f'SELECT record_id FROM "{table_of(fact)}" WHERE flips_at <= %s ORDER BY flips_at LIMIT %s',
        [clock.now(), limit])]  # fmt: skip
