"""What this room itself knows of a person, and how it is given out and erased."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.customers.models import Call, Consent, Customer, Identity, Merge, Note, Task
from perennial.customers.personal_data import Held, PersonalData, Subject, register_personal_data
from perennial.foundation import clock
from perennial.foundation.sql import execute, fetch
from perennial.objects.collaboration.comments import KEY as COMMENTS
from perennial.objects.files.keeping import forget_files
from perennial.workspace.actor import Actor

NAMELESS = "Erased person"
_ROOM = (("customers.task", Task), ("customers.note", Note), ("customers.call", Call))


def _records_export(subject: Subject) -> dict[str, Any]:
    ids = list(subject.customer_ids)
    return {
        "customers": _rows(
            "SELECT id, kind, name, first_name, last_name, email, phone, city, country, external_id, qualification,"
            " stage, standing, stage_since, worth::text, custom, created_at, updated_at FROM customers_customer"
            " WHERE id = ANY(%s) ORDER BY id", ids),
        "identities": _rows(
            "SELECT kind, value, created_at FROM customers_identity WHERE profile_id = ANY(%s) ORDER BY id",
            list(subject.profile_ids)),
        "consents": _rows(
            "SELECT purpose, channel, state, source, text, ip, at FROM customers_consent WHERE customer_id = ANY(%s)"
            " ORDER BY at", ids),
        "tasks": _rows(
            "SELECT title, note, due_at, done_at, created_at FROM customers_task WHERE customer_id = ANY(%s)"
            " ORDER BY id", ids),
        "notes": _rows("SELECT text, created_at FROM customers_note WHERE customer_id = ANY(%s) ORDER BY id", ids),
        "calls": _rows(
            "SELECT direction, outcome, summary, at, seconds FROM customers_call WHERE customer_id = ANY(%s)"
            " ORDER BY at", ids),
        "comments": _rows(
            "SELECT text, created_at FROM objects_comment WHERE object_key = ANY(ARRAY['customers.person',"
            " 'customers.customer']) AND record_id = ANY(%s) AND deleted_at IS NULL ORDER BY id", ids),
    }  # fmt: skip


def _records_erase(subject: Subject, by: Actor) -> Held:
    """The rows of the customer stay, nameless and hidden, so that what was bought goes on adding up."""
    ids = list(subject.customer_ids)
    forget_files(_files_of(ids))
    held: dict[str, Sequence[int]] = {"customers.person": ids}
    for key, model in _ROOM:
        held[key] = list(model._base_manager.filter(customer_id__in=ids).values_list("id", flat=True))
        model._base_manager.filter(pk__in=held[key]).delete()
    held[COMMENTS] = [
        row[0]
        for row in fetch(
            "DELETE FROM objects_comment WHERE object_key = ANY(ARRAY['customers.person', 'customers.customer'])"
            " AND record_id = ANY(%s) RETURNING id",
            [ids],
        )
    ]
    Consent.objects.filter(customer_id__in=ids).delete()
    Identity.objects.filter(profile_id__in=subject.profile_ids).delete()
    Merge.objects.filter(winner_id__in=ids).update(chosen={})
    Merge.objects.filter(loser_id__in=ids).update(chosen={})
    execute(
        "UPDATE customers_customer SET name = %s, first_name = NULL, last_name = NULL, email = NULL, phone = NULL,"
        " city = NULL, external_id = NULL, custom = '{}', folded = '', grams = '{}', sort_key = '', company_id = NULL,"
        " owner_id = NULL, team_id = NULL, version = version + 1, updated_at = %s,"
        " deleted_at = coalesce(deleted_at, %s) WHERE id = ANY(%s)",
        [NAMELESS, clock.now(), clock.now(), ids],
    )
    return held


def _files_of(ids: list[int]) -> set[str]:
    """The files that stand in made fields of theirs, and those that stood there once."""
    rows = fetch(
        "SELECT file.value FROM customers_customer c, jsonb_each_text(c.custom) file WHERE c.id = ANY(%s)"
        " AND file.value ~ '^[0-9a-f]{32}$' UNION SELECT found[1] FROM timeline_change g,"
        " regexp_matches(g.\"values\"::text, '\"([0-9a-f]{32})\"', 'g') found"
        " WHERE g.object_key = ANY(ARRAY['customers.person', 'customers.customer']) AND g.record_id = ANY(%s)",
        [ids, ids],
    )
    return {row[0] for row in rows}


def _timeline_export(subject: Subject) -> dict[str, Any]:
    """Everything that happened, oldest first, with what was sent about it."""
    return {
        "events": _rows(
            "SELECT occurred_at, type, source, channel, properties FROM timeline_event WHERE profile_id = ANY(%s)"
            " AND occurred_at > '1970-01-01' ORDER BY occurred_at, id", list(subject.profile_ids)),
        "changes": _rows(
            'SELECT occurred_at, kind, "values" FROM timeline_change WHERE object_key = \'customers.person\''
            " AND record_id = ANY(%s) ORDER BY id", list(subject.customer_ids)),
    }  # fmt: skip


def _nothing(subject: Subject, by: Actor) -> Held:
    """The logs are rewritten last, when every room has said which records held something."""
    return {}


def _rows(statement: str, ids: list[int]) -> list[dict[str, Any]]:
    return [row[0] for row in fetch(f"SELECT to_jsonb(t)::json FROM ({statement}) t", [ids])]


def is_person(customer_id: int) -> bool:
    return Customer.objects.filter(pk=customer_id, kind=Customer.Kind.PERSON).exists()


register_personal_data(PersonalData("customers.records", _("Customer record"), _records_export, _records_erase))
register_personal_data(PersonalData("customers.timeline", _("Timeline"), _timeline_export, _nothing))
