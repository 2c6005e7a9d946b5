"""What becomes of a field: a new value, none, or one more or less of several. Input is checked before anything runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Invalid, Text
from perennial.objects.bulk.chosen import kinds_within
from perennial.objects.field_rights import locked
from perennial.objects.fields import Field, FileType, LinesType
from perennial.objects.types import ObjectType
from perennial.objects.writing.cleaning import clean_changes, settable
from perennial.workspace.actor import Actor

How = Literal["set", "clear", "add", "remove"]
HOWS: tuple[How, ...] = get_args(How)
MOST = 30  # fields of one bulk


@dataclass(frozen=True, slots=True)
class FieldChange:
    """`value` is JSON, as forms and programs send it. "add" and "remove" are for fields that hold several."""

    field: str
    how: How = "set"
    value: Any = None

    def to_json(self) -> dict[str, Any]:
        return {"field": self.field, "how": self.how, "value": self.value}


def read_changes(told: Sequence[Mapping[str, Any]]) -> list[FieldChange]:
    """From JSON. Raises `Invalid` with the number of the change that says nothing."""
    wrong = [n for n, each in enumerate(told) if not isinstance(each, Mapping) or each.get("how", "set") not in HOWS]
    if wrong or not told or len(told) > MOST:
        raise Invalid({"changes": _("Say for each field what becomes of it: set, clear, add or remove.")})
    return [FieldChange(str(each.get("field", "")), cast(How, each.get("how", "set")), each.get("value"))
            for each in told]  # fmt: skip


def changeable(kind: ObjectType, *, by: Actor) -> dict[str, Field]:
    """The fields that can be set in records of the kind: of a union those that all of its parts have."""
    first, *others = kinds_within(kind)
    order = {each.key: number for number, each in enumerate(first.fields)}
    found = {
        key: each
        for key, each in settable(first).items()
        if not isinstance(each.type, LinesType | FileType)
        and all(key in settable(other) for other in others)
        and all(key not in locked(part, by) for part in kinds_within(kind))
    }
    return dict(sorted(found.items(), key=lambda item: order.get(item[0], len(order))))


def holds_several(field: Field) -> bool:
    """Whether a value of this field is a list of values."""
    return field.type.schema().get("type") == "array"


def checked(kind: ObjectType, changes: Sequence[FieldChange], *, by: Actor) -> list[FieldChange]:
    """The same, or `Invalid` by field: what is unknown, not to be set, not a value of its type, or named twice."""
    known = changeable(kind, by=by)
    errors: dict[str, Text] = {}
    for each in changes:
        field = known.get(each.field)
        if field is None:
            errors[each.field[:80]] = _("This field cannot be changed here.")
        elif sum(other.field == each.field for other in changes) > 1:
            errors[each.field] = _("This field is named twice.")
        elif each.how in ("add", "remove") and not holds_several(field):
            errors[each.field] = _("This field holds one value only.")
        elif each.how == "clear" and field.required:
            errors[each.field] = _("This is needed.")
    if not changes:
        errors[""] = _("Choose a field to change.")
    if not errors:
        for part in kinds_within(kind):
            (draft,) = clean_changes(part, {0: plain_values(changes)}, by=by)
            errors |= draft.errors
    if errors:
        raise Invalid(errors)
    return [_as_json(each, known[each.field], draft.values.get(each.field)) for each in changes]


def _as_json(change: FieldChange, field: Field, cleaned: Any) -> FieldChange:
    """As it is kept until it runs: a day without a zone means the same then as it did to whoever wrote it."""
    if change.how == "clear" or isinstance(change.value, Mapping):  # a sum with its currency says more than is cleaned
        return change
    return FieldChange(change.field, change.how, field.type.json(cleaned))


def plain_values(changes: Sequence[FieldChange]) -> dict[str, Any]:
    """What to set; for "add" and "remove" the values that come or go."""
    return {each.field: None if each.how == "clear" else each.value for each in changes}


def applied(change: FieldChange, cleaned: Any, old: Any) -> Any:
    """The new value of a field that held `old`."""
    if change.how not in ("add", "remove"):
        return cleaned
    there, named = list(old or ()), list(cleaned or ())
    if change.how == "add":
        return [*there, *(each for each in named if each not in there)]
    return [each for each in there if each not in named] or None
