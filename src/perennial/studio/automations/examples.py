"""Flows to begin from: each is whole, says what it is for, and can be published as it is once its gaps are filled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perennial.rules.segments import segments_of
from perennial.workspace.actor import Actor

ABOUT = "customers.customer"


@dataclass(frozen=True, slots=True)
class Example:
    key: str
    icon: str
    name: str | Promise
    text: str | Promise
    draft: Callable[[Actor], dict[str, Any]]


def _task(key: str, title: str) -> dict[str, Any]:
    fields = {"title": title, "customer": "{{ id }}", "due_at": {"in": {"days": 1}, "at": "09:00"}}
    return {"kind": "create", "key": key, "object": "customers.task", "fields": fields}


def _segment(by: Actor) -> dict[str, Any]:
    found = segments_of(by=by, object_key=ABOUT, limit=1)
    trigger = {"kind": "segment", "segment": found[0].key if found else "segment", "on": "entered"}
    return {
        "trigger": trigger,
        "again": {"how": "after", "days": 30},
        "steps": [_task("create1", _("Call {{ name }}"))],
    }


def _thank(by: Actor) -> dict[str, Any]:
    return {
        "trigger": {"kind": "event", "event": "commerce.order_placed"},
        "again": {"how": "once"},
        "steps": [
            {"kind": "wait", "key": "wait1", "days": 3, "within": {}},
            _task("create1", _("Ask {{ name }} how the first order was")),
        ],
    }


def _ask(by: Actor) -> dict[str, Any]:
    return {
        "trigger": {"kind": "hand"},
        "again": {"how": "always"},
        "steps": [{
            "kind": "approval", "key": "approval1", "question": _("Shall we call {{ name }}?"),
            "whom": {"user": by.user_id}, "patience": {"days": 2},
            "approved": [_task("create1", _("Call {{ name }}"))],
            "late": [{"kind": "stop", "key": "stop1", "reason": _("nobody answered")}],
        }],
    }  # fmt: skip


EXAMPLES = (
    Example("segment", "users-group", gettext_lazy("Call whoever enters a segment"),
            gettext_lazy("A task for tomorrow morning, at most once a month for each person."), _segment),
    Example("thank", "heart-handshake", gettext_lazy("Ask after the first order"),
            gettext_lazy("Three days after somebody orders, in working hours, a task to ask how it was."), _thank),
    Example("ask", "user-question", gettext_lazy("Decide before anybody calls"),
            gettext_lazy("Started by hand for those you choose; you approve each, or refuse with a reason."), _ask),
)  # fmt: skip


def example_named(key: str) -> Example | None:
    return next((each for each in EXAMPLES if each.key == key), None)
