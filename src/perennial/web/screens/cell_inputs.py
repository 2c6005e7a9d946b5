"""The input of one field where it stands by itself: in a cell of a table, or as a value for many records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from perennial.objects.access import widest_reach
from perennial.objects.field_rights import writable
from perennial.objects.fields import Field
from perennial.objects.types import ObjectType, object_types
from perennial.web.kit.pages import Input
from perennial.web.screens.inputs import input_of
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

_NOT_HERE = frozenset({"lines", "file", "rich_text"})  # these need more room than a cell has


def lone_input(field: Field, name: str, value: Any, *, by: Actor, error: str = "", has_focus: bool = False) -> Input:
    """A flag is a choice: a box that is not ticked would say nothing."""
    if field.type.look == "flag":
        said = {True: "true", False: "false", None: ""}.get(value, value) if not isinstance(value, str) else value
        return Input(name, field.label, "choice", said, is_required=field.required, error=error, has_focus=has_focus,
                     options=[("true", _("Yes")), ("false", _("No"))])  # fmt: skip
    drawn = input_of(name, field.label, field.type, value, by=by, is_required=field.required, error=error,
                     has_focus=has_focus)  # fmt: skip
    return replace(drawn, is_whole=False)


def cell_fields(kind: ObjectType, by: Actor) -> dict[str, Field]:
    """What can be edited in a table of this kind: of a union, whatever any of its parts lets one write."""
    found: dict[str, Field] = {}
    for part in [object_types[key] for key in kind.parts if key in object_types] or [kind]:
        if part.can_edit and widest_reach(part, by=by, verb="edit") > Reach.NONE:
            allowed = writable(part, by)
            for field in part.fields:
                if field.key in allowed and field.type.look not in _NOT_HERE:
                    found.setdefault(field.key, field)
    return found
