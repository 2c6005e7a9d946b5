"""When live work is far behind, because somebody brings in a million records: everybody is looked at instead.

To ask a rule about each of those touched costs as much for each as a sweep does; but the lake answers about all at
once, and each of many records is touched more than once. So where more waits in a log than a part of all records, the
rules that it can alter are swept, and live work goes on with what comes from now on.
"""

from __future__ import annotations

from perennial.rules import everybody
from perennial.rules.everybody import ask_for_sweep
from perennial.rules.index import Index, Woken
from perennial.timeline.consumers import Log, skip_to, waiting_keys

CONSUMER = "rules"
LEAST = 50_000  # rows waiting in a log
PART = 0.2  # of all records of a kind
CAUSE = "many"


def skip_ahead(index: Index) -> int:
    """In the transaction of a turn; how many rules are to be swept instead of asked."""
    kinds = {rule.kind.key: rule.kind for rule in index.rules.values()}
    sizes = {key: everybody.estimate(kind) for key, kind in kinds.items()}
    if any(size >= everybody.LARGE and not everybody.is_large(kinds[key]) for key, size in sizes.items()):
        return 0  # no lake to ask
    most = max(LEAST, int(PART * max(sizes.values())))
    swept: set[int] = set()
    logs: tuple[tuple[Log, dict[str, Woken]], ...]
    logs = (("timeline_event", index.events), ("timeline_change", index.records))
    for log, woken in logs:
        waiting = waiting_keys(CONSUMER, log, most=most)
        if waiting is not None:
            keys, before = waiting
            swept |= {rule_id for key in keys for rule_id, _wake in woken.get(key, ())}
            skip_to(CONSUMER, log, before)
    if swept:
        ask_for_sweep(sorted(swept), cause=CAUSE)
    return len(swept)
