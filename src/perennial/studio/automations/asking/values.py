"""Inputs for values that may differ from record to record: what a step writes or hands to an action.

Beside what the type offers there is what a run knows: the record itself, its owner, a moment so many days from then;
and a text may hold "{{ name }}".
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from perennial.automation.definition.scope import Scope
from perennial.automation.definition.values import is_moment
from perennial.objects.fields import Field, FieldType, RefType
from perennial.objects.types import object_types
from perennial.studio.automations.asking.forms import number, text
from perennial.web.kit.pages import Input
from perennial.web.screens.inputs import input_of

ITSELF, ITS_OWNER = "{{ id }}", "{{ owner }}"
_LISTED = ("choice", "member", "stage", "standing", "country")
UNSHOWN = ("file", "refs", "choices", "lines", "cards")
_MOMENTS = ("moment", "day")
_WHOLE = ("whole", "member", "ref")


def field_inputs(field: Field, value: Any, scope: Scope, *, is_required: bool = False) -> list[Input]:
    is_drawn = not _is_open(value)
    drawn = input_of(f"v.{field.key}", field.label, field.type, value if is_drawn else None, by=scope.by,
                     help=field.help, is_required=is_required)  # fmt: skip
    return adapted(drawn, value, scope, field.type)


def adapted(drawn: Input, value: Any, scope: Scope, type: FieldType | None = None) -> list[Input]:
    """An input as a step asks for it; none for what no step writes by a form."""
    drawn = replace(drawn, has_focus=False)
    if drawn.look in UNSHOWN:
        return []
    if drawn.look in _MOMENTS:
        return _moment(drawn, value)
    if drawn.look == "flag":
        shown = "true" if value is True else "false" if value is False else ""
        return [replace(drawn, look="choice", value=shown, options=[("true", _("Yes")), ("false", _("No"))],
                        is_required=False)]  # fmt: skip
    if isinstance(type, RefType) and (_is_open(value) or refers_here(type, scope)):
        return [_listed(replace(drawn, look="choice", options=[(ITSELF, _("The record on its way"))]), value)]
    if drawn.look in _LISTED:
        has_owner = drawn.look == "member" and scope.kind.field("owner") is not None
        own = [(ITS_OWNER, _("Whoever owns the record"))] if has_owner else []
        return [_listed(replace(drawn, options=[*own, *drawn.options]), value)]
    if drawn.look == "rich_text":
        drawn = replace(drawn, look="long")
    return [replace(drawn, value="" if value is None else value)]


def value_sent(data: QueryDict, name: str, look: str) -> Any:
    """None where nothing was given."""
    if look in _MOMENTS:
        return _moment_sent(data, name)
    typed = text(data, name)
    if look == "flag":
        return {"true": True, "false": False}.get(typed)
    if look in _WHOLE and typed and "{{" not in typed:
        return number(data, name)
    return typed or None


def refers_here(type: RefType, scope: Scope) -> bool:
    """Whether the record on its way may be what it refers to."""
    target, kind = object_types.get(type.object_key), scope.kind
    return target is not None and (target.key == kind.key or kind.key in target.parts or target.key in kind.parts)


def _is_open(value: Any) -> bool:
    return is_moment(value) or (isinstance(value, str) and "{{" in value)


def _listed(drawn: Input, value: Any) -> Input:
    if value not in (None, "") and all(str(each) != str(value) for each, _label in drawn.options):
        drawn = replace(drawn, options=[*drawn.options, (value, str(value))])
    chosen = next((each for each, _label in drawn.options if str(each) == str(value)), "")
    return replace(drawn, value=chosen, is_required=drawn.is_required and bool(chosen))


def _moment(drawn: Input, value: Any) -> list[Input]:
    """Days from then and an hour; what a program wrote otherwise stays as it is, as text."""
    if value not in (None, "") and not is_moment(value):
        return [replace(drawn, look="text", value=value)]
    given = value["in"] if is_moment(value) and isinstance(value["in"], dict) else {}
    return [
        Input(f"{drawn.name}.days", _("%(label)s: days from then") % {"label": drawn.label}, "whole",
              given.get("days", ""), help=drawn.help, is_required=drawn.is_required),
        Input(f"{drawn.name}.at", _("%(label)s: at") % {"label": drawn.label}, "time",
              value.get("at", "") if is_moment(value) else ""),
    ]  # fmt: skip


def _moment_sent(data: QueryDict, name: str) -> Any:
    if name in data:
        return text(data, name) or None
    days, at = number(data, f"{name}.days", missing=-1), text(data, f"{name}.at")
    if days == -1 and not at:
        return None
    moment: dict[str, Any] = {"in": {"days": 0 if days == -1 else days}}
    return {**moment, "at": at} if at else moment
