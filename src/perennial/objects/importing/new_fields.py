"""A column that is no field becomes one: of the type that its values have, at once, for whoever may shape objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from perennial.foundation.errors import Forbidden
from perennial.objects.fields import DayType, EmailType, FlagType, MomentType, NumberType, PhoneType, WholeType
from perennial.objects.importing.cells import day_written, order_of_days
from perennial.objects.importing.kinds import import_kinds
from perennial.objects.made.defining import PERMISSION, make_field
from perennial.objects.types import object_types
from perennial.workspace.actor import Actor

_LONG = 200  # characters, beyond which a text has many lines
_FLAGS = frozenset(("true", "false", "yes", "no", "y", "n", "da", "ne", "иә", "жоқ"))  # 1 and 0 are rather numbers


def can_add_fields(kind_key: str, by: Actor) -> bool:
    """Orders and their like are read by rules of their own, to which a field would mean nothing."""
    return by.may(PERMISSION) and kind_key in object_types and kind_key not in import_kinds


def add_fields(kind_key: str, wanted: Mapping[str, str], *, by: Actor) -> dict[str, str]:
    """Heading → key of the new field, for headings with the types that they are to have."""
    if not can_add_fields(kind_key, by):
        raise Forbidden
    return {heading: make_field(kind_key, type=type, label=heading[:60], by=by).key for heading, type in wanted.items()}


def guessed_type(values: Sequence[str]) -> str:
    """The narrowest type that takes all values; a number that begins with a zero is rather a code."""
    if not values:
        return "text"
    order = order_of_days(values)

    def day(text: str) -> str:
        return day_written(text, is_month_first=order == "mdy")

    looks: tuple[tuple[str, Callable[[str], Any]], ...] = (
        ("flag", lambda text: FlagType().clean(text) is not None and text.strip().lower() in _FLAGS),
        ("email", lambda text: "@" in text and EmailType().clean(text)),
        ("url", lambda text: text.startswith(("http://", "https://"))),
        ("phone", lambda text: text.startswith("+") and PhoneType().clean(text)),
        ("whole", lambda text: not _is_code(text) and WholeType().clean(text) is not None),
        ("number", lambda text: not _is_code(text) and NumberType(6).clean(text) is not None),
        ("day", lambda text: len(text) <= len("2026-11-21") and DayType().clean(day(text))),
        ("moment", lambda text: MomentType().clean(day(text))),
    )
    for type, takes in looks:
        if all(_takes(takes, value.strip()) for value in values):
            return type
    return "long_text" if any(len(value) > _LONG or "\n" in value for value in values) else "text"


def _takes(takes: Callable[[str], Any], text: str) -> bool:
    try:
        return bool(takes(text))
    except ValueError:
        return False


def _is_code(text: str) -> bool:
    return len(text) > 1 and text[0] == "0" and text[1] not in ".,"
