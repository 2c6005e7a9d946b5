"""The form of what a metric counts: its inputs, what they sent as an expression's JSON, and an expression as what the
inputs hold. What only programs make (standings, ages) is kept as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from perennial.conditions import ConditionError
from perennial.conditions.clauses.happening import PropertySchema
from perennial.conditions.jsonform import to_json
from perennial.conditions.schema import SUMMABLE, ColumnType, FieldInfo, Schema
from perennial.conditions.text import parse
from perennial.conditions.tree import TRUE, Condition
from perennial.conditions.writing import to_text
from perennial.foundation.errors import Invalid
from perennial.metrics.expressions import Age, Events, Expression, Flow, Ratio, Standing, Subjects
from perennial.metrics.jsonform import expression_to_json
from perennial.metrics.making import all_metrics
from perennial.metrics.reading import may_see
from perennial.objects.access import widest_reach
from perennial.objects.fields import RefType
from perennial.objects.record_fields import field_of
from perennial.objects.schema import schema_of
from perennial.objects.types import ObjectType, object_types
from perennial.studio.builder.drawing import drawn_rule
from perennial.studio.builder.events import events_for
from perennial.studio.builder.sending import is_sent, rule_sent, tree_sent
from perennial.studio.builder.subject import Subject
from perennial.web.kit.pages import Input
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

RECORDS, EVENTS, RATIO, KEPT = "records", "events", "ratio", "kept"
FIRST_KIND = "customers.customer"
_FLOWS = ("count", "sum", "average")
_NAMES = ("form", "kind", "event", "how", "value", "at", "of", "where", "top", "bottom")
_REDRAWS = {"hx-post": "/metrics/form/", "hx-trigger": "change", "hx-include": "closest form",
            "hx-target": "#metric-asked", "hx-swap": "outerHTML"}  # fmt: skip


def sent_parts(sent: QueryDict | Mapping[str, str]) -> dict[str, str]:
    return {name: str(sent.get(name, "")).strip()[:4000] for name in _NAMES}


def subject_of(parts: Mapping[str, str], *, by: Actor) -> Subject | None:
    """What the condition is about; None until it is chosen what is counted."""
    kind = object_types.get(parts["kind"] or FIRST_KIND)
    if kind is None or parts["form"] in (RATIO, KEPT) or widest_reach(kind, by=by, verb="view") is Reach.NONE:
        return None
    if parts["form"] != EVENTS:
        return Subject(kind, by, "where")
    is_there = bool(parts["event"]) and schema_of(kind, by=by).event(parts["event"]) is not None
    return Subject(kind, by, "where", parts["event"]) if is_there else None


def sent_rule(sent: QueryDict, parts: Mapping[str, str], *, by: Actor) -> Condition | None:
    """The condition as the builder sent it, finished or not; None where it sent none."""
    subject = subject_of(parts, by=by)
    try:
        return tree_sent(sent, subject) if subject is not None and is_sent(sent, subject) else None
    except Invalid:
        return None


def expression_sent(sent: QueryDict, *, by: Actor) -> dict[str, Any]:
    """What a form says is counted. Raises `Invalid`, also where the condition is not finished."""
    parts = sent_parts(sent)
    told = expression_of(parts, by=by)
    subject = subject_of(parts, by=by)
    if subject is None or not is_sent(sent, subject):
        return told
    try:
        rule = rule_sent(sent, subject, may_be_empty=True)
    except Invalid as wrong:
        raise Invalid({"where": wrong.fields["tree"]}) from None
    return told if rule == TRUE else {**told, "where": to_json(rule)}


def expression_of(parts: Mapping[str, str], *, by: Actor) -> dict[str, Any]:
    """As JSON, which is checked when it is kept. Raises `Invalid` for a rule or a metric that cannot be read."""
    if parts["form"] == RATIO:
        known = dict(_plain_metrics(by))
        for name in ("top", "bottom"):
            if parts[name] not in known:
                raise Invalid({name: _("Choose a metric.")})
        return {name: expression_to_json(known[parts[name]][1]) for name in ("top", "bottom")}
    kind = object_types.get(parts["kind"])
    how = parts["how"] or "count"
    told: dict[str, Any] = {"kind": parts["kind"], "what": "flow" if how in _FLOWS else "subjects"}
    told |= {"how": how, "value": parts["value"] if how in ("sum", "average") else ""}
    if told["what"] == "subjects":
        told = {"kind": parts["kind"], "what": "subjects", "which": how}
    schema = _schema(parts, by)
    if parts["where"] and kind is not None and schema is not None:
        try:
            told["where"] = to_json(parse(parts["where"], schema))
        except ConditionError as error:
            raise Invalid({"where": str(error)}) from None
    if parts["form"] == EVENTS:
        return told | {"event": parts["event"] or "?"}
    return told | {"at": parts["at"] or (kind.since if kind is not None else "created_at"), "of": parts["of"]}


def parts_from(expression: Expression, *, by: Actor) -> dict[str, str]:
    found = dict.fromkeys(_NAMES, "")
    match expression:
        case Ratio(top, bottom):
            keys = {name: next((key for key, (_label, told) in _plain_metrics(by) if told == part), "")
                    for name, part in (("top", top), ("bottom", bottom))}  # fmt: skip
            return found | {"form": RATIO if all(keys.values()) else KEPT, **keys}
        case Standing() | Age():
            return found | {"form": KEPT}
        case Flow(source, how, value):
            found |= {"how": how.value, "value": value}
        case Subjects(source, which):
            found |= {"how": which.value}
    where = "" if source.where == TRUE else to_text(source.where)
    if isinstance(source, Events):
        return found | {"form": EVENTS, "kind": source.kind, "event": source.type, "where": where}
    return found | {"form": RECORDS, "kind": source.kind, "at": source.at, "of": source.of, "where": where}


def inputs_of(parts: Mapping[str, str], errors: Mapping[str, Any], *, by: Actor,
              rule: Condition | None = None) -> list[Input]:  # fmt: skip
    """In the order in which people think: of what, how, when, for whom, which of it. `rule` is the condition as it was
    sent."""
    forms = [(RECORDS, _("Records")), (EVENTS, _("Events")), (RATIO, _("One number beside another"))]
    if parts["form"] == KEPT:
        forms.append((KEPT, _("As it is")))
    form = parts["form"] or RECORDS
    found = [Input("form", _("What is counted"), "choice", form, options=forms, is_required=True,
                   error=_said(errors, "expression", "what"), attributes=_REDRAWS)]  # fmt: skip
    if form == KEPT:
        return found
    if form == RATIO:
        options = [(key, label) for key, (label, _told) in _plain_metrics(by)]
        return found + [Input(name, label, "choice", parts[name], options=options, is_required=True,
                              error=_said(errors, name))
                        for name, label in (("top", _("This number")), ("bottom", _("Divided by")))]  # fmt: skip
    found += _counted(form, parts, errors, by)
    if (subject := subject_of({**parts, "form": form}, by=by)) is not None:
        drawn = drawn_rule(_kept_rule(parts) if rule is None else rule, subject, error=_said(errors, "where"))
        found.append(Input("where", _("Only where"), "rule", drawn, is_whole=True))
    return found


def _kept_rule(parts: Mapping[str, str]) -> Condition:
    try:
        return parse(parts["where"]) if parts["where"] else TRUE
    except ConditionError:
        return TRUE


def _counted(form: str, parts: Mapping[str, str], errors: Mapping[str, Any], by: Actor) -> Iterator[Input]:
    kinds = [(each.key, each.label_plural) for each in _kinds(by)]
    key = parts["kind"] or FIRST_KIND
    kind = object_types.get(key)
    yield Input("kind", _("Of which kind") if form == RECORDS else _("That happened to"), "choice", key, options=kinds,
                is_required=True, error=_said(errors, "kind"), attributes=_REDRAWS)  # fmt: skip
    if kind is None:
        return
    schema = schema_of(kind, by=by)
    if form == EVENTS:
        types = [(each.key, each.label) for each in events_for(schema)]
        yield Input("event", _("Which event"), "choice", parts["event"], options=types, is_required=True,
                    error=_said(errors, "event"), attributes=_REDRAWS)  # fmt: skip
    fields = _fields({**parts, "form": form, "kind": key}, by)
    hows = [("count", _("How many")), ("sum", _("The sum of a number")), ("average", _("The average of a number")),
            ("all", _("Different ones they count for")), ("new", _("New ones: with their first")),
            ("returning", _("Returning ones: with an earlier one"))]  # fmt: skip
    how = parts["how"] or "count"
    yield Input("how", _("How"), "choice", how, options=hows, is_required=True, error=_said(errors, "how", "which"),
                attributes=_REDRAWS)  # fmt: skip
    if how in ("sum", "average"):
        yield Input("value", _("Which number"), "choice", parts["value"], is_required=True,
                    options=[(each.key, each.label) for each in fields if each.type in SUMMABLE],
                    error=_said(errors, "value"))  # fmt: skip
    if form == RECORDS:
        moments = [(each.key, each.label) for each in fields if each.type is ColumnType.MOMENT]
        yield Input("at", _("In the period of"), "choice", parts["at"] or kind.since, options=moments,
                    is_required=True, error=_said(errors, "at"))  # fmt: skip
        yield Input("of", _("They count for"), "choice", parts["of"], options=_references(kind, by),
                    error=_said(errors, "of"))  # fmt: skip


def _references(kind: ObjectType, by: Actor) -> list[tuple[str, Any]]:
    schema = schema_of(kind, by=by)
    return [(each.key, each.label) for each in kind.fields
            if isinstance(each.type, RefType) and schema.field(each.key) is not None]  # fmt: skip


def _fields(parts: Mapping[str, str], by: Actor) -> list[FieldInfo]:
    kind = object_types.get(parts["kind"])
    if kind is None:
        return []
    if parts["form"] == EVENTS:
        event = schema_of(kind, by=by).event(parts["event"]) if parts["event"] else None
        return list(event.properties.values()) if event is not None else []
    known = schema_of(kind, by=by).fields()
    return [each for each in known if each.key == "created_at" or field_of(kind, each.key) is not None]


def _schema(parts: Mapping[str, str], by: Actor) -> Schema | None:
    kind = object_types.get(parts["kind"])
    if kind is None:
        return None
    if parts["form"] != EVENTS:
        return schema_of(kind, by=by)
    event = schema_of(kind, by=by).event(parts["event"]) if parts["event"] else None
    return PropertySchema(event) if event is not None else None


def _kinds(by: Actor) -> list[ObjectType]:
    return [each for each in object_types.values() if widest_reach(each, by=by, verb="view") is not Reach.NONE]


def _plain_metrics(by: Actor) -> list[tuple[str, tuple[Any, Expression]]]:
    return [(each.key, (each.label, each.expression)) for each in all_metrics()
            if not isinstance(each.expression, Ratio) and may_see(each, by)]  # fmt: skip


def _said(errors: Mapping[str, Any], *names: str) -> str:
    return next((str(errors[name]) for name in names if name in errors), "")
