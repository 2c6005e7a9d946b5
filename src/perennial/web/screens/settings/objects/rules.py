"""When a field is shown, needed or locked: one clause by choosing, or any condition by typing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perennial.conditions.errors import ConditionError
from perennial.conditions.schema import ColumnType, FieldInfo
from perennial.conditions.text import parse
from perennial.conditions.tree import Compare, Op, Scalar
from perennial.conditions.writing import to_text
from perennial.foundation.errors import Text
from perennial.objects.fields import ChoicesType, ChoiceType, Field, FieldType, FileType, LinesType, RefsType, RefType
from perennial.objects.made.models import MadeField
from perennial.objects.schema import schema_of
from perennial.objects.types import ObjectType
from perennial.web.kit.pages import Input
from perennial.web.screens.inputs import input_of
from perennial.web.screens.settings.frame import allowed
from perennial.web.screens.settings.objects.kinds import RIGHT, kind_named
from perennial.workspace.actor import SYSTEM

RULES: dict[str, tuple[Text, Text]] = {
    "visible_when": (gettext_lazy("Shown"), gettext_lazy("always")),
    "required_when": (gettext_lazy("Must also be filled in"), gettext_lazy("never")),
    "readonly_when": (gettext_lazy("Locked"), gettext_lazy("never")),
}
_WORDS: dict[Op, Text] = {
    Op.EQ: gettext_lazy("is"), Op.NE: gettext_lazy("is not"), Op.CONTAINS: gettext_lazy("contains"),
    Op.GE: gettext_lazy("is at least"), Op.LE: gettext_lazy("is at most"), Op.AFTER: gettext_lazy("is after"),
    Op.BEFORE: gettext_lazy("is before"), Op.FILLED: gettext_lazy("is filled in"), Op.EMPTY: gettext_lazy("is empty"),
}  # fmt: skip
_BARE = (Op.FILLED, Op.EMPTY)
_NUMERIC = frozenset({ColumnType.WHOLE, ColumnType.NUMBER, ColumnType.MONEY})


def rule(request: HttpRequest, kind_key: str, field_id: int) -> HttpResponse:
    """The same rule again, after its field or its operator was chosen anew."""
    allowed(request, RIGHT)
    kind = kind_named(kind_key)
    name = request.GET.get("rule", "")
    if name not in RULES:
        name = "visible_when"
    made = MadeField(object_key=kind.key, pk=field_id, key="")
    context = rule_context(kind, made, name, request.GET, {}, url=request.path)
    return render(request, "web/settings/objects/_rule.html", {"rule": context})


def rule_context(kind: ObjectType, made: MadeField, name: str, sent: QueryDict | None, errors: dict[str, Any], *,
                 url: str) -> dict[str, Any]:  # fmt: skip
    label, otherwise = RULES[name]
    fields = _askable(kind, made)
    text = getattr(made, name) if sent is None else sent.get(f"{name}.text", "")
    clause = _clause(text, fields) if sent is None or f"{name}.text" in sent else None
    key = sent.get(f"{name}.field", "") if sent is not None else clause.field if clause else ""
    chosen = fields.get(key)
    info = schema_of(kind).field(key) if chosen else None
    operators = _operators(info) if info else []
    asked = sent.get(f"{name}.operator", "") if sent is not None else clause.op.value if clause else ""
    operator = Op(asked) if asked in {each.value for each in operators} else operators[0] if operators else None
    value = sent.get(f"{name}.value") if sent is not None else clause.value if clause else None
    return {
        "name": name, "label": label, "otherwise": otherwise, "url": url, "error": str(errors.get(name, "")),
        "fields": [(each.key, each.label) for each in fields.values()], "field": key,
        "operators": [(each.value, _WORDS[each]) for each in operators], "operator": operator.value if operator else "",
        "input": _input(name, chosen, operator, value), "text": text if text and clause is None else "",
    }  # fmt: skip


def sent_rule(kind: ObjectType, name: str, sent: QueryDict) -> str:
    """The condition that was chosen or typed, as text; what is wrong with it is said when it is stored."""
    if typed := sent.get(f"{name}.text", "").strip():
        return typed
    field = kind.field(sent.get(f"{name}.field", ""))
    asked = sent.get(f"{name}.operator", "")
    if field is None or asked not in Op._value2member_map_:
        return ""
    op = Op(asked)
    if op in _BARE:
        return to_text(Compare(field.key, op))
    text = sent.get(f"{name}.value", "")
    if field.type.look == "flag":
        text = text or "no"
    try:
        value = _one(field.type).clean(text)
    except ValueError:
        value = text
    return to_text(Compare(field.key, op, "" if value is None else _scalar(value)))


def _clause(text: str, fields: dict[str, Field]) -> Compare | None:
    """The one clause that a text is, where choosing can say it."""
    try:
        found = parse(text) if text.strip() else None
    except ConditionError:
        return None
    is_one = isinstance(found, Compare) and found.field in fields and found.op in _WORDS
    return found if is_one and isinstance(found, Compare) and not isinstance(found.value, tuple) else None


def _askable(kind: ObjectType, made: MadeField) -> dict[str, Field]:
    return {
        each.key: each
        for each in kind.fields
        if not isinstance(each.type, LinesType) and each.key != made.key and each.expression is None
    }


def _operators(info: FieldInfo) -> list[Op]:
    offered: tuple[Op, ...] = (Op.EQ, Op.NE, Op.FILLED, Op.EMPTY)
    if info.type is ColumnType.FLAG:
        offered = (Op.EQ,)
    elif info.type in _NUMERIC:
        offered = (Op.GE, Op.LE, *offered)
    elif info.type in (ColumnType.DAY, ColumnType.MOMENT, ColumnType.TIME):
        offered = (Op.AFTER, Op.BEFORE, Op.FILLED, Op.EMPTY)
    elif info.type is ColumnType.TEXT:
        offered = (Op.EQ, Op.CONTAINS, Op.NE, Op.FILLED, Op.EMPTY)
    return [op for op in offered if op in info.operators()]


def _input(name: str, field: Field | None, op: Op | None, value: Any) -> Input | None:
    if field is None or op is None or op in _BARE or isinstance(field.type, FileType):
        return None
    if field.type.look == "flag":
        shown = "no" if value in (False, "no", "false") else "yes"
        return Input(f"{name}.value", _("Value"), "choice", shown, options=[("yes", _("yes")), ("no", _("no"))],
                     is_required=True)  # fmt: skip
    return input_of(f"{name}.value", _("Value"), _one(field.type), value, by=SYSTEM, is_required=True)


def _one(type: FieldType) -> FieldType:
    if isinstance(type, ChoicesType):
        return ChoiceType(type.choices)
    return RefType(type.object_key) if isinstance(type, RefsType) else type


def _scalar(value: Any) -> Scalar:
    return str(value) if isinstance(value, list | dict) else value
