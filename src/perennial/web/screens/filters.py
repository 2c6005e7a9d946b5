"""The filter of a list: clauses in the address, as sentences with a cross, and a form that adds one.

The address carries the condition in its text form (`?filter=stage = "loyalty"`), so that a filtered list is a link.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perennial.conditions.check import check
from perennial.conditions.errors import ConditionError
from perennial.conditions.schema import ColumnType, FieldInfo
from perennial.conditions.sentence import to_sentence
from perennial.conditions.text import parse
from perennial.conditions.tree import TRUE, All, Compare, Condition, Op, Scalar, Value, every
from perennial.conditions.writing import to_text
from perennial.foundation.errors import Text
from perennial.foundation.text import whole_number
from perennial.objects.fields import ChoicesType, ChoiceType, FieldType, Link, RefsType, RefType
from perennial.objects.record_fields import FACT
from perennial.objects.schema import KindSchema, column_of
from perennial.objects.types import ObjectType
from perennial.web.kit.pages import Choice, Clause, Input
from perennial.web.middleware import Page
from perennial.web.screens.address import kind_of
from perennial.web.screens.inputs import input_of
from perennial.web.screens.views.shown import Shown
from perennial.workspace.actor import Actor

OWN = ("field", "operator", "value", "after", "list")  # parameters of the form; all others are the list's
_WORDS: dict[Op, Text] = {
    Op.EQ: gettext_lazy("is"), Op.NE: gettext_lazy("is not"), Op.CONTAINS: gettext_lazy("contains"),
    Op.STARTS_WITH: gettext_lazy("starts with"), Op.GE: gettext_lazy("is at least"),
    Op.LE: gettext_lazy("is at most"), Op.AFTER: gettext_lazy("is after"), Op.BEFORE: gettext_lazy("is before"),
    Op.WITHIN_DAYS: gettext_lazy("in the last … days"), Op.OLDER_THAN_DAYS: gettext_lazy("more than … days ago"),
    Op.EMPTY: gettext_lazy("is empty"), Op.FILLED: gettext_lazy("is filled in"), Op.ME: gettext_lazy("is me"),
    Op.MY_TEAM: gettext_lazy("is in my team"),
}  # fmt: skip
_OFFERED: dict[ColumnType, tuple[Op, ...]] = {
    ColumnType.TEXT: (Op.CONTAINS, Op.STARTS_WITH, Op.EQ, Op.EMPTY, Op.FILLED),
    ColumnType.CHOICE: (Op.EQ, Op.NE, Op.EMPTY, Op.FILLED),
    ColumnType.FLAG: (Op.EQ,),
    ColumnType.MEMBER: (Op.ME, Op.MY_TEAM, Op.EQ, Op.EMPTY, Op.FILLED),
    ColumnType.TEAM: (Op.MY_TEAM, Op.EQ, Op.EMPTY, Op.FILLED),
    ColumnType.REF: (Op.EQ, Op.EMPTY, Op.FILLED),
    ColumnType.LIST: (Op.EQ, Op.NE, Op.EMPTY, Op.FILLED),
    ColumnType.REFS: (Op.EQ, Op.NE, Op.EMPTY, Op.FILLED),
    ColumnType.TIME: (Op.BEFORE, Op.AFTER, Op.EQ, Op.EMPTY, Op.FILLED),
    ColumnType.MOMENT: (Op.WITHIN_DAYS, Op.OLDER_THAN_DAYS, Op.AFTER, Op.BEFORE, Op.EMPTY, Op.FILLED),
    ColumnType.DAY: (Op.WITHIN_DAYS, Op.OLDER_THAN_DAYS, Op.AFTER, Op.BEFORE, Op.EMPTY, Op.FILLED),
}  # fmt: skip
_NUMERIC = (Op.GE, Op.LE, Op.EQ, Op.EMPTY, Op.FILLED)
_BARE = frozenset({Op.EMPTY, Op.FILLED, Op.ME, Op.MY_TEAM})
_DAYS = frozenset({Op.WITHIN_DAYS, Op.OLDER_THAN_DAYS})


def clauses_of(kind: ObjectType, by: Actor, where: Condition, query: dict[str, str], path: str) -> list[Clause]:
    """Each clause as a sentence, with the address of the list without it."""
    schema = KindSchema(kind, by)
    parts = _parts(where)
    found = []
    for number, part in enumerate(parts):
        rest = (*parts[:number], *parts[number + 1 :])
        address = f"{path}?{urlencode({**query, 'filter': to_text(every(*rest)) if rest else ''})}"
        found.append(Clause(to_sentence(part, schema), address))
    return found


def ready_filters(kind: ObjectType, by: Actor, where: Condition, path: str) -> list[Choice]:
    """The filters that the declaration offers; the first is everybody."""
    schema = KindSchema(kind, by)
    now = to_text(where) if where != TRUE else ""
    ready = [Choice(_("All"), path, not now)]
    for label, text in kind.list.filters:
        try:
            said = to_text(check(parse(text, schema), schema))
        except ConditionError:  # about a field that the actor may not read
            continue
        ready.append(Choice(label, f"{path}?{urlencode({'filter': text})}", said == now))
    return ready


def clause_form(request: HttpRequest, kind_key: str) -> HttpResponse:
    """The form that adds a clause; it asks for itself again when the field or the operator changes."""
    by = cast(Page, request).actor
    kind = kind_of(kind_key, by)
    return render(request, "web/_clause_form.html", {
        "action": f"/o/{kind.key}/add-clause/", "refresh_url": request.path, "hidden": kept_of(request.GET),
        "builder_url": f"/o/{kind.key}/filter/?{urlencode(kept_of(request.GET))}",
        **clause_inputs(kind, by, request.GET.get("field", ""), request.GET.get("operator", "")),
    })  # fmt: skip


def clause_inputs(kind: ObjectType, by: Actor, field: str, operator: str, value: Value = None) -> dict[str, object]:
    """What the inputs of one clause need: the fields, the operators of the chosen one, the inputs of the chosen one."""
    infos = list(KindSchema(kind, by).fields())
    chosen = next((info for info in infos if info.key == field), infos[0])
    operators = _operators(kind, chosen)
    op = Op(operator) if operator in [each.value for each in operators] else operators[0]
    return {
        "fields": [(info.key, info.label) for info in infos], "field": chosen.key,
        "operators": [(each.value, _WORDS[each]) for each in operators], "operator": op.value,
        "inputs": _inputs(kind, chosen, op, by, value),
    }  # fmt: skip


def is_simple(kind: ObjectType, by: Actor, clause: Condition) -> bool:
    """Whether the form of a clause can say this one."""
    if not isinstance(clause, Compare) or ("." in clause.field and not clause.field.startswith(FACT)):
        return False
    info = KindSchema(kind, by).field(clause.field)
    return info is not None and clause.op in _operators(kind, info)


def address_with_clause(request: HttpRequest, shown: Shown) -> str:
    """The list's address with the clause of the form added; Invalid when its value cannot be used."""
    clause = clause_sent(request.GET, shown.kind, shown.by)
    return shown.address() if clause is None else shown.address(where=to_text(every(shown.filter, clause)))


def clause_sent(sent: QueryDict, kind: ObjectType, by: Actor) -> Condition | None:
    """The clause that the form says; None when it says none."""
    schema = KindSchema(kind, by)
    info = schema.field(sent.get("field", ""))
    asked = sent.get("operator", "")
    if info is None or asked not in Op._value2member_map_:
        return None
    op = Op(asked)
    value: Scalar | None = None if op in _BARE else _value(kind, info, op, sent.get("value", ""))
    return check(Compare(info.key, op, value), schema)


def kept_of(sent: QueryDict) -> list[tuple[str, str]]:
    """What a form on a list hands on of the list's address."""
    return [(key, str(sent[key])) for key in sent if key not in OWN]


def _parts(where: Condition) -> tuple[Condition, ...]:
    return where.children if isinstance(where, All) else (where,)


def _operators(kind: ObjectType, info: FieldInfo) -> list[Op]:
    """A country is kept as a code: it is one or it is not, and contains nothing that somebody would look for."""
    found = column_of(kind, info.key)
    is_chosen = found is not None and found[1].look == "country"
    offered = _OFFERED[ColumnType.CHOICE] if is_chosen else _OFFERED.get(info.type, _NUMERIC)
    return [op for op in offered if op in info.operators()]


def _inputs(kind: ObjectType, info: FieldInfo, op: Op, by: Actor, value: Value = None) -> Sequence[Input]:
    if op in _BARE:
        return []
    if op in _DAYS:
        return [Input("value", _("Days"), "whole", value, is_required=True)]
    found = column_of(kind, info.key)
    if found is None:
        return []
    type = _one_of(found[1])
    shown: object = value
    if isinstance(type, RefType) and isinstance(value, int) and info.show is not None:
        shown = Link(type.object_key, value, info.show(value))
    return [input_of("value", _("Value"), type, shown, by=by, is_required=True)]


def _value(kind: ObjectType, info: FieldInfo, op: Op, text: str) -> Scalar:
    """What was typed, as the condition wants it; a number of days for spans."""
    if op in _DAYS:
        days = whole_number(text.strip(), longest=5)
        return text if days is None else days
    found = column_of(kind, info.key)
    return cast(Scalar, _one_of(found[1]).clean(text) if found else text)


def _one_of(type: FieldType) -> FieldType:
    """What is asked for of a field with several values: one of them."""
    if isinstance(type, ChoicesType):
        return ChoiceType(type.choices)
    return RefType(type.object_key) if isinstance(type, RefsType) else type
