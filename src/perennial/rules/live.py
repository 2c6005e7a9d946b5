"""Keeping memberships as they should be: what events, changes, facts and the passing of time touch is asked about.

A turn reads both logs from where the last one stopped, what tables behind facts have noted, and (every few seconds)
what time alone has moved; finds by the index which rules that may alter, and for which records; asks each rule once for
all of them, and writes what differs, in the same transaction as its positions: a kill repeats and loses nothing.

A turn holds `rules_mark` shared, so that no rule changes in the middle of it. Whoever changes one begins a sweep of it
(`sweeping`), and until that is done the turns leave what they would have asked to be asked afterwards.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from perennial.conditions.tree import Span
from perennial.foundation import clock
from perennial.foundation.jobs import loop
from perennial.foundation.sql import execute, fetch, fetch_one
from perennial.rules.behind import CONSUMER, skip_ahead
from perennial.rules.evaluating import Asked, Difference, bring_events, differences
from perennial.rules.everybody import ask_for_sweep
from perennial.rules.index import Index, Rule, index_of
from perennial.rules.passing import by_time
from perennial.rules.staying import Told, write
from perennial.rules.touched import (
    ByRule,
    Change,
    Happened,
    Ids,
    by_changes,
    by_events,
    by_notes,
    change_columns,
    joined,
    read_change,
)
from perennial.rules.watching import noted
from perennial.timeline.consumers import advance, next_batch

ROWS = 5_000  # of each log in one turn
BEHIND_AFTER = 3  # turns in a row that found that many, after which it is looked how many more there are
PASSING_EVERY = 5.0  # seconds between two looks at what time alone has moved
LONGEST_LOOK = timedelta(days=7)  # of business time that is followed step by step; after more, everybody is looked at
_SEGMENT = "segment:"


class _Pace:
    """When this process last looked at what time alone has moved, and how long it took; monotonic seconds. How many
    turns in a row have found as much in a log as a turn takes."""

    looked_at = -3600.0
    took = 0.0
    full = 0


@dataclass(slots=True)
class Woken:
    """What one turn found: by rule, whom to ask about and why."""

    ids: ByRule = field(default_factory=lambda: defaultdict(set))
    causes: dict[int, str] = field(default_factory=dict)

    def add(self, found: ByRule, cause: str) -> None:
        for rule_id, ids in found.items():
            if ids:
                self.ids[rule_id] |= ids
                self.causes.setdefault(rule_id, cause)


@loop("rules.live", every=0.2)
def follow() -> int:
    """One turn; how many rows were read and records moved. Nothing at all while no rule is live."""
    is_due = time.monotonic() - _Pace.looked_at > max(PASSING_EVERY, 20 * _Pace.took)
    return turn(with_time=is_due)


def turn(*, with_time: bool = True) -> int:
    """One turn, with a look at the passing of time or without."""
    with transaction.atomic():
        mark = fetch_one("SELECT version FROM rules_mark LIMIT 1 FOR SHARE")
        index = index_of(mark[0]) if mark else None
        if index is None or not index.rules:
            return 0
        woken = Woken()
        read = skip_ahead(index) if _Pace.full >= BEHIND_AFTER else 0
        read += _read_logs(index, woken) + _read_notes(index, woken)
        if with_time:
            read += _look_at_time(index, woken)
        moved = _ask(index, woken) if woken.ids else 0
    return read + moved


def catch_up() -> int:
    """Turns until nothing is left to do; how much was done."""
    done = turn()
    while more := turn(with_time=False):
        done += more
    return done


def _read_logs(index: Index, woken: Woken) -> int:
    events = next_batch(CONSUMER, "timeline_event", "type, profile_id, subject_kind, subject_id", limit=ROWS)
    changes = next_batch(CONSUMER, "timeline_change", change_columns(index), limit=ROWS)
    if events is not None:
        woken.add(by_events(index, [Happened(*row) for row in events.rows]), "event")
        advance(CONSUMER, "timeline_event", events)
    if changes is not None:
        read: list[Change] = [read_change(row) for row in changes.rows]
        woken.add(by_changes(index, read), "change")
        advance(CONSUMER, "timeline_change", changes)
    counts = [len(each.rows) if each else 0 for each in (events, changes)]
    _Pace.full = _Pace.full + 1 if max(counts) >= ROWS else 0
    return sum(counts)


def _read_notes(index: Index, woken: Woken) -> int:
    """What tables behind facts say, which members came or went otherwise, and what sweeps have left."""
    tables: dict[str, Ids] = defaultdict(set)
    members: dict[str, Ids] = defaultdict(set)
    rows = noted()
    for name, ids in rows:
        if name.startswith(_SEGMENT):
            members[name.removeprefix(_SEGMENT)] |= set(ids)
        else:
            tables[name] |= set(ids)
    woken.add(by_notes(index.tables, tables), "fact")
    woken.add(by_notes(index.segments, members), "segment")
    left = fetch(
        "DELETE FROM rules_touched t USING rules_segment s WHERE s.id = t.segment_id AND NOT s.is_sweeping"
        " RETURNING t.segment_id, t.row_ids"
    )
    woken.add(joined(*({segment_id: set(ids)} for segment_id, ids in left)), "event")
    return len(rows) + len(left)


def _look_at_time(index: Index, woken: Woken) -> int:
    """What has moved since the last look. Where that is long ago, or lies ahead because the clock was set, everybody
    is looked at instead; of how many rules."""
    started, now = time.monotonic(), clock.now()
    row = fetch_one("SELECT followed_to FROM rules_passing LIMIT 1 FOR UPDATE")
    after: datetime | None = row[0] if row else None
    swept = [] if after is None or after <= now <= after + LONGEST_LOOK else list(index.rules)
    if swept:
        ask_for_sweep(swept, cause="time")
    elif after is not None:
        woken.add(by_time(index, after, now), "time")
    execute("UPDATE rules_passing SET followed_to = %s", [now])
    _Pace.looked_at, _Pace.took = time.monotonic(), time.monotonic() - started
    return len(swept)


def _ask(index: Index, woken: Woken) -> int:
    """Ask every woken rule for those touched, the inner segments first; how many entered or left."""
    swept = {id for (id,) in fetch("SELECT id FROM rules_segment WHERE is_sweeping")}
    _leave(woken, swept)
    moved = 0
    for level in range(1 + max((rule.level for rule in index.rules.values()), default=0)):
        rules = [rule for rule in index.rules.values() if rule.level == level and woken.ids.get(rule.id)]
        found: list[Difference] = []
        if rules:
            _bring(rules, woken)
            asked = [Asked(rule.id, rule.kind, rule.condition, sorted(woken.ids[rule.id])) for rule in rules]
            found = differences(asked, at_hand=True)
        if found:
            write(found, _told(rules), woken.causes, at=clock.now())
            moved += len(found)
            _wake_outer(index, woken, found, swept)
    return moved


def _leave(woken: Woken, swept: Ids) -> None:
    """What concerns segments that are being swept is left for afterwards."""
    for segment_id in swept & woken.ids.keys():
        ids = sorted(woken.ids.pop(segment_id))
        execute("INSERT INTO rules_touched (segment_id, table_name, row_ids) VALUES (%s, '', %s::bigint[])",
                [segment_id, ids])  # fmt: skip


def _bring(rules: list[Rule], woken: Woken) -> None:
    """The events of all whom these rules are asked about, once."""
    touched: dict[str, Ids] = defaultdict(set)
    types: dict[str, set[Span | None]] = defaultdict(set)
    for rule in rules:
        touched[rule.kind.key] |= woken.ids[rule.id]
        for type, spans in rule.awake.looks_back.items():
            types[type] |= spans
    bring_events(touched, types, now=clock.now())


def _wake_outer(index: Index, woken: Woken, found: list[Difference], swept: Ids) -> None:
    members: dict[str, Ids] = defaultdict(set)
    for each in found:
        members[index.rules[each.segment_id].key].add(each.record_id)
    outer = Woken()
    outer.add(by_notes(index.segments, members), "segment")
    _leave(outer, swept)
    woken.add(outer.ids, "segment")


def _told(rules: list[Rule]) -> Mapping[int, Told]:
    return {rule.id: Told(rule.key, rule.name, rule.kind.key, rule.number) for rule in rules}
