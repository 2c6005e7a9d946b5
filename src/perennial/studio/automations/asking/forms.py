"""What a form of a part is, and the small pieces that forms are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from perennial.automation.definition.scope import Scope
from perennial.conditions import ColumnType, Condition, ConditionError
from perennial.conditions.jsonform import from_json, to_json
from perennial.conditions.text import parse
from perennial.conditions.tree import TRUE
from perennial.foundation.text import whole_number
from perennial.studio.builder.drawing import drawn_rule
from perennial.studio.builder.events import events_for
from perennial.studio.builder.sending import is_sent, tree_sent
from perennial.studio.builder.subject import Subject
from perennial.studio.builder.ways import tidy
from perennial.web.kit.pages import Input, Text

Json = dict[str, Any]
BUILDER = "rule"  # the look of an input that the builder draws
Options = Sequence[tuple[Any, Text]]
# A choice on which other inputs depend: the form is drawn anew.
REDRAWS = {"hx-post": "flow/", "hx-trigger": "change", "hx-vals": '{"op": "draw"}'}


@dataclass(frozen=True, slots=True)
class Form:
    """`inputs` of what is kept, and `sent`, the JSON of what came back (without kind and key)."""

    inputs: Callable[[Json, Scope], list[Input]]
    sent: Callable[[QueryDict, Json, Scope], Json]


def text(data: QueryDict, name: str) -> str:
    return data.get(name, "").strip()


def number(data: QueryDict, name: str, missing: int = 0) -> int | str:
    """A text that is no number is handed on as it is: whoever reads the step says what is wrong."""
    typed = text(data, name)
    found = whole_number(typed.removeprefix("-"))
    if found is not None:
        return -found if typed.startswith("-") else found
    return typed or missing


def choice(name: str, label: Text, value: Any, options: Options, *, redraws: bool = False, is_required: bool = True,
           help: Text = "", is_whole: bool = False) -> Input:  # fmt: skip
    """What is kept but no longer offered stays chosen, so that nothing changes silently."""
    known = list(options)
    if value not in (None, "") and all(each != value for each, _label in known):
        known.append((value, str(value)))
    if is_required and value in (None, ""):
        known.insert(0, ("", _("Choose")))
    return Input(name, label, "choice", value, options=known, is_required=is_required, help=help, is_whole=is_whole,
                 attributes=REDRAWS if redraws else {})  # fmt: skip


def built(label: Text, condition: Any, subject: Subject, *, help: Text = "", is_required: bool = False) -> Input:
    """A rule, asked for by the builder."""
    drawn = drawn_rule(tree_of(condition), subject)
    return Input(subject.name, label, BUILDER, drawn, is_whole=True, help=help, is_required=is_required)


def of_record(name: str, scope: Scope) -> Subject:
    """A rule about the record on its way."""
    return Subject(scope.kind, scope.by, name)


def of_event(name: str, event: Any, scope: Scope) -> Subject | None:
    """A rule about the properties of an event; None until one is chosen that is there."""
    known = isinstance(event, str) and scope.schema.event(event) is not None
    return Subject(scope.kind, scope.by, name, event) if known else None


def rule_sent(data: QueryDict, name: str, subject: Subject | None) -> Any:
    """What the builder sent, as JSON; what is not finished is told as a fault of the card. Programs send text."""
    if subject is None or not is_sent(data, subject):
        return text(data, name)
    found = tidy(tree_sent(data, subject))
    return "" if found is None else to_json(found)


def tree_of(condition: Any) -> Condition:
    """Of a rule as it is kept or typed."""
    try:
        return from_json(condition) if isinstance(condition, Mapping) else parse(condition) if condition else TRUE
    except ConditionError:
        return TRUE


def event_options(scope: Scope) -> Options:
    return [(each.key, str(each.label)) for each in events_for(scope.schema)]


def event_inputs(kept: Json, scope: Scope) -> list[Input]:
    """Which event, and what is asked of it."""
    asked = [
        choice("event", _("Which event"), kept.get("event", ""), event_options(scope), is_whole=True, redraws=True)
    ]
    if (subject := of_event("where", kept.get("event"), scope)) is not None:
        asked.append(built(_("Only where, of the event"), kept.get("where"), subject))
    return asked


def event_sent(data: QueryDict, scope: Scope) -> Json:
    event = text(data, "event")
    return {"event": event, "where": rule_sent(data, "where", of_event("where", event, scope))}


def date_options(scope: Scope) -> Options:
    return [
        (each.key, each.label) for each in scope.schema.fields() if each.type in (ColumnType.DAY, ColumnType.MOMENT)
    ]


def patience_inputs(step: Json) -> list[Input]:
    kept = step.get("patience") or {}
    return [
        Input("patience.days", _("At most: days"), "whole", kept.get("days") or ""),
        Input("patience.hours", _("hours"), "whole", kept.get("hours") or ""),
    ]


def patience_sent(data: QueryDict) -> Json:
    return {"days": number(data, "patience.days"), "hours": number(data, "patience.hours")}
