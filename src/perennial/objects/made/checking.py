"""What makes a definition wrong, said by part, before it is stored."""

from __future__ import annotations

from django.utils.translation import gettext as _

from perennial.conditions.check import check
from perennial.conditions.errors import ConditionError
from perennial.conditions.inmemory import can_answer
from perennial.conditions.text import parse
from perennial.foundation.errors import Invalid, Text
from perennial.objects.fields import ChoicesType, ChoiceType, Field
from perennial.objects.made.field_types import made_types
from perennial.objects.made.models import MadeField
from perennial.objects.schema import KindSchema
from perennial.objects.types import ObjectType

_RULES = ("visible_when", "required_when", "readonly_when")


def check_field(made: MadeField, field: Field, kind: ObjectType) -> None:
    """Raises `Invalid`."""
    wrong: dict[str, Text] = {}
    type = made_types[made.type]
    if made.is_unique and not type.can_be_unique:
        wrong["is_unique"] = _("A field of this type cannot be unique.")
    if type.is_computed and (made.is_required or made.default is not None):
        wrong["is_required"] = _("Perennial computes this field: it is never filled in by hand.")
    if len(made.help) > 300:
        wrong["help"] = _("This is too long: %(most)d characters at most.") % {"most": 300}
    made.default = None if field.default is None else field.type.json(field.default)
    for name in _RULES:
        sentence = _wrong_rule(getattr(made, name), made, kind)
        if sentence:
            wrong[name] = sentence
    if made.choices_by and (sentence := _wrong_dependence(made, field, kind)):
        wrong["choices_by"] = sentence
    if wrong:
        raise Invalid(wrong)


def _wrong_rule(text: str, made: MadeField, kind: ObjectType) -> Text:
    if not text.strip():
        return ""
    schema = KindSchema(kind)
    try:
        condition = check(parse(text, schema), schema)
    except ConditionError as error:
        return str(error)
    if not can_answer(condition):
        return _("This can only compare fields of the record itself, with fixed values.")
    return ""


def _wrong_dependence(made: MadeField, field: Field, kind: ObjectType) -> Text:
    if not isinstance(field.type, ChoiceType | ChoicesType):
        return _("Only a field with choices can depend on another one.")
    other = kind.field(str(made.choices_by.get("field", "")))
    if other is None or other.key == made.key or not isinstance(other.type, ChoiceType):
        return _("Choose another field with choices of this object.")
    allowed = made.choices_by.get("allowed")
    mine = {key for key, _label in field.type.choices}
    theirs = {key for key, _label in other.type.choices}
    if not isinstance(allowed, dict) or not set(allowed) <= theirs:
        return _("Say for choices of the other field which ones are left.")
    if not all(isinstance(left, list) and set(left) <= mine for left in allowed.values()):
        return _("Only choices of this field can be left.")
    return ""
