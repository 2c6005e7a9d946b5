"""What this room shows on the pages of customers: the timeline, facts, tasks, people, notes and consent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perennial.customers.models import Consent
from perennial.customers.objects import CUSTOMER
from perennial.customers.queries import consents, notes_about, open_tasks, people_of
from perennial.customers.telling import entries_of, filters_of
from perennial.customers.timeline import timeline
from perennial.foundation import clock
from perennial.objects.facts import facts_about
from perennial.objects.panels import Panel, panels, register_panel
from perennial.objects.query import get
from perennial.web.kit.reader import reader_of
from perennial.web.screens.columns import draw_value
from perennial.workspace.actor import Actor

CUSTOMERS = ("customers.customer", "customers.person", "customers.company")
COMPANIES = ("customers.company",)
FILTERS = ("type", "team", "channel")


def show_timeline(record_id: int, by: Actor, params: Mapping[str, str]) -> Mapping[str, Any]:
    """Context of web/_timeline.html, and of web/_entries.html for the pages that follow."""
    chosen = {key: params[key] for key in FILTERS if params.get(key)}
    page = timeline(
        record_id, by=by, before=params.get("before") or None, team=chosen.get("team", ""),
        channel=chosen.get("channel", ""), types=[chosen["type"]] if "type" in chosen else (),
    )  # fmt: skip
    following = urlencode({**chosen, "before": page.next}) if page.next else ""
    return {
        "filters": filters_of(by, chosen),
        "entries": entries_of(page.entries),
        "next_url": f"/customers/{record_id}/timeline/?{following}" if following else "",
        "empty_text": _("Everything that happens with this customer will stand here, latest first."),
    }


def show_facts(record_id: int, by: Actor, params: Mapping[str, str]) -> Mapping[str, Any] | None:
    """Facts of rooms that show nothing of their own here: every one that has a value, with what it means."""
    shown = {panel.key.partition(".")[0] for panel in panels.values() if set(panel.on) & set(CUSTOMERS)}
    declared = [each for each in facts_about(CUSTOMER.key) if each.key.partition(".")[0] not in shown]
    if not declared:
        return None
    values = get(CUSTOMER, record_id, by=by, columns=[f"fact:{each.key}" for each in declared]).values
    reader = reader_of(by)
    pairs = [
        (each.label, draw_value(each.type, values[f"fact:{each.key}"], reader), each.definition)
        for each in declared
        if values[f"fact:{each.key}"] not in (None, "")
    ]
    return {"heading": _("Facts"), "pairs": pairs} if pairs else None


def show_tasks(record_id: int, by: Actor, params: Mapping[str, str]) -> Mapping[str, Any]:
    tasks = open_tasks(record_id, by=by)
    return {
        "tasks": tasks.rows, "has_more": tasks.next is not None, "now": clock.now(),
        "may_add": by.reach("customers.task", "create") > 0, "may_do": by.reach("customers.task", "edit") > 0,
        "add_url": f"/o/customers.task/new/?{urlencode({'customer': record_id})}",
    }  # fmt: skip


def show_people(record_id: int, by: Actor, params: Mapping[str, str]) -> Mapping[str, Any]:
    page = people_of(record_id, by=by, after=params.get("after") or None)
    return {
        "people": page.rows, "next": page.next, "may_add": by.reach("customers.person", "create") > 0,
        "add_url": f"/o/customers.person/new/?{urlencode({'company': record_id})}",
    }  # fmt: skip


def show_notes(record_id: int, by: Actor, params: Mapping[str, str]) -> Mapping[str, Any]:
    page = notes_about(record_id, by=by, after=params.get("after") or None)
    return {"notes": page.rows, "next": page.next}


def show_consents(record_id: int, by: Actor, params: Mapping[str, str]) -> Mapping[str, Any] | None:
    answers = consents(record_id, by=by)
    if not answers:
        return None
    return {
        "answers": [
            {
                "purpose": Consent.Purpose(each.purpose).label, "channel": Consent.Channel(each.channel).label,
                "state": Consent.State(each.state).label, "is_granted": each.state == Consent.State.GRANTED,
                "source": each.source, "at": each.at,
            }
            for each in answers
        ]
    }  # fmt: skip


for _panel in (
    Panel("customers.timeline", CUSTOMERS, gettext_lazy("Timeline"), "customers/_timeline.html", show_timeline,
          order=10, is_tab=True),
    Panel("customers.people", COMPANIES, gettext_lazy("People"), "customers/_people.html", show_people, order=30,
          is_tab=True),
    Panel("customers.notes", CUSTOMERS, gettext_lazy("Notes"), "customers/_notes.html", show_notes, order=40,
          is_tab=True),
    Panel("customers.tasks", CUSTOMERS, gettext_lazy("To do"), "customers/_tasks.html", show_tasks, "side", order=20),
    Panel("customers.facts", CUSTOMERS, gettext_lazy("Facts"), "customers/_facts.html", show_facts, "side", order=60),
    Panel("customers.consent", CUSTOMERS, gettext_lazy("Consent"), "customers/_consent.html", show_consents, "side",
          order=70),
):  # fmt: skip
    register_panel(_panel)
