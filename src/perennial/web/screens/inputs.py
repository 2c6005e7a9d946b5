"""Inputs of a form from the types of fields, and what came back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict

from perennial.foundation.errors import Text
from perennial.foundation.money import Money
from perennial.objects.fields import ChoiceType, CountryType, FieldType, Link, MemberType, RefType, TeamType
from perennial.objects.fields.country import countries
from perennial.objects.types import ObjectType
from perennial.web.kit.pages import Input
from perennial.workspace.actor import Actor
from perennial.workspace.firm import the_firm
from perennial.workspace.models import Team, User


def inputs_of(kind: ObjectType, values: Mapping[str, Any], *, by: Actor, errors: Mapping[str, Any] | None = None,
              only: tuple[str, ...] = ()) -> list[Input]:  # fmt: skip
    """The form of a kind: its declared fields in their order, or all that can be set."""
    keys = only or kind.form or tuple(field.key for field in kind.fields if not field.readonly)
    inputs = []
    for number, key in enumerate(keys):
        field = kind.field(key)
        if field is None or field.readonly or field.type.look == "lines":
            continue
        inputs.append(input_of(
            key, field.label, field.type, values.get(key, field.default), by=by, is_required=field.required,
            help=field.help, error=str((errors or {}).get(key, "")), has_focus=number == 0))  # fmt: skip
    return inputs


def input_of(name: str, label: Text, type: FieldType, value: Any, *, by: Actor, is_required: bool = False,
             help: Text = "", error: str = "", has_focus: bool = False) -> Input:  # fmt: skip
    """One input. `value` is what the record has, or the text that came back."""
    options: list[tuple[Any, Text]] = []
    look = "long" if type.look == "long_text" else type.look
    shown = search_url = ""
    if isinstance(type, ChoiceType):
        options = [(key, text) for key, text in type.choices]
        look = "choice"
    elif isinstance(type, CountryType):
        options = sorted(countries(), key=lambda each: str(each[1]))
    elif isinstance(type, MemberType):
        options = list(User.objects.filter(is_active=True).order_by("name").values_list("id", "name"))
        look = "member"
    elif isinstance(type, TeamType):
        options = list(Team.objects.order_by("name").values_list("id", "name"))
        look = "choice"
    elif isinstance(type, RefType):
        look, search_url = "ref", f"/o/{type.object_key}/refs/"
        shown = value.title if isinstance(value, Link) else ""
    return Input(name, label, look, _written(value, by), help=help, error=error, is_required=is_required,
                 options=options, search_url=search_url, shown=shown, has_focus=has_focus,
                 currency=the_firm().currency if look == "money" else "")  # fmt: skip


def sent_values(kind: ObjectType, data: QueryDict, *, only: tuple[str, ...] = ()) -> dict[str, Any]:
    """What the form sent, by field: text, to be cleaned by the action like everything else."""
    keys = only or kind.form or tuple(field.key for field in kind.fields if not field.readonly)
    sent: dict[str, Any] = {}
    for key in keys:
        field = kind.field(key)
        if field is None or field.readonly or field.type.look == "lines":
            continue
        if field.type.look == "flag":
            sent[key] = key in data
        elif key in data:
            sent[key] = data[key]
    return sent


def _written(value: Any, by: Actor) -> Any:
    if isinstance(value, Link):
        return value.id
    if isinstance(value, Money):
        return f"{value.amount:f}"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(by.timezone)).strftime("%Y-%m-%dT%H:%M")
    return value
