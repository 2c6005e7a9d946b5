"""Telling the log: each transition that is news becomes a derived event, once, and stays one.

While much is arriving (an import of history, say) what follows from half of it is not told: a customer would seem to
lapse between two parts of a file. So nothing is told while a file is being imported, and at other times a transition of
the past waits until the logs have been still for a while; one that has just come to pass is told at once.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import translation

from perennial.foundation import clock
from perennial.foundation.sql import execute, fetch
from perennial.lifecycle import events
from perennial.lifecycle.definitions import STAGES
from perennial.lifecycle.reasons import stage_reason, whole
from perennial.timeline.record import NewEvent, record
from perennial.timeline.types import EventType
from perennial.workspace.firm import the_firm

NEWS = timedelta(hours=1)

# The event that moved somebody has the instant of the transition: by it only one part of the log is looked into.
_UNTOLD = """
SELECT t.customer_id, t.aspect, t.at, t.old, t.new, t.reason, t.details, t.definition, p.id, e.id
FROM (
    SELECT * FROM lifecycle_transition WHERE NOT is_told AND at > %(since)s ORDER BY at, customer_id LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
) t JOIN customers_profile p ON p.made_for_id = t.customer_id
LEFT JOIN LATERAL (
    SELECT e.id FROM timeline_event e
    WHERE e.subject_kind = CASE WHEN t.reason IN ('call', 'spoke') THEN 'customers.call' ELSE 'commerce.order' END
      AND e.subject_id = (t.details ->> 'source_id')::bigint AND e.occurred_at = t.at AND e.class = 'o' LIMIT 1
) e ON t.reason IN ('order', 'return', 'call', 'spoke')
ORDER BY t.at, t.customer_id, t.aspect
"""

_TOLD = """
UPDATE lifecycle_transition t SET is_told = true
FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS n(customer_id, aspect, at)
WHERE t.customer_id = n.customer_id AND t.aspect = n.aspect AND t.at = n.at
"""


def tell(*, limit: int = 2_000, only_news: bool = False) -> int:
    """Append the events of transitions not told yet; how many transitions were settled."""
    since: object = clock.now() - NEWS if only_news else "-infinity"
    with transaction.atomic():
        rows = fetch(_UNTOLD, {"since": since, "limit": limit})
        if not rows:
            return 0
        with translation.override(the_firm().language):
            record([event for row in rows if (event := _event(*row)) is not None])
        execute(_TOLD, [[row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]])
    return len(rows)


def _event(
    customer_id: int,
    aspect: str,
    at: Any,
    old: str | None,
    new: str | None,
    reason: str,
    facts: str,
    definition: str,
    profile_id: int,
    cause: Any,
) -> NewEvent | None:
    """A first order says it by the stage; so does what takes the last order away."""
    details: dict[str, Any] = json.loads(facts)
    if aspect == "stage":
        type = events.STAGE_CHANGED
        said: dict[str, Any] = {
            "from": old,
            "to": new,
            "reason": stage_reason(definition, old, str(new), reason, details),
        }
        if old is None and new == STAGES[0]:
            return None
    else:
        found = _STANDING_EVENTS.get((old in ("quiet", "lapsed"), new))
        if found is None:
            return None
        type = found
        said = {"usual": whole(details.get("usual")), "silent": whole(details.get("silent"))}
    return NewEvent(
        type=type.key,
        profile_id=profile_id,
        properties={**said, "why": reason, "facts": details},
        occurred_at=at,
        subject_kind="customers.customer",
        subject_id=customer_id,
        is_derived=True,
        definition=definition,
        cause=cause,
    )


_STANDING_EVENTS: dict[tuple[bool, str | None], EventType] = {
    (False, "quiet"): events.WENT_QUIET,
    (True, "lapsed"): events.LAPSED,
    (True, "won_back"): events.WON_BACK,
    (True, "active"): events.ACTIVE_AGAIN,
}
