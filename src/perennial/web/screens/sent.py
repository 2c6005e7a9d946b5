"""One value that an input sent, as its field's type reads it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict

from perennial.objects.fields import Field
from perennial.workspace.actor import Actor


def sent_value(field: Field, data: QueryDict, name: str, *, by: Actor) -> Any:
    """Text; a list where a field holds several; a moment with the zone of whoever typed it."""
    if field.type.schema().get("type") == "array":
        return [text for text in data.getlist(name) if text]
    text = data.get(name, "")
    return zoned(text, by) if field.type.look == "moment" else text


def zoned(text: str, by: Actor) -> str:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    return text if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(by.timezone)).isoformat()


def moment_in(value: Any) -> Any:
    """The moment in a text that `zoned` made, so that a form that comes back shows it as it was typed."""
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return value if moment.tzinfo is None else moment
