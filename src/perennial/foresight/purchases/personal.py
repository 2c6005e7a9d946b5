"""What is expected of a person: given out with the rest, and gone with them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.customers.personal_data import Held, PersonalData, Subject, register_personal_data
from perennial.foundation.sql import execute, fetch_dicts
from perennial.workspace.actor import Actor


def expectations_of(subject: Subject) -> list[dict[str, Any]]:
    return fetch_dicts(
        "SELECT chance, orders, worth, worth_low, worth_high, at_stake, next_at, late_at FROM foresight_expected"
        " WHERE customer_id = ANY(%s)", [list(subject.customer_ids)],
    )  # fmt: skip


def erase_expectations(subject: Subject, by: Actor) -> Held:
    execute("DELETE FROM foresight_expected WHERE customer_id = ANY(%s)", [list(subject.customer_ids)])
    return {}


register_personal_data(
    PersonalData("foresight.expected", _("What is expected of them"), expectations_of, erase_expectations)
)
