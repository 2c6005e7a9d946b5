"""What happens to customers themselves, each with its sentence. Registered by being imported from `apps.ready()`."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from perennial.customers.models import Call, Consent, Customer, Task
from perennial.timeline.types import EventType, Property, Tone, register_event_type


def _choices(choices: object) -> tuple[tuple[str, str | Promise], ...]:
    return tuple((str(key), label) for key, label in choices)  # type: ignore[attr-defined]


def _happens(
    name: str,
    label: Promise,
    sentence: Promise,
    icon: str,
    *properties: Property,
    subject: str | None = None,
    tone: Tone = "neutral",
) -> EventType:
    return register_event_type(
        EventType(
            key=f"customers.{name}",
            label=label,
            sentence=sentence,
            icon=icon,
            team="customers",
            tone=tone,
            properties=properties,
            subject=subject,
            is_ours=True,
        )
    )


PERSON_CREATED = _happens(
    "person_created", _("Person added"), _("Added as a person"), "user-plus", subject="customers.person"
)
COMPANY_CREATED = _happens(
    "company_created", _("Company added"), _("Added as a company"), "building-plus", subject="customers.company"
)
OWNER_CHANGED = _happens(
    "owner_changed",
    _("Owner changed"),
    _("{owner} looks after them now"),
    "user-share",
    Property("owner", rests_on=(("customers.customer", "owner"),)),
)
OWNER_REMOVED = _happens("owner_removed", _("Owner removed"), _("Nobody looks after them now"), "user-off")
QUALIFIED = _happens(
    "qualification_set",
    _("Qualification set"),
    _("Qualification: {qualification}"),
    "filter-check",
    Property(
        "qualification",
        choices=_choices(Customer.Qualification.choices),
        rests_on=(("customers.customer", "qualification"),),
    ),
)
NOTE_ADDED = _happens("note_added", _("Note"), _("Noted: {text}"), "note", Property("text"), subject="customers.note")
CALL_LOGGED = _happens(
    "call_logged",
    _("Call"),
    _("{direction}: {outcome}. {summary}"),
    "phone",
    Property("direction", choices=_choices(Call.Direction.choices)),
    Property("outcome", choices=_choices(Call.Outcome.choices)),
    Property("summary"),
    subject="customers.call",
)
TASK_CREATED = _happens(
    "task_created",
    _("Task added"),
    _("Task: {title}"),
    "checkbox",
    Property("title"),
    Property("due_at", "moment"),
    Property("priority", choices=_choices(Task.Priority.choices)),
    subject="customers.task",
)
TASK_DONE = _happens(
    "task_done",
    _("Task done"),
    _("Done: {title}"),
    "circle-check",
    Property("title"),
    subject="customers.task",
    tone="good",
)
TASK_REOPENED = _happens(
    "task_reopened",
    _("Task reopened"),
    _("Open again: {title}"),
    "rotate",
    Property("title"),
    subject="customers.task",
    tone="attention",
)
TASK_POSTPONED = _happens(
    "task_postponed",
    _("Task put off"),
    _("Put off: {title}, now due {due_at}"),
    "clock-pause",
    Property("title"),
    Property("due_at", "moment"),
    subject="customers.task",
)
CONSENT_CHANGED = _happens(
    "consent_changed",
    _("Consent"),
    _("Consent to {purpose} ({channel}): {state}"),
    "shield-check",
    Property("purpose", choices=_choices(Consent.Purpose.choices)),
    Property("channel", choices=_choices(Consent.Channel.choices)),
    Property("state", choices=_choices(Consent.State.choices)),
    Property("source"),
)
MERGED = _happens(
    "merged",
    _("Merged"),
    _("{other} was merged into this customer"),
    "arrow-merge",
    Property("other"),
    Property("merge", "whole"),
)
UNMERGED = _happens(
    "unmerged",
    _("Merge undone"),
    _("{other} is a customer of its own again"),
    "arrows-split",
    Property("other"),
    Property("merge", "whole"),
)
ERASED = _happens("erased", _("Erased"), _("Personal data erased"), "eraser", tone="attention")
