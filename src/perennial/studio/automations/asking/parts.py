"""The forms of what stands above the steps: who may enter, how often, and when they leave."""

from __future__ import annotations

from django.http import QueryDict
from django.utils.translation import gettext as _

from perennial.automation.definition.scope import Scope
from perennial.studio.automations.asking.forms import Form, Json, built, choice, number, of_record, rule_sent, text
from perennial.web.kit.pages import Input


def _when(kept: Json, scope: Scope) -> list[Input]:
    return [built(_("Only where"), kept.get("when"), of_record("when", scope), help=_("Empty: everybody enters."))]


def _when_sent(data: QueryDict, kept: Json, scope: Scope) -> Json:
    return {"when": rule_sent(data, "when", of_record("when", scope))}


def _again(kept: Json, scope: Scope) -> list[Input]:
    how = kept.get("how", "once")
    ways = [("once", _("once only")), ("always", _("every time")), ("after", _("once in so many days"))]
    properties = [(key, info.label) for key, info in scope.event.properties.items()] if scope.event else []
    if properties or how == "key":
        ways.append(("key", _("once for each …")))
    help = _("What starts it can happen to the same record again: say what is then done.")
    asked = [choice("how", _("Somebody enters"), how, ways, redraws=True, help=help)]
    if how == "after":
        asked.append(Input("days", _("Days"), "whole", kept.get("days") or 30, is_required=True))
    elif how == "key":
        asked.append(choice("property", _("Once for each"), kept.get("property", ""), properties))
    return asked


def _again_sent(data: QueryDict, kept: Json, scope: Scope) -> Json:
    how = text(data, "how") or "once"
    days = number(data, "days", 30) if how == "after" else None
    return {"how": how, "days": days, "property": text(data, "property") if how == "key" else ""}


def _exit(kept: Json, scope: Scope) -> list[Input]:
    return [
        built(_("Leaves as soon as"), kept.get("when"), of_record("when", scope),
              help=_("Empty: nobody leaves before the end.")),
        Input("is_goal", _("This is the goal: it counts as reached"), "flag", bool(kept.get("is_goal"))),
    ]  # fmt: skip


def _exit_sent(data: QueryDict, kept: Json, scope: Scope) -> Json:
    return {"when": rule_sent(data, "when", of_record("when", scope)), "is_goal": "is_goal" in data}


PART_FORMS = {"when": Form(_when, _when_sent), "again": Form(_again, _again_sent), "exit": Form(_exit, _exit_sent)}
