"""Inputs of an action's form from its typed input (a pydantic model).

A field of the model may say which type of field it is: `owner: Annotated[int | None, Member("owner", _("Owner"))]`;
without that, its Python type decides between text, number, flag, day, moment and choice (Literal). `title` and
`description` are label and help.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin
from zoneinfo import ZoneInfo

from django.http import QueryDict
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from perennial.objects.fields import Field
from perennial.web.kit.pages import Input
from perennial.web.screens.inputs import input_of
from perennial.workspace.actor import Actor

_LOOKS: dict[type, str] = {
    int: "whole",
    Decimal: "number",
    float: "number",
    bool: "flag",
    datetime: "moment",
    date: "day",
}


def inputs_of_action(model: type[BaseModel], sent: dict[str, Any], errors: dict[str, str], by: Actor) -> list[Input]:
    return [_input(name, info, sent.get(name), errors.get(name, ""), by, is_first=number == 0)
            for number, (name, info) in enumerate(model.model_fields.items()) if not _is_hidden(info)]  # fmt: skip


def sent_to_action(model: type[BaseModel], data: QueryDict, by: Actor) -> dict[str, Any]:
    """What the form sent; empty fields are left to the input's defaults, times get the user's zone."""
    sent: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        if _look(info) == "flag":
            sent[name] = name in data
        elif data.get(name, "") != "":
            sent[name] = _zoned(str(data[name]), by) if _look(info) == "moment" else data[name]
    return sent


def _is_hidden(info: FieldInfo) -> bool:
    """For programs only: `json_schema_extra={"is_hidden": True}`."""
    return isinstance(info.json_schema_extra, dict) and bool(info.json_schema_extra.get("is_hidden"))


def declared_field(info: FieldInfo) -> Field | None:
    return next((each for each in info.metadata if isinstance(each, Field)), None)


def _input(name: str, info: FieldInfo, value: Any, error: str, by: Actor, *, is_first: bool) -> Input:
    field = declared_field(info)
    label = info.title or (field.label if field else name.replace("_", " ").capitalize())
    shown = info.get_default() if value is None and not info.is_required() else value
    help = info.description or ""
    if field is not None:
        return input_of(name, label, field.type, shown, by=by, is_required=info.is_required(), help=help, error=error,
                        has_focus=is_first)  # fmt: skip
    return Input(name, label, _look(info), shown, help=help, error=error, is_required=info.is_required(),
                 options=[(each, each) for each in _choices(info)], has_focus=is_first)  # fmt: skip


def _look(info: FieldInfo) -> str:
    field = declared_field(info)
    if field is not None:
        return field.type.look
    if _choices(info):
        return "choice"
    kinds = [info.annotation, *get_args(info.annotation)]
    return next((_LOOKS[kind] for kind in kinds if isinstance(kind, type) and kind in _LOOKS), "text")


def _choices(info: FieldInfo) -> list[Any]:
    return list(get_args(info.annotation)) if get_origin(info.annotation) is Literal else []


def _zoned(text: str, by: Actor) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(by.timezone))).isoformat()
