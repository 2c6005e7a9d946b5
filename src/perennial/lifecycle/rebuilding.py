"""Deleting derived state and making it anew; comparing what is kept with what would be made; looking at the past.

Live work may go on meanwhile: each chunk takes the writer's turn for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from perennial.foundation.sql import execute, fetch, fetch_one
from perennial.lifecycle.definitions import Given, given
from perennial.lifecycle.history import compute
from perennial.lifecycle.live import catch_up
from perennial.lifecycle.pace import measure_pace
from perennial.lifecycle.writing import COLUMNS, CURRENT, FRESH, everybody, recompute, take_turn

CHUNK = 5_000
Progress = Callable[[int, int], None]  # (customers done, customers in all)
_MOST = 100  # differences that are told one by one


@dataclass(frozen=True, slots=True)
class Difference:
    """`kept` is what the tables say, `computed` what the logs say; None where there is nothing."""

    customer_id: int
    what: str  # a column of the state, or "stage at <instant>"
    kept: str | None
    computed: str | None


@dataclass(slots=True)
class Checked:
    customers: int = 0
    different: int = 0  # customers
    differences: list[Difference] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        return not self.different


@dataclass(frozen=True, slots=True)
class StateThen:
    stage: str
    standing: str | None


def rebuild(*, progress: Progress | None = None, tell: bool = True, chunk: int = CHUNK) -> int:
    """Delete all derived state and compute it anew; how many customers.

    What the log was told stays told, and what comes out otherwise now is not told again: a rebuild is no news. Only
    customers that were never computed before are told of, unless `tell` is false. A large `chunk` is quicker and keeps
    live work waiting for longer.
    """
    total, done = _count(), 0
    execute(
        "DELETE FROM lifecycle_state s USING customers_customer c"
        " WHERE c.id = s.customer_id AND c.deleted_at IS NOT NULL"
    )
    for ids in _chunks(chunk):
        with transaction.atomic():
            take_turn()
            _anew(ids, on=given(), tell=tell)
        done += len(ids)
        if progress is not None:
            progress(done, total)
    measure_pace()
    return done


def check(*, progress: Progress | None = None) -> Checked:
    """Compute everything beside what is kept, and say whether it came out the same. Changes nothing that is kept,
    except that it first does what live work has still to do."""
    catch_up()
    total, checked, doubtful = _count(), Checked(), list[int]()
    for ids in _chunks():
        found = _compare(ids)
        doubtful += sorted({each.customer_id for each in found})
        checked.customers += len(ids)
        if progress is not None:
            progress(checked.customers, total)
    if doubtful:  # what arrived during the check looked like a difference: look at those again
        catch_up()
    for start in range(0, len(doubtful), CHUNK):
        found = _compare(doubtful[start : start + CHUNK])
        checked.different += len({each.customer_id for each in found})
        checked.differences += found[: max(0, _MOST - len(checked.differences))]
    return checked


def state_as_of(as_of: datetime, ids: Sequence[int] | None = None) -> dict[int, StateThen]:
    """Where customers (all, or these) were at an instant, as we now know it. Who was not known yet is missing."""
    then: dict[int, StateThen] = {}
    for chunk in [list(ids)] if ids is not None else _chunks():
        with transaction.atomic():
            compute(chunk, on=given(as_of))
            rows = fetch("SELECT customer_id, stage, standing FROM lifecycle_run WHERE is_last")
        then |= {customer: StateThen(stage, standing) for customer, stage, standing in rows}
    return then


def _anew(ids: Sequence[int], *, on: Given, tell: bool) -> None:
    execute(
        "CREATE TEMPORARY TABLE IF NOT EXISTS lifecycle_told (customer_id bigint, aspect text, at timestamptz,"
        " new text) ON COMMIT DELETE ROWS"
    )
    execute("TRUNCATE lifecycle_told")
    execute(
        "INSERT INTO lifecycle_told SELECT customer_id, aspect, at, new FROM lifecycle_transition"
        " WHERE is_told AND customer_id = ANY(%s::bigint[])",
        [list(ids)],
    )
    old = [
        row[0]
        for row in fetch("SELECT customer_id FROM lifecycle_state WHERE customer_id = ANY(%s::bigint[])", [list(ids)])
    ]
    untold = {
        tuple(row)
        for row in fetch(
            "SELECT customer_id, aspect, at FROM lifecycle_transition"
            " WHERE NOT is_told AND customer_id = ANY(%s::bigint[])",
            [list(ids)],
        )
    }
    for table in ("lifecycle_transition", "lifecycle_state"):
        execute(f"DELETE FROM {table} WHERE customer_id = ANY(%s::bigint[])", [list(ids)])
    recompute(ids, on=on, tell=tell)
    execute(
        "UPDATE lifecycle_transition t SET is_told = true FROM lifecycle_told o WHERE o.customer_id = t.customer_id"
        " AND o.aspect = t.aspect AND o.at = t.at AND o.new IS NOT DISTINCT FROM t.new AND NOT t.is_told"
    )
    keys = list(zip(*untold, strict=True)) if untold else [(), (), ()]
    execute(
        "UPDATE lifecycle_transition t SET is_told = true WHERE t.customer_id = ANY(%s::bigint[]) AND NOT t.is_told"
        " AND (t.customer_id, t.aspect, t.at) NOT IN"
        " (SELECT * FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]))",
        [old, *map(list, keys)],
    )


def _compare(ids: Sequence[int]) -> list[Difference]:
    on = given()
    params = {"ids": list(ids), "zone": on.zone, "as_of": on.as_of, "definition": on.definition.name,
              "rolls_up": on.rolls_up}  # fmt: skip
    with transaction.atomic():
        take_turn()
        due = fetch(
            "SELECT customer_id FROM lifecycle_state"
            " WHERE next_flip_at <= %(as_of)s AND customer_id = ANY(%(ids)s::bigint[])",
            params,
        )
        if due:
            recompute([row[0] for row in due], on=on)
        compute(ids, on=on)
        execute("ANALYZE lifecycle_run")
        found = [*_other_transitions(params), *_other_states(params)]
    return sorted(found, key=lambda each: (each.customer_id, each.what))


def _other_transitions(params: dict[str, object]) -> Iterator[Difference]:
    """What stands in only one of the two: the transitions that are kept, and those just computed."""
    rows = fetch(
        f"""
        WITH kept AS (
            SELECT customer_id, aspect, at, old, new, reason, details, definition FROM lifecycle_transition
            WHERE customer_id = ANY(%(ids)s::bigint[])
        ), computed AS (SELECT f.*, %(definition)s FROM ({FRESH}) f)
        SELECT x.*, true FROM (SELECT * FROM kept EXCEPT SELECT * FROM computed) x
        UNION ALL SELECT x.*, false FROM (SELECT * FROM computed EXCEPT SELECT * FROM kept) x
        """,
        params,
    )
    for customer, aspect, at, old, new, reason, _details, _definition, is_kept in rows:
        said = f"{old} → {new} ({reason})"
        yield Difference(
            customer, f"{aspect} at {at.isoformat()}", said if is_kept else None, None if is_kept else said
        )


def _other_states(params: dict[str, object]) -> Iterator[Difference]:
    names = ", ".join(COLUMNS)
    rows = fetch(f"SELECT customer_id, {names} FROM lifecycle_state WHERE customer_id = ANY(%(ids)s::bigint[])", params)
    kept = {row[0]: row[1:] for row in rows}
    computed = {row[0]: row[1:] for row in fetch(CURRENT, params)}
    nothing = (None,) * len(COLUMNS)
    for customer in kept.keys() | computed.keys():
        pairs = zip(COLUMNS, kept.get(customer, nothing), computed.get(customer, nothing), strict=True)
        yield from (Difference(customer, name, str(was), str(now)) for name, was, now in pairs if was != now)


def _chunks(size: int = CHUNK) -> Iterator[list[int]]:
    after = 0
    while ids := everybody(after=after, limit=size):
        yield ids
        after = ids[-1]


def _count() -> int:
    row = fetch_one("SELECT count(*) FROM customers_customer WHERE deleted_at IS NULL")
    return int(row[0]) if row else 0
