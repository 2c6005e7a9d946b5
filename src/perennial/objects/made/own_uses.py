"""What would miss a field or a kind among the definitions themselves: formulas, roll-ups, rules and relations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.conditions.tree import Compare, walk
from perennial.objects.fields import Field, RefsType, RefType
from perennial.objects.made.uses import Use, register_uses
from perennial.objects.types import ObjectType, object_types


def own_uses(object_key: str, field: str) -> list[Use]:
    """A kind is missed by what refers to it, a field by what is computed from it and by the rules that ask for it."""
    found = []
    for kind in object_types.values():
        for each in kind.fields if not kind.parts else ():
            if (kind.key, each.key) == (object_key, field):
                continue
            what = _what(kind, each, object_key, field)
            if what:
                name = f"{kind.label_plural}: {each.label}"
                found.append(Use(what, name, f"/settings/objects/{kind.key}/"))
    return found


def _what(kind: ObjectType, each: Field, object_key: str, field: str) -> str:
    if not field:
        if kind.key == object_key:
            return ""
        if isinstance(each.type, RefType | RefsType) and each.type.object_key == object_key:
            return str(_("Relation"))
        return str(_("Computed field")) if any(key == object_key for key, _field in each.rests_on) else ""
    if (object_key, field) in each.rests_on:
        return str(_("Computed field"))
    return str(_("Rule of a field")) if kind.key == object_key and field in _asked_by(each) else ""


def _asked_by(each: Field) -> set[str]:
    """The fields that its rules name."""
    if each.rules is None:
        return set()
    conditions = (each.rules.visible_when, each.rules.required_when, each.rules.readonly_when)
    named = {node.field for one in conditions if one is not None for _d, node in walk(one) if isinstance(node, Compare)}
    return named | ({each.rules.choices_by[0]} if each.rules.choices_by else set())


register_uses(own_uses)
