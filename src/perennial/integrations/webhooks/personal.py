"""What deliveries hold of a person: given to them on request, and blanked when they are erased."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.customers.personal_data import Held, PersonalData, Subject, register_personal_data
from perennial.foundation.sql import execute, fetch
from perennial.workspace.actor import Actor

_THEIRS = "object_key IN ('customers.person', 'customers.customer') AND record_id = ANY(%s)"


def export_deliveries(subject: Subject) -> list[Any]:
    """What was sent to programs of others, and when."""
    rows = fetch(
        "SELECT jsonb_build_object('at', created_at, 'state', state, 'sent', payload->'body')::json"
        f" FROM timeline_delivery WHERE {_THEIRS} ORDER BY id",
        [list(subject.customer_ids)],
    )
    return [row[0] for row in rows]


def erase_deliveries(subject: Subject, by: Actor) -> Held:
    """What still waits does not go out any more."""
    execute(
        "UPDATE timeline_delivery SET payload = payload - 'body',"
        " state = CASE WHEN state IN ('waiting', 'doubt', 'unsent', 'refused') THEN 'dropped' ELSE state END"
        f" WHERE {_THEIRS}",
        [list(subject.customer_ids)],
    )
    return {}


register_personal_data(
    PersonalData("integrations.deliveries", _("Sent to other programs"), export_deliveries, erase_deliveries)
)
