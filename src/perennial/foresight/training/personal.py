"""What is predicted of a person: given out with the rest, and gone with them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.customers.personal_data import Held, PersonalData, Subject, register_personal_data
from perennial.foundation.sql import execute, fetch_dicts
from perennial.metrics.predictions import predictions
from perennial.workspace.actor import Actor


def scores_of(subject: Subject) -> dict[str, Any]:
    return {each.key: fetch_dicts(
        f"SELECT score, low, high, reasons::json AS reasons FROM {each.table} WHERE customer_id = ANY(%s::bigint[])",
        [list(subject.customer_ids)]) for each in predictions()}  # fmt: skip


def erase_scores(subject: Subject, by: Actor) -> Held:
    for each in predictions():
        execute(f"DELETE FROM {each.table} WHERE customer_id = ANY(%s::bigint[])", [list(subject.customer_ids)])
    return {}


register_personal_data(PersonalData("foresight.scores", _("What is predicted"), scores_of, erase_scores))
