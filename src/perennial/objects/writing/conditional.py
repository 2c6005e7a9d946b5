"""What the fields of a record ask of each other: visible, needed or fixed only when, and choices that depend."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.conditions.inmemory import holds
from perennial.conditions.tree import Condition
from perennial.foundation import clock
from perennial.foundation.errors import Text
from perennial.objects.fields import ChoiceType, Field
from perennial.objects.record_fields import fields_of
from perennial.objects.types import ObjectType
from perennial.objects.zones import firm_zone

_NEEDED = _("This is needed.")
_HIDDEN = _("This field does not apply to this record. Leave it empty.")
_FIXED = _("This field cannot be changed while the record is as it is.")


@cache
def ruled_fields(kind: ObjectType) -> tuple[Field, ...]:
    """The fields with rules; most kinds have none, and pay nothing."""
    return tuple(each for each in fields_of(kind) if each.rules is not None)


def unruly(
    kind: ObjectType, values: Mapping[str, Any], *, given: Mapping[str, Any], old: Mapping[str, Any] | None = None
) -> dict[str, Text]:
    """What is wrong with the whole record (`values`) of which `given` is new; `old` is what it was, for a change."""
    wrong: dict[str, Text] = {}
    for field in ruled_fields(kind):
        sentence = _wrong_with(field, values, given, old)
        if sentence is not None:
            wrong[field.key] = sentence
    return wrong


def is_visible(field: Field, values: Mapping[str, Any]) -> bool:
    """Whether the field says anything about a record with these values."""
    return field.rules is None or field.rules.visible_when is None or is_so(field.rules.visible_when, values)


def _wrong_with(
    field: Field, values: Mapping[str, Any], given: Mapping[str, Any], old: Mapping[str, Any] | None
) -> Text | None:
    rules, value = field.rules, values.get(field.key)
    assert rules is not None
    is_new = field.key in given and (old is None or given[field.key] != old.get(field.key))
    if not is_visible(field, values):
        return _HIDDEN if is_new and value is not None else None
    if old is not None and is_new and rules.readonly_when is not None and is_so(rules.readonly_when, old):
        return _FIXED
    if value is None:
        is_asked = old is None or bool(given)
        return _NEEDED if rules.required_when is not None and is_asked and is_so(rules.required_when, values) else None
    if rules.choices_by is not None:
        other, allowed = rules.choices_by
        left = allowed.get(str(values.get(other)))
        if left is not None and not set(value if isinstance(value, list | tuple) else [value]) <= set(left):
            return _("With what stands in the other field this must be one of: %(choices)s.") % {
                "choices": ", ".join(str(_label(field, each)) for each in left)
            }
    return None


def _label(field: Field, choice: str) -> Text:
    return field.type.label_of(choice) if isinstance(field.type, ChoiceType) else choice


def is_so(condition: Condition, values: Mapping[str, Any]) -> bool:
    return holds(condition, values, now=clock.now(), zone=firm_zone())
