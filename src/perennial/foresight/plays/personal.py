"""What plays keep about a person: given out with the rest; what could tell who they were is gone with them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.customers.merging import Merging, register_merging
from perennial.customers.personal_data import Held, PersonalData, Subject, register_free_text, register_personal_data
from perennial.foresight.plays.models import Play
from perennial.foundation.sql import execute, fetch_dicts
from perennial.objects.types import object_types
from perennial.workspace.actor import Actor


def _about_customers() -> list[int]:
    keys = [key for key, kind in object_types.items() if kind.table == "customers_customer"]
    return list(Play.objects.filter(object_key__in=keys).values_list("pk", flat=True))


def plays_of(subject: Subject) -> dict[str, Any]:
    asked = [_about_customers(), list(subject.customer_ids)]
    return {
        "entered": fetch_dicts(
            "SELECT p.name AS play, e.is_control, e.entered_at, e.acted_at FROM foresight_enrolment e"
            " JOIN foresight_play p ON p.id = e.play_id WHERE e.play_id = ANY(%s::bigint[])"
            " AND e.record_id = ANY(%s::bigint[]) ORDER BY e.entered_at", asked,
        ),
        "left_out": fetch_dicts(
            "SELECT p.name AS play, d.reason, d.note, d.at FROM foresight_decline d"
            " JOIN foresight_play p ON p.id = d.play_id WHERE d.play_id = ANY(%s::bigint[])"
            " AND d.record_id = ANY(%s::bigint[]) ORDER BY d.at", asked,
        ),
    }  # fmt: skip


def erase_plays(subject: Subject, by: Actor) -> Held:
    """Later looks do without them; those that were taken hold only sums over many."""
    for table in ("foresight_enrolment", "foresight_decline"):
        execute(
            f"DELETE FROM {table} WHERE play_id = ANY(%s::bigint[]) AND record_id = ANY(%s::bigint[])",
            [_about_customers(), list(subject.customer_ids)],
        )
    return {}


register_personal_data(PersonalData("foresight.plays", _("Plays"), plays_of, erase_plays))
register_free_text("foresight_decline", "note")
# Who is merged into somebody stays in the arm they were drawn into, unless the other one was drawn already.
for _table in ("foresight_enrolment", "foresight_decline"):
    register_merging(
        Merging(
            _table, "record_id",
            where="play_id IN (SELECT p.id FROM foresight_play p WHERE p.object_key LIKE 'customers.%%')"
            f" AND NOT EXISTS (SELECT 1 FROM {_table} o WHERE o.play_id = {_table}.play_id"
            " AND o.record_id = %(target)s)",
        )
    )  # fmt: skip
