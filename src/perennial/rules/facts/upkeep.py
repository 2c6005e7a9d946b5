"""Keeping the values true: of the records that events and writes have touched, and of those whose time has come.

A turn first takes note of the events (in the transaction that moves its place in the log), then pays what is owed; so
a kill between the two loses nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from perennial.foundation.jobs import loop
from perennial.foundation.sql import execute, fetch
from perennial.objects.belonging import pairs_of, records_of_profiles, with_those_after
from perennial.objects.made.catalogue import built_version, definitions_version, follow_now
from perennial.objects.types import object_types
from perennial.rules.facts import triggers, values
from perennial.rules.facts.filling import fill
from perennial.rules.facts.models import MadeFact, Owed
from perennial.timeline.consumers import advance, next_batch

CONSUMER = "rules.facts"
EVENTS = 10_000  # in one turn
OWED = 200  # writes whose records are paid at once
DUE = 5_000  # records whose time has come, in one turn
_LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"


@loop("rules.facts", every=1.0)
def keep() -> int:
    """One turn; how many events were read and records computed."""
    if definitions_version() != built_version():
        follow_now()
    return note_events() + pay()


def note_events(*, limit: int = EVENTS) -> int:
    """Owe what the next part of the log touches. Without facts of events, only the place in the log moves on."""
    with transaction.atomic():
        made = list(MadeFact.objects.filter(retired_at=None, form=MadeFact.Form.EVENTS))
        if not made:
            _skip()
            return 0
        batch = next_batch(CONSUMER, "timeline_event", "profile_id, type, subject_kind, subject_id", limit=limit)
        if batch is None:
            return 0
        by_type: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for row in batch.rows:
            by_type[row[1]].append(row)
        owed = [
            Owed(fact_id=each.pk, record_ids=sorted(ids))
            for each in made
            if (ids := _records_of(each.object_key, by_type.get(str(each.options.get("event")), ())))
        ]
        Owed.objects.bulk_create(owed)
        advance(CONSUMER, "timeline_event", batch)
    return len(batch.rows)


def pay() -> int:
    """Compute anew whoever is owed or due, fact by fact; how many records. One that is being filled waits."""
    done = 0
    tables = values.there_are_tables()
    for made in MadeFact.objects.filter(retired_at=None, state=MadeFact.State.READY).order_by("id"):
        if values.table_of(made) not in tables:
            _begin_again(made)
        elif made.object_key in object_types:
            with transaction.atomic():
                ids = _claimed(made) | set(values.due(made, limit=DUE))
                if ids:
                    values.refresh(made, sorted(ids))
            done += len(ids)
    return done


def _records_of(object_key: str, rows: Iterable[tuple[Any, ...]]) -> set[int]:
    rows = list(rows)
    if not rows:
        return set()
    if pairs_of(object_key) is not None:
        return records_of_profiles(object_key, (row[0] for row in rows if row[0] is not None))
    return {row[3] for row in rows if row[2] == object_key and row[3] is not None}


def _claimed(made: MadeFact) -> set[int]:
    found = fetch(
        "DELETE FROM rules_fact_owed WHERE id IN (SELECT id FROM rules_fact_owed WHERE fact_id = %s ORDER BY id"
        " LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING record_ids",
        [made.pk, OWED],
    )
    ids = {record_id for (record_ids,) in found for record_id in record_ids}
    return with_those_after(made.object_key, ids) if made.form == MadeFact.Form.EVENTS else ids


def _skip() -> None:
    """To where every transaction is that ended: what still runs is read when there is a fact to read it for."""
    execute(
        "INSERT INTO timeline_consumer (name, log, xid, row_id) VALUES (%s, 'timeline_event',"
        " (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text::xid8, %s) ON CONFLICT (name, log)"
        " DO UPDATE SET xid = excluded.xid, row_id = excluded.row_id, moved_at = now()",
        [CONSUMER, _LAST_ID],
    )


def _begin_again(made: MadeFact) -> None:
    """The values are not there, after an archive of everything was loaded: they are no part of it."""
    with transaction.atomic():
        values.make_table(made)
        MadeFact.objects.filter(pk=made.pk).update(state=MadeFact.State.FILLING)
        triggers.settle(list(MadeFact.objects.filter(retired_at=None).order_by("id")))
        execute("UPDATE objects_catalogue SET version = version + 1")
        fill.later(lock=f"rules.fact.{made.pk}", fact_id=made.pk)
    follow_now()
    values.watch_table()
