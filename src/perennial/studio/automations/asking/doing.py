"""The forms of steps that do something: an action with its own input, fields that are set, a record that is made."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from perennial.automation.definition.scope import Scope
from perennial.objects.access import widest_reach
from perennial.objects.actions import Action, actions_on
from perennial.objects.bulk.changes import changeable
from perennial.objects.field_rights import locked
from perennial.objects.fields import Field
from perennial.objects.types import ObjectType, object_types
from perennial.objects.writing.cleaning import settable
from perennial.studio.automations.asking.forms import Form, Json, choice, text
from perennial.studio.automations.asking.values import UNSHOWN, adapted, field_inputs, value_sent
from perennial.web.kit.pages import Input
from perennial.web.screens.action_inputs import declared_field, inputs_of_action
from perennial.workspace.rights import Reach

MOST_SHOWN = 12
FAVOURITE = "customers.task"  # what is made most often comes first


def _about(kept: Json, scope: Scope) -> list[Input]:
    """Within a loop a step may act on the record that the loop is at."""
    if not scope.items:
        return []
    loops = [(key, str(kind.label)) for key, kind in scope.items.items()]
    return [choice("about", _("On"), kept.get("about", ""), [("", _("The record on its way")), *loops], redraws=True,
                   is_required=False)]  # fmt: skip


def _refused(kept: Json) -> Input:
    ways = [("stop", _("stop there")), ("go_on", _("go on"))]
    return choice("if_refused", _("Where it is refused"), kept.get("if_refused", "stop"), ways)


def _offered(kept: Json, scope: Scope) -> dict[str, Action]:
    kind = scope.about(kept.get("about", "")) or scope.kind
    return {each.key: each for each in actions_on(kind.key, scope.by) if each.key != "automation.start"}


def _action(kept: Json, scope: Scope) -> list[Input]:
    offered = _offered(kept, scope)
    options = [(key, str(each.label)) for key, each in offered.items()]
    asked = [*_about(kept, scope), choice("action", _("What is done"), kept.get("action", ""), options, redraws=True)]
    declared = offered.get(kept.get("action", ""))
    if declared is None:
        return asked
    given = kept.get("input") or {}
    certain = {key: value for key, value in given.items() if not isinstance(value, dict) and "{{" not in str(value)}
    for drawn in inputs_of_action(declared.input, certain, {}, scope.by):
        field = declared_field(declared.input.model_fields[drawn.name])
        named = replace(drawn, name=f"v.{drawn.name}")
        asked += adapted(named, given.get(drawn.name, drawn.value), scope, field.type if field else None)
    return [*asked, _refused(kept)]


def _action_sent(data: QueryDict, kept: Json, scope: Scope) -> Json:
    key, about = text(data, "action"), text(data, "about")
    given = kept.get("input") or {} if kept.get("action") == key else {}
    declared = _offered({"about": about}, scope).get(key)
    sent: Json = {}
    if declared is not None:
        for drawn in inputs_of_action(declared.input, {}, {}, scope.by):
            value = _kept_or_sent(data, drawn.name, drawn.look, given)
            if value is not None:
                sent[drawn.name] = value
    return {"action": key, "about": about, "input": sent, "if_refused": text(data, "if_refused") or "stop"}


def _change(kept: Json, scope: Scope) -> list[Input]:
    known = changeable(scope.about(kept.get("about", "")) or scope.kind, by=scope.by)
    fields = kept.get("fields") or {}
    asked = _about(kept, scope)
    for key, value in fields.items():
        field = known.get(key)
        asked += field_inputs(field, value, scope) if field is not None else []
    rest = [(key, field.label) for key, field in known.items() if key not in fields and field.type.look not in UNSHOWN]
    more = _("Another field") if fields else _("Which field")
    asked.append(choice("more", more, "", [("", _("Choose")), *rest], redraws=True, is_required=False,
                        help=_("What is left empty is emptied.") if fields else ""))  # fmt: skip
    if fields:
        named = [(key, known[key].label) for key in fields if key in known]
        asked.append(choice("less", _("Set no longer"), "", [("", "–"), *named], redraws=True, is_required=False))
    return [*asked, _refused(kept)]


def _change_sent(data: QueryDict, kept: Json, scope: Scope) -> Json:
    about = text(data, "about")
    known = changeable(scope.about(about) or scope.kind, by=scope.by)
    fields = {key: _kept_or_sent(data, key, _look(known[key]), kept.get("fields") or {})
              for key in known if key in _named(data)}  # fmt: skip
    fields.pop(text(data, "less"), None)
    if (more := text(data, "more")) in known:
        fields.setdefault(more, None)
    return {"about": about, "fields": fields, "if_refused": text(data, "if_refused") or "stop"}


def _create(kept: Json, scope: Scope) -> list[Input]:
    kinds = [
        (each.key, str(each.label))
        for each in sorted(object_types.values(), key=lambda each: each.key != FAVOURITE)
        if each.can_create and not each.parts and widest_reach(each, by=scope.by, verb="create") is not Reach.NONE
    ]
    asked = [choice("object", _("What is made"), kept.get("object", ""), kinds, redraws=True, is_whole=True)]
    kind = object_types.get(kept.get("object", ""))
    if kind is None or kind.key not in dict(kinds):
        return asked
    fields = kept.get("fields") or {}
    for field in _fields_to_make(kind, fields, scope):
        asked += field_inputs(field, fields.get(field.key), scope, is_required=field.required)
    return [*asked, _refused(kept)]


def _create_sent(data: QueryDict, kept: Json, scope: Scope) -> Json:
    object_key = text(data, "object")
    kind = object_types.get(object_key)
    fields: Json = dict(kept.get("fields") or {}) if kept.get("object") == object_key else {}
    for field in _fields_to_make(kind, fields, scope) if kind is not None else []:
        value = _kept_or_sent(data, field.key, _look(field), fields)
        if value is None:
            fields.pop(field.key, None)
        else:
            fields[field.key] = value
    return {"object": object_key, "fields": fields, "if_refused": text(data, "if_refused") or "stop"}


def _fields_to_make(kind: ObjectType, given: Json, scope: Scope) -> list[Field]:
    """Those of the kind's own form, what must be given and what is given already."""
    known, gone = settable(kind), locked(kind, scope.by)
    order = dict.fromkeys([kind.title, *(key for key, each in known.items() if each.required), *kind.form, *known])
    shown = [known[key] for key in order if key in known and key not in gone and known[key].type.look not in UNSHOWN]
    return [each for number, each in enumerate(shown) if number < MOST_SHOWN or each.key in given]


def _look(field: Field) -> str:
    return "moment" if field.type.look in ("moment", "since", "day") else field.type.look


def _named(data: QueryDict) -> set[str]:
    """The fields that a form drew, by the names of its inputs."""
    return {name[2:].removesuffix(".days").removesuffix(".at") for name in data if name.startswith("v.")}


def _kept_or_sent(data: QueryDict, key: str, look: str, given: Json) -> Any:
    """What the form did not show stays as it was."""
    return value_sent(data, f"v.{key}", look) if key in _named(data) else given.get(key)


ACTION, CHANGE, CREATE = Form(_action, _action_sent), Form(_change, _change_sent), Form(_create, _create_sent)
