"""The forms of what starts an automation."""

from __future__ import annotations

from django.http import QueryDict
from django.utils.translation import gettext as _

from perennial.automation.definition.scope import Scope
from perennial.automation.moments import WEEKDAYS
from perennial.automation.triggers.time import WEEKDAY_NAMES
from perennial.conditions import ColumnType
from perennial.objects.bulk.changes import changeable
from perennial.rules.segments import segments_of
from perennial.studio.automations.asking.forms import (
    Form,
    Json,
    built,
    choice,
    date_options,
    event_inputs,
    event_sent,
    number,
    of_record,
    rule_sent,
    text,
)
from perennial.web.kit.pages import Input


def _nothing(kept: Json, scope: Scope) -> list[Input]:
    return []


def _nothing_sent(data: QueryDict, kept: Json, scope: Scope) -> Json:
    return {}


def _event(kept: Json, scope: Scope) -> list[Input]:
    return event_inputs(kept, scope)


def _event_sent(data: QueryDict, kept: Json, scope: Scope) -> Json:
    return event_sent(data, scope)


def _segment(kept: Json, scope: Scope) -> list[Input]:
    keys = {scope.kind.key, scope.kind.facts_key}
    found = [(each.key, each.name) for each in segments_of(by=scope.by) if each.object_key in keys]
    on = [("entered", _("enters it")), ("left", _("leaves it"))]
    return [
        choice("segment", _("Which segment"), kept.get("segment", ""), found),
        choice("on", _("When somebody"), kept.get("on", "entered"), on),
    ]


def _segment_sent(data: QueryDict, kept: Json, scope: Scope) -> Json:
    return {"segment": text(data, "segment"), "on": text(data, "on") or "entered"}


def _change(kept: Json, scope: Scope) -> list[Input]:
    on = [("created", _("it is made")), ("changed", _("it changes"))]
    asked = [choice("on", _("When"), kept.get("on", "changed"), on, redraws=True)]
    if kept.get("on", "changed") == "changed":
        fields = [(each.key, each.label) for each in changeable(scope.kind, by=scope.by).values()]
        chosen = next(iter(kept.get("fields") or ()), "")
        asked.append(choice("field", _("Which field"), chosen, [("", _("any of them")), *fields], is_required=False))
        asked.append(Input("to", _("Becomes"), value=kept.get("to") or "", help=_("Empty for any value.")))
    asked.append(Input("with_imports", _("Also when an import does it"), "flag", bool(kept.get("with_imports"))))
    return asked


def _change_sent(data: QueryDict, kept: Json, scope: Scope) -> Json:
    field = text(data, "field")
    return {"on": text(data, "on") or "changed", "fields": [field] if field else [], "to": text(data, "to") or None,
            "with_imports": "with_imports" in data}  # fmt: skip


def _schedule(kept: Json, scope: Scope) -> list[Input]:
    days = [(each, WEEKDAY_NAMES[each]) for each in WEEKDAYS]
    return [
        Input("at", _("At"), "time", kept.get("at", "09:00"), is_required=True),
        Input("weekdays", _("On"), "choices", kept.get("weekdays") or list(WEEKDAYS), options=days, is_whole=True),
        built(_("For all who match"), kept.get("who"), of_record("who", scope), help=_("Empty for everybody.")),
    ]


def _schedule_sent(data: QueryDict, kept: Json, scope: Scope) -> Json:
    days = [each for each in data.getlist("weekdays") if each]
    return {"at": text(data, "at"), "weekdays": days, "who": rule_sent(data, "who", of_record("who", scope))}


def _date(kept: Json, scope: Scope) -> list[Input]:
    days = kept.get("days") or 0
    sides = [("after", _("after it")), ("before", _("before it"))]
    is_before = isinstance(days, int) and days < 0
    return [
        choice("field", _("Which date"), kept.get("field", ""), date_options(scope)),
        Input("at", _("At"), "time", kept.get("at", "09:00"), is_required=True),
        Input(
            "days", _("Days"), "whole", abs(days) if isinstance(days, int) else days, help=_("0 for the day itself.")
        ),
        choice("side", _("Before or after"), "before" if is_before else "after", sides),
        Input("yearly", _("Every year again, as for birthdays"), "flag", bool(kept.get("yearly"))),
    ]


def _date_sent(data: QueryDict, kept: Json, scope: Scope) -> Json:
    days = number(data, "days")
    if isinstance(days, int) and data.get("side") == "before":
        days = -days
    return {"field": text(data, "field"), "at": text(data, "at"), "days": days, "yearly": "yearly" in data}


def _webhook(kept: Json, scope: Scope) -> list[Input]:
    texts = [(each.key, each.label) for each in scope.schema.fields() if each.type is ColumnType.TEXT]
    return [
        choice("field", _("The record is found by"), kept.get("field", "external_id"), texts),
        Input("names", _("Which the call names"), value=kept.get("key", "external_id"), is_required=True),
    ]


def _webhook_sent(data: QueryDict, kept: Json, scope: Scope) -> Json:
    return {"field": text(data, "field"), "key": text(data, "names")}  # "key" is that of the card


TRIGGER_FORMS = {
    "event": Form(_event, _event_sent), "segment": Form(_segment, _segment_sent), "change": Form(_change, _change_sent),
    "schedule": Form(_schedule, _schedule_sent), "date": Form(_date, _date_sent),
    "webhook": Form(_webhook, _webhook_sent), "hand": Form(_nothing, _nothing_sent),
}  # fmt: skip
