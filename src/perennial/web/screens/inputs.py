"""Inputs of a form from the types of fields, and what came back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext as _

from perennial.foundation.errors import Text
from perennial.foundation.money import Money
from perennial.foundation.text import whole_number
from perennial.objects.field_rights import locked
from perennial.objects.fields import (
    ChoicesType,
    ChoiceType,
    CountryType,
    FieldType,
    FileLink,
    FileType,
    Link,
    MemberType,
    NumberType,
    RefsType,
    RefType,
    RichTextType,
    TeamType,
)
from perennial.objects.fields.country import countries
from perennial.objects.fields.rich_text import sanitised
from perennial.objects.titles import title_of, titles_of
from perennial.objects.types import ObjectType
from perennial.web.kit.pages import Input
from perennial.web.screens.columns import file_url
from perennial.web.screens.sent import moment_in, zoned
from perennial.workspace.actor import Actor
from perennial.workspace.firm import the_firm
from perennial.workspace.models import Team, User

WIDE = frozenset({"rich_text", "choices", "refs", "file"})  # inputs that take the whole width of a form


def inputs_of(kind: ObjectType, values: Mapping[str, Any], *, by: Actor, errors: Mapping[str, Any] | None = None,
              only: tuple[str, ...] = ()) -> list[Input]:  # fmt: skip
    """The form of a kind: its declared fields in their order, or all that can be set; those that the actor may."""
    gone = locked(kind, by)
    keys = only or kind.form or tuple(field.key for field in kind.fields if not field.readonly)
    inputs = []
    for number, key in enumerate(keys):
        field = kind.field(key)
        if field is None or field.readonly or field.type.look == "lines" or key in gone:
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
    shown = search_url = url = ""
    if isinstance(type, ChoiceType):
        options = [(key, text) for key, text in type.choices]
        look = "choice"
    elif isinstance(type, ChoicesType):
        options = list(type.choices)
        value = value or []
    elif isinstance(type, RefsType):
        search_url = f"/o/{type.object_key}/refs/"
        options = _chosen(type, value, by)
    elif isinstance(type, FileType):
        shown, url = (value.name, file_url(value)) if isinstance(value, FileLink) else (_("Uploaded"), "")
        shown = shown if value else ""
        value = value.id if isinstance(value, FileLink) else value
    elif type.look in ("moment", "since"):
        look, value = "moment", moment_in(value)
    elif isinstance(type, RichTextType) and value:
        value = sanitised(str(value))
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
        shown = _title(type, value, by)
    return Input(name, label, look, _written(value, by), help=help, error=error, is_required=is_required,
                 options=options, search_url=search_url, shown=str(shown), url=url, has_focus=has_focus,
                 is_whole=look in WIDE, currency=the_firm().currency if look == "money" else "",
                 suffix=type.unit if isinstance(type, NumberType) else "%" if look == "percentage" else "")  # fmt: skip


def _chosen(type: RefsType, value: Any, by: Actor) -> list[tuple[Any, Text]]:
    """The records of a relation to many, with their titles also where only ids came back."""
    links = [each for each in value or () if isinstance(each, Link)]
    if links:
        return [(each.id, each.title) for each in links]
    try:
        ids = type.clean(value) or []
    except ValueError:
        return []
    titles = titles_of([(type.object_key, id) for id in ids], by=by)
    return [(id, titles.get((type.object_key, id), f"#{id}")) for id in ids]


def _title(type: RefType, value: Any, by: Actor) -> str:
    if isinstance(value, Link):
        return value.title
    id = whole_number(str(value)) if value else None
    return title_of(type.object_key, id, by=by) if id else ""


def sent_values(kind: ObjectType, data: QueryDict, *, by: Actor, only: tuple[str, ...] = ()) -> dict[str, Any]:
    """What the form sent, by field: text, to be cleaned by the action like everything else."""
    keys = only or kind.form or tuple(field.key for field in kind.fields if not field.readonly)
    sent: dict[str, Any] = {}
    for key in keys:
        field = kind.field(key)
        if field is None or field.readonly or field.type.look == "lines":
            continue
        if field.type.look == "flag" and key not in locked(kind, by):  # a box without its tick sends nothing
            if not {f"{key}=hidden", f"{key}=locked"} & set(data.getlist("_stands")):
                sent[key] = key in data
        elif field.type.look in ("choices", "refs") and key in data:
            sent[key] = [each for each in data.getlist(key) if each]
        elif key in data:
            sent[key] = zoned(str(data[key]), by) if field.type.look == "moment" else data[key]
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
