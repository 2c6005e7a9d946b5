"""The forms of steps that wait, ask, branch, walk through and stop."""

from __future__ import annotations

from django.http import QueryDict
from django.utils.translation import gettext as _

from perennial.automation.definition.scope import Scope
from perennial.automation.models import Automation
from perennial.automation.steps.loop import points_at
from perennial.objects.access import widest_reach
from perennial.objects.fields import RefType
from perennial.objects.types import object_types
from perennial.studio.automations.asking.doing import ACTION, CHANGE, CREATE
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
    patience_inputs,
    patience_sent,
    rule_sent,
    text,
)
from perennial.studio.builder.subject import Subject
from perennial.web.kit.pages import Input
from perennial.workspace.models import Team, User
from perennial.workspace.rights import Reach

MOST_WAYS_SHOWN = 20


def _wait(kept: Json, scope: Scope) -> list[Input]:
    spans = [kept.get(unit) or 0 for unit in ("days", "hours", "minutes")]
    is_before = any(isinstance(each, int) and each < 0 for each in spans)
    shown = [str(each).removeprefix("-") if each else "" for each in spans]
    sides = [("after", _("after it")), ("before", _("before it"))]
    return [
        Input("days", _("Days"), "whole", shown[0]), Input("hours", _("Hours"), "whole", shown[1]),
        Input("minutes", _("Minutes"), "whole", shown[2]),
        Input("at", _("Then until"), "time", kept.get("at") or "", help=_("An hour of the day; empty for none.")),
        choice("field", _("Counted from"), kept.get("field", ""), [("", _("now")), *date_options(scope)],
               is_required=False),
        choice("side", _("Before or after that date"), "before" if is_before else "after", sides),
        Input("within", _("Only in working hours (Monday to Friday, 9 to 17)"), "flag", bool(kept.get("within"))),
    ]  # fmt: skip


def _wait_sent(data: QueryDict, kept: Json, scope: Scope) -> Json:
    sent: Json = {unit: number(data, unit) for unit in ("days", "hours", "minutes")}
    if data.get("side") == "before" and text(data, "field"):
        sent = {unit: -span if isinstance(span, int) else span for unit, span in sent.items()}
    hours = (kept.get("within") or {}) if "within" in data else None
    return {**sent, "at": text(data, "at") or None, "field": text(data, "field"), "within": hours}


def _wait_for_event(kept: Json, scope: Scope) -> list[Input]:
    return [*event_inputs(kept, scope), *patience_inputs(kept)]


def _wait_for_event_sent(data: QueryDict, kept: Json, scope: Scope) -> Json:
    return {**event_sent(data, scope), "patience": patience_sent(data)}


def _wait_until(kept: Json, scope: Scope) -> list[Input]:
    asked = built(_("Until this holds"), kept.get("when"), of_record("when", scope), is_required=True)
    return [asked, *patience_inputs(kept)]


def _wait_until_sent(data: QueryDict, kept: Json, scope: Scope) -> Json:
    return {"when": rule_sent(data, "when", of_record("when", scope)), "patience": patience_sent(data)}


def _branch(kept: Json, scope: Scope) -> list[Input]:
    ways = kept.get("ways") or [{}]
    asked = []
    for index, way in enumerate(ways[:MOST_WAYS_SHOWN]):
        help = _("Without a condition this way is taken out, with its steps.")
        asked.append(built(_("Way %(number)d: if") % {"number": index + 1}, way.get("when"),
                           of_record(f"when{index}", scope), is_required=index == 0,
                           help=help if index else _("The first way that holds is taken.")))  # fmt: skip
        asked.append(Input(f"label{index}", _("What it is called"), value=way.get("label", ""), is_whole=True))
    if len(ways) < MOST_WAYS_SHOWN:
        asked.append(built(_("Another way: if"), None, of_record(f"when{len(ways)}", scope)))
    return asked


def _branch_sent(data: QueryDict, kept: Json, scope: Scope) -> Json:
    """A way is kept as long as it asks something; the first always."""
    old = kept.get("ways") or []
    ways = []
    for index in range(MOST_WAYS_SHOWN):
        when = rule_sent(data, f"when{index}", of_record(f"when{index}", scope))
        if not when and index:
            continue
        steps = old[index].get("steps", []) if index < len(old) else []
        ways.append({"when": when, "label": text(data, f"label{index}"), "steps": steps})
    return {"ways": ways}


def _approval(kept: Json, scope: Scope) -> list[Input]:
    whom = kept.get("whom") or {"owner": True}
    chosen = (
        "owner"
        if whom.get("owner")
        else next((f"{each}:{whom[each]}" for each in ("user", "team") if whom.get(each)), "")
    )
    people = User.objects.filter(is_active=True).order_by("name").values_list("id", "name")
    teams = Team.objects.order_by("name").values_list("id", "name")
    options = [
        *([("owner", _("Whoever owns the record"))] if scope.kind.field("owner") is not None else []),
        *((f"user:{id}", name) for id, name in people),
        *((f"team:{id}", _("Team %(name)s") % {"name": name}) for id, name in teams),
    ]
    return [
        Input("question", _("The question"), value=kept.get("question", ""), is_required=True, is_whole=True,
              placeholder=_("Shall we call {{ name }}?")),
        choice("whom", _("Who is asked"), chosen, options), *patience_inputs(kept),
    ]  # fmt: skip


def _approval_sent(data: QueryDict, kept: Json, scope: Scope) -> Json:
    kind, _colon, id = text(data, "whom").partition(":")
    whom: Json = {"owner": True} if kind == "owner" else {kind: int(id)} if kind and id.isdecimal() else {}
    return {"question": text(data, "question"), "whom": whom, "patience": patience_sent(data)}


def _loop(kept: Json, scope: Scope) -> list[Input]:
    related = [
        (f"{kind.key}/{field.key}", f"{kind.label_plural} ({field.label})")
        for kind in object_types.values()
        if not kind.parts and widest_reach(kind, by=scope.by, verb="view") is not Reach.NONE
        for field in kind.fields
        if isinstance(field.type, RefType) and points_at(scope.kind, field.type.object_key)
    ]
    chosen = f"{kept['object']}/{kept['field']}" if kept.get("object") else ""
    asked = [
        choice("related", _("Each of their"), chosen, related, redraws=True),
        Input("most", _("At most"), "whole", kept.get("most", 50), help=_("The latest of them.")),
    ]
    if (subject := _of_related(chosen, scope)) is not None:
        asked.append(built(_("Only where"), kept.get("where"), subject, help=_("Empty for all of them.")))
    return asked


def _of_related(related: str, scope: Scope) -> Subject | None:
    """What each of them is asked; None until it is chosen which."""
    kind = object_types.get(related.partition("/")[0])
    is_seen = kind is not None and widest_reach(kind, by=scope.by, verb="view") is not Reach.NONE
    return Subject(kind, scope.by, "where") if kind is not None and is_seen else None


def _loop_sent(data: QueryDict, kept: Json, scope: Scope) -> Json:
    object_key, _slash, field = text(data, "related").partition("/")
    return {"object": object_key, "field": field, "most": number(data, "most", 50),
            "where": rule_sent(data, "where", _of_related(text(data, "related"), scope))}  # fmt: skip


def _start(kept: Json, scope: Scope) -> list[Input]:
    others = Automation.objects.filter(object_key=scope.kind.key, retired_at=None).order_by("name", "pk")
    return [
        choice("automation", _("Which automation"), kept.get("automation", ""), list(others.values_list("pk", "name"))),
        Input("waits", _("Wait until it has ended"), "flag", bool(kept.get("waits"))),
    ]


def _start_sent(data: QueryDict, kept: Json, scope: Scope) -> Json:
    return {"automation": number(data, "automation"), "waits": "waits" in data}


def _stop(kept: Json, scope: Scope) -> list[Input]:
    return [Input("reason", _("Why, for the log"), value=kept.get("reason", ""), is_whole=True)]


def _stop_sent(data: QueryDict, kept: Json, scope: Scope) -> Json:
    return {"reason": text(data, "reason")}


STEP_FORMS = {
    "create": CREATE, "action": ACTION, "change": CHANGE, "wait": Form(_wait, _wait_sent),
    "wait_for_event": Form(_wait_for_event, _wait_for_event_sent), "wait_until": Form(_wait_until, _wait_until_sent),
    "branch": Form(_branch, _branch_sent), "approval": Form(_approval, _approval_sent), "loop": Form(_loop, _loop_sent),
    "start": Form(_start, _start_sent), "stop": Form(_stop, _stop_sent),
}  # fmt: skip
