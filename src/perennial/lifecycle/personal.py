"""What lifecycle keeps about a person: given out with the rest, and gone with them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.customers.personal_data import Held, PersonalData, Subject, register_personal_data
from perennial.foundation.sql import execute, fetch_dicts
from perennial.workspace.actor import Actor


def stages_of(subject: Subject) -> list[dict[str, Any]]:
    return fetch_dicts(
        "SELECT aspect, at, old, new, reason FROM lifecycle_transition WHERE customer_id = ANY(%s) ORDER BY at",
        [list(subject.customer_ids)],
    )


def erase_stages(subject: Subject, by: Actor) -> Held:
    for table in ("lifecycle_transition", "lifecycle_state", "lifecycle_overdue"):
        execute(f"DELETE FROM {table} WHERE customer_id = ANY(%s)", [list(subject.customer_ids)])
    return {}


register_personal_data(PersonalData("lifecycle.stages", _("Stages and standings"), stages_of, erase_stages))
