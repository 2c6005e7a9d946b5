"""What a form asks for and what it sent: the inputs of a definition, drawn from what the kind and its events offer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from perennial.conditions.errors import ConditionError
from perennial.conditions.schema import ColumnType, FieldInfo
from perennial.conditions.text import parse
from perennial.conditions.tree import TRUE, Condition
from perennial.conditions.writing import to_text
from perennial.foundation.errors import Invalid
from perennial.foundation.text import whole_number
from perennial.objects.access import widest_reach
from perennial.objects.facts import facts_about
from perennial.objects.field_rights import hidden
from perennial.objects.formulas.functions import FUNCTIONS
from perennial.objects.record_fields import FACT
from perennial.objects.schema import KindSchema, schema_of
from perennial.objects.types import ObjectType, object_types
from perennial.rules.facts.checking import property_schema, sources_of
from perennial.rules.facts.models import MadeFact
from perennial.rules.facts.options import HOWS, OF_SOMETHING
from perennial.studio.builder.drawing import drawn_rule
from perennial.studio.builder.events import events_for
from perennial.studio.builder.sending import is_sent, rule_sent, tree_sent
from perennial.studio.builder.subject import Subject
from perennial.web.kit.pages import Input
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

_WHOLE = ("within_days", "places")
_OF_FORM = {
    MadeFact.Form.EVENTS: ("event", "how", "of", "where", "within_days"),
    MadeFact.Form.RECORDS: ("relation", "how", "of", "dated_by", "where", "within_days"),
    MadeFact.Form.FORMULA: ("formula", "places"),
}  # fmt: skip
_COUNTED = {
    "sum": (ColumnType.WHOLE, ColumnType.NUMBER, ColumnType.MONEY),
    "average": (ColumnType.WHOLE, ColumnType.NUMBER, ColumnType.MONEY),
    "least": (ColumnType.WHOLE, ColumnType.NUMBER, ColumnType.MONEY, ColumnType.DAY, ColumnType.MOMENT),
    "greatest": (ColumnType.WHOLE, ColumnType.NUMBER, ColumnType.MONEY, ColumnType.DAY, ColumnType.MOMENT),
}  # fmt: skip
_TAKEN = (ColumnType.WHOLE, ColumnType.NUMBER, ColumnType.MONEY, ColumnType.DAY, ColumnType.MOMENT, ColumnType.TEXT,
          ColumnType.CHOICE, ColumnType.FLAG)  # fmt: skip


def kinds_for(by: Actor) -> list[ObjectType]:
    """The kinds that facts can be about, of which the actor may see some."""
    return [
        each
        for each in object_types.values()
        if each.facts_key == each.key and widest_reach(each, by=by, verb="view") is not Reach.NONE
    ]


def subject_of(kind: ObjectType, form: str, options: Mapping[str, Any], *, by: Actor) -> Subject | None:
    """What the condition of a definition is about; None until it is chosen what is counted."""
    if form == MadeFact.Form.EVENTS:
        event = str(options.get("event", ""))
        is_there = bool(event) and schema_of(kind, by=by).event(event) is not None
        return Subject(kind, by, "where", event, is_fixed=True) if is_there else None
    source = object_types.get(str(options.get("relation", "")).partition("/")[0])
    if form != MadeFact.Form.RECORDS or source is None or widest_reach(source, by=by, verb="view") is Reach.NONE:
        return None
    return Subject(source, by, "where", is_fixed=True)


def sent_definition(sent: QueryDict, kind: ObjectType, form: str, *, by: Actor, is_whole: bool = False
                    ) -> dict[str, Any]:  # fmt: skip
    """The options that a form sent, as `rules.facts` takes them; what does not belong to a choice is left out. Of a
    form that is sent to be kept (`is_whole`) a condition that is not finished raises `Invalid`."""
    found: dict[str, Any] = {}
    for name in _OF_FORM.get(MadeFact.Form(form), ()) if form in MadeFact.Form.values else ():
        text = sent.get(name, "").strip()
        if text:
            number = whole_number(text) if name in _WHOLE else None
            found[name] = number if number is not None else text
    if "is_since" in sent and form != MadeFact.Form.FORMULA:
        found["is_since"] = True
    if found.get("how", "count") not in OF_SOMETHING:
        found.pop("of", None)
    subject = subject_of(kind, form, found, by=by)
    if is_whole and subject is not None and is_sent(sent, subject):
        try:
            rule = rule_sent(sent, subject, may_be_empty=True)
        except Invalid as wrong:
            raise Invalid({"where": wrong.fields["tree"]}) from None
        if rule != TRUE:
            found["where"] = to_text(rule)
    return found


def sent_rule(sent: QueryDict, kind: ObjectType, form: str, options: Mapping[str, Any], *, by: Actor
              ) -> Condition | None:  # fmt: skip
    """The condition as the builder sent it, finished or not; None where it sent none."""
    subject = subject_of(kind, form, options, by=by)
    if subject is None or not is_sent(sent, subject):
        return None
    try:
        return tree_sent(sent, subject)
    except Invalid:
        return None


def inputs_of(kind: ObjectType, form: str, options: Mapping[str, Any], errors: Mapping[str, Any], *,
              by: Actor, rule: Condition | None = None) -> list[Input]:  # fmt: skip
    """In the order in which people think: of what, how, which of it, where, since when. `rule` is the condition as it
    was sent."""
    if form == MadeFact.Form.FORMULA:
        return [_formula(kind, options, errors, by), _input("places", _("Decimals"), options, errors, "whole")]
    what, schema, counted = _counted(kind, form, options, errors, by)
    how = str(options.get("how", "count"))
    asked = [what, Input("how", _("What of them"), "choice", how, options=list(HOWS.items()), is_required=True,
                         error=_said(errors, "how"), attributes=_REDRAWS)]  # fmt: skip
    if schema is None:
        return asked
    if how in OF_SOMETHING:
        types = _COUNTED.get(how, _TAKEN)
        choices = [(each.key, each.label) for each in counted if each.type in types]
        asked.append(Input("of", _("Which value"), "choice", options.get("of", ""), options=choices, is_required=True,
                           error=_said(errors, "of")))  # fmt: skip
    if form == MadeFact.Form.RECORDS:
        dated = [(each.key, each.label) for each in counted if each.type in (ColumnType.DAY, ColumnType.MOMENT)]
        asked.append(Input("dated_by", _("Dated by"), "choice", options.get("dated_by", "created_at"), options=dated,
                           is_required=True, error=_said(errors, "dated_by")))  # fmt: skip
    if how in ("first_at", "last_at"):
        asked.append(Input("is_since", _("Show the days since"), "flag", bool(options.get("is_since"))))
    asked.append(_input("within_days", _("Only the last days"), options, errors, "whole", placeholder="90",
                        help=_("Empty for all time.")))  # fmt: skip
    if (subject := subject_of(kind, form, options, by=by)) is not None:
        kept = _kept_rule(options) if rule is None else rule
        drawn = drawn_rule(kept, subject, error=_said(errors, "where"))
        asked.append(Input("where", _("Only where"), "rule", drawn, is_whole=True))
    return asked


def _kept_rule(options: Mapping[str, Any]) -> Condition:
    try:
        return parse(text) if (text := str(options.get("where", ""))).strip() else TRUE
    except ConditionError:
        return TRUE


_REDRAWS = {"hx-post": "/settings/facts/form/", "hx-trigger": "change", "hx-include": "closest form",
            "hx-target": "#fact-asked", "hx-swap": "outerHTML"}  # fmt: skip


def _counted(kind: ObjectType, form: str, options: Mapping[str, Any], errors: Mapping[str, Any], by: Actor
             ) -> tuple[Input, object | None, list[FieldInfo]]:  # fmt: skip
    """The input that says of what, and what one of them offers."""
    if form == MadeFact.Form.EVENTS:
        schema = schema_of(kind, by=by)
        types = [(each.key, each.label) for each in events_for(schema)]
        asked = Input("event", _("Which event"), "choice", options.get("event", ""), options=types, is_required=True,
                      error=_said(errors, "event"), attributes=_REDRAWS)  # fmt: skip
        properties = property_schema(kind, str(options.get("event", "")), by=by)
        return asked, properties, list(properties.fields()) if properties else []
    relations = [
        (f"{source.key}/{through.key}", f"{source.label_plural} ({through.label})")
        for source, through in sources_of(kind)
        if KindSchema(source, by).field(through.key) is not None
        and widest_reach(source, by=by, verb="view") is not Reach.NONE
    ]
    chosen = str(options.get("relation", ""))
    asked = Input("relation", _("Which records"), "choice", chosen, options=relations, is_required=True,
                  error=_said(errors, "relation"), attributes=_REDRAWS)  # fmt: skip
    target = object_types.get(chosen.partition("/")[0]) if chosen in dict(relations) else None
    fields = list(KindSchema(target, by).fields()) if target is not None else []
    return asked, target, [each for each in fields if not each.key.startswith(FACT)]


def _formula(kind: ObjectType, options: Mapping[str, Any], errors: Mapping[str, Any], by: Actor) -> Input:
    gone = hidden(kind, by)
    facts = [each.key for each in facts_about(kind.key) if f"{FACT}{each.key}" not in gone]
    fields = [each.key for each in kind.fields if each.key not in gone]
    named = {"fields": ", ".join(fields[:10]), "facts": ", ".join(facts[:12]), "functions": ", ".join(FUNCTIONS)}
    help = _("Fields: %(fields)s. Facts: %(facts)s. Functions: %(functions)s.") % named
    return Input("formula", _("Formula"), "long", options.get("formula", ""), is_required=True, help=help,
                 error=_said(errors, "formula"))  # fmt: skip


def _input(name: str, label: str, options: Mapping[str, Any], errors: Mapping[str, Any], look: str, *,
           placeholder: str = "", help: str = "") -> Input:  # fmt: skip
    return Input(name, label, look, options.get(name, ""), error=_said(errors, name), placeholder=placeholder,
                 help=help)  # fmt: skip


def _said(errors: Mapping[str, Any], name: str) -> str:
    return str(errors.get(name, ""))
