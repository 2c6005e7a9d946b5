"""The fields of a kind as its page shows them, and the row that adds one."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from perennial.objects.fields import Field
from perennial.objects.made.field_types import made_types
from perennial.objects.made.models import MadeField
from perennial.objects.types import ObjectType
from perennial.web.screens.settings.objects.options import option_inputs

HOME = "/settings/objects/"
_ICONS = {
    "text": "letter-case", "long_text": "align-left", "email": "mail", "phone": "phone", "url": "link",
    "country": "world", "whole": "number-123", "number": "decimal", "money": "coin", "day": "calendar",
    "moment": "calendar-time", "flag": "toggle-left", "choice": "list", "ref": "arrow-right", "member": "user-check",
    "team": "users-group", "lines": "list-numbers",
}  # fmt: skip


def fields_context(kind: ObjectType, *, new_id: int = 0) -> dict[str, Any]:
    made = list(MadeField.objects.filter(object_key=kind.key).order_by("position", "id"))
    return {
        "own": [_made_line(kind, each, is_new=each.pk == new_id) for each in made if each.retired_at is None],
        "came": [_line(kind, field) for field in kind.fields if not field.is_custom],
        "retired": [_made_line(kind, each) for each in made if each.retired_at is not None],
        "order_url": f"{HOME}{kind.key}/order/", "kind_key": kind.key,
    }  # fmt: skip


def add_context(kind: ObjectType, sent: QueryDict | None = None,
                errors: dict[str, Any] | None = None) -> dict[str, Any]:  # fmt: skip
    """The row that adds a field: a name, a type, and what the type asks for."""
    asked = sent.get("type", "text") if sent is not None else "text"
    type = asked if asked in made_types else "text"
    return {
        "add_url": f"{HOME}{kind.key}/add/", "options_url": f"{HOME}{kind.key}/options/",
        "types": [(word, each.label, each.hint) for word, each in made_types.items()], "type": type,
        "add_label": sent.get("label", "") if sent is not None else "", "add_errors": errors or {},
        "add_inputs": option_inputs(kind, type, {}, sent=sent, errors=errors or {}, is_short=True),
        "has_focus": sent is not None,
    }  # fmt: skip


def _made_line(kind: ObjectType, made: MadeField, *, is_new: bool = False) -> dict[str, Any]:
    type = made_types.get(made.type)
    marks = [
        text
        for is_on, text in (
            (made.is_required, _("required")), (made.is_unique, _("unique")),
            (bool(made.visible_when), _("shown when")),
            (bool(made.required_when), _("required when")), (bool(made.readonly_when), _("locked when")),
            (bool(made.choices_by), _("choices depend")), (made.is_personal, _("personal")),
        )
        if is_on
    ]  # fmt: skip
    url = f"{HOME}{kind.key}/fields/{made.pk}/"
    return {
        "id": made.pk, "key": made.key, "label": made.label, "type": type.label if type else made.type,
        "icon": type.icon if type else "point", "marks": marks, "url": url, "restore_url": f"{url}restore/",
        "is_new": is_new, "retired_at": made.retired_at,
    }  # fmt: skip


def _line(kind: ObjectType, field: Field) -> dict[str, Any]:
    return {
        "key": field.key, "label": field.label, "icon": _ICONS.get(field.type.look, "point"),
        "marks": [_("required")] if field.required else [],
        "rename_url": f"{HOME}{kind.key}/rename/{field.key}/",
    }  # fmt: skip
