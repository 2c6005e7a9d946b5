"""Inputs whose fields have rules: shown, needed, locked, or with fewer choices, as the rest of the form stands now.

The server judges, here as at every write. An input with rules carries how it stands; when something in the form
changes, the form asks, and only those that stand otherwise are answered: nothing is swapped under somebody's hands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from perennial.foundation.text import whole_number
from perennial.objects import query
from perennial.objects.fields import ChoicesType, ChoiceType, Field, Link
from perennial.objects.types import ObjectType
from perennial.objects.writing.conditional import is_so, is_visible, ruled_fields
from perennial.web.kit.pages import Input
from perennial.web.middleware import Page
from perennial.web.screens.address import kind_of
from perennial.web.screens.inputs import inputs_of, sent_values

SHOWN, HIDDEN = "shown", "hidden"


def ruled_inputs(kind: ObjectType, inputs: list[Input], values: Mapping[str, Any],
                 old: Mapping[str, Any] | None) -> list[Input]:  # fmt: skip
    """The same inputs as the rules want them for these values; `old` is what the record has, where there is one."""
    fields = {each.key: each for each in ruled_fields(kind)}
    if not fields:
        return inputs
    clean = cleaned(kind, values)
    before = cleaned(kind, old) if old is not None else None
    return [_ruled(fields[each.name], each, clean, before, values) if each.name in fields else each for each in inputs]


def cleaned(kind: ObjectType, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the rules are asked about: values as they would be stored; what cannot be is missing."""
    found: dict[str, Any] = {}
    for field in kind.fields:
        if field.key in values:
            try:
                found[field.key] = field.type.clean(values[field.key])
            except ValueError:
                found[field.key] = None
    return found


@require_POST
def rules(request: HttpRequest, kind_key: str) -> HttpResponse:
    """The inputs that stand otherwise now than the form says."""
    by = cast(Page, request).actor
    record_id = whole_number(request.GET.get("id", ""))
    kind = kind_of(kind_key, by, "create" if record_id is None else "edit")
    old = None if record_id is None else query.get(kind, record_id, by=by, verb="edit").values
    sent = sent_values(kind, request.POST, by=by)
    inputs = ruled_inputs(kind, inputs_of(kind, {**(old or {}), **sent}, by=by), {**(old or {}), **sent}, old)
    stood = dict(each.partition("=")[::2] for each in request.POST.getlist("_stands"))
    changed = [each for each in inputs if each.stands and stood.get(each.name) != each.stands]
    response = render(request, "web/_ruled_inputs.html", {"inputs": changed})
    response.headers["HX-Reswap"] = "none"
    return response


def _ruled(field: Field, input: Input, values: Mapping[str, Any], old: Mapping[str, Any] | None,
           shown: Mapping[str, Any]) -> Input:  # fmt: skip
    rules = field.rules
    assert rules is not None
    if not is_visible(field, values):
        return replace(input, stands=SHOWN if input.error else HIDDEN)
    stands = SHOWN
    if old is not None and rules.readonly_when is not None and is_so(rules.readonly_when, old):
        return replace(input, stands="locked", look="text", value=_told(field, shown.get(field.key)), is_readonly=True,
                       help=_("Locked while the record is as it is."), attributes={"disabled": "disabled"})  # fmt: skip
    if rules.required_when is not None and is_so(rules.required_when, values):
        stands, input = f"{stands} needed", replace(input, is_required=True)
    if rules.choices_by is not None and isinstance(field.type, ChoiceType | ChoicesType):
        other, allowed = rules.choices_by
        left = allowed.get(str(values.get(other)))
        if left is not None:
            options = [(key, label) for key, label in input.options if key in left or key == input.value]
            stands, input = f"{stands} {' '.join(sorted(left))}", replace(input, options=options)
    return replace(input, stands=stands)


def _told(field: Field, value: Any) -> str:
    if isinstance(value, Link):
        return value.title
    if isinstance(field.type, ChoiceType):
        return str(field.type.label_of(value))
    return "" if value is None else str(value)
