"""Values that are filled in for each record: "Call {{ name }} about order {{ event.number | their order }}".

A text with placeholders is a template. A placeholder names a field or a fact of the record, a property of the event
that started the run ("event.number"), or a field of the record that a loop is at ("item.title"); what follows a bar
stands in where there is no value. A text that is nothing but one placeholder keeps the type of the value. {"in":
{"days": 2}, "at": "09:00"} is a moment from now. Nothing is ever evaluated: a placeholder is looked up, or refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from perennial.automation.moments import at_time, read_time
from perennial.foundation.money import Money
from perennial.objects.fields import Link

_PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_KEY = re.compile(r"[a-z][a-z0-9_]*(?:[.:][A-Za-z][A-Za-z0-9_ -]*){0,3}", re.ASCII)
_UNITS = ("days", "hours", "minutes")
MOST_TEXT = 20_000


class Placeholder(NamedTuple):
    key: str
    default: str


def placeholders(value: Any) -> Iterator[Placeholder]:
    """All that a value names, however deep in lists and objects they stand."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield from (_placeholder(found) for found in _PLACEHOLDER.findall(each))
        elif isinstance(each, dict):
            waiting.extend(each.values())
        elif isinstance(each, list | tuple):
            waiting.extend(each)


def is_filled_in(value: Any) -> bool:
    """Whether it differs from record to record, or from day to day."""
    return is_moment(value) or any(True for _each in placeholders(value))


def is_moment(value: Any) -> bool:
    return isinstance(value, dict) and "in" in value


def fault_of_value(value: Any, is_known: Callable[[str], bool]) -> str:
    """What is wrong with a value, in a sentence; empty when it can be filled in."""
    if is_moment(value):
        return _fault_of_moment(value)
    for key, _default in placeholders(value):
        if not _KEY.fullmatch(key) or not is_known(key):
            return _("There is nothing called “%(key)s” to fill in. Choose a field from the list.") % {"key": key[:80]}
    rest = _PLACEHOLDER.sub("", value) if isinstance(value, str) else ""
    if "{{" in rest or "}}" in rest:
        return _("A placeholder is written {{ name }}: two braces on each side.")
    if isinstance(value, str) and len(value) > MOST_TEXT:
        return _("This text is too long.")
    return ""


def filled(value: Any, values: Mapping[str, Any], *, now: datetime, zone: tzinfo) -> Any:
    """The value for one record."""
    if isinstance(value, str):
        return _filled_text(value, values, zone)
    if is_moment(value):
        given = value["in"]
        moment = now + timedelta(**{unit: given[unit] for unit in _UNITS if unit in given})
        return at_time(moment, read_time(value["at"]), zone) if value.get("at") else moment
    if isinstance(value, dict):
        return {key: filled(each, values, now=now, zone=zone) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [filled(each, values, now=now, zone=zone) for each in value]
    return value


def plain(value: Any) -> Any:
    """A value of a record as input takes it."""
    match value:
        case Link():
            return value.id
        case Money():
            return {"amount": str(value.amount), "currency": value.currency}
        case datetime() | date():
            return value.isoformat()
        case list() | tuple():
            return [plain(each) for each in value]
    return value


def _placeholder(found: str) -> Placeholder:
    key, _bar, default = found.partition("|")
    return Placeholder(key.strip(), default.strip())


def _filled_text(text: str, values: Mapping[str, Any], zone: tzinfo) -> Any:
    only = _PLACEHOLDER.fullmatch(text.strip())
    if only is not None and "{{" not in only.group(1):
        key, default = _placeholder(only.group(1))
        value = values.get(key)
        return plain(value) if value not in (None, "") else (default or None)
    return _PLACEHOLDER.sub(lambda found: _shown(*_placeholder(found.group(1)), values, zone), text)


def _shown(key: str, default: str, values: Mapping[str, Any], zone: tzinfo) -> str:
    value = values.get(key)
    match value:
        case None | "":
            return default
        case Link():
            return value.title
        case datetime():
            return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        case list() | tuple():
            return ", ".join(str(each) for each in value)
        case {"amount": amount, "currency": currency}:
            return f"{amount} {currency}"
    return str(value)


def _fault_of_moment(value: Mapping[str, Any]) -> str:
    given = value["in"]
    is_right = (
        isinstance(given, dict)
        and value.keys() <= {"in", "at"}
        and given
        and given.keys() <= set(_UNITS)
        and all(isinstance(each, int) and not isinstance(each, bool) and 0 <= each <= 3_650 for each in given.values())
    )
    try:
        if value.get("at"):
            read_time(value["at"])
    except ValueError:
        is_right = False
    return "" if is_right else _('A moment from now is {"in": {"days": 2}, "at": "09:00"}.')
