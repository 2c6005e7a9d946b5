"""Choices that depend on what another field holds."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from perennial.foundation.errors import NotFound
from perennial.objects.fields import ChoicesType, ChoiceType, FieldType
from perennial.objects.made.field_types import made_types
from perennial.objects.made.models import MadeField
from perennial.objects.types import ObjectType
from perennial.web.screens.settings.frame import allowed
from perennial.web.screens.settings.objects.kinds import RIGHT, kind_named

_FIELD = "choices_by.field"


def depends(request: HttpRequest, kind_key: str, field_id: int) -> HttpResponse:
    """The table of choices again, after the other field was chosen anew."""
    allowed(request, RIGHT)
    kind = kind_named(kind_key)
    made = MadeField.objects.filter(object_key=kind.key, pk=field_id).first()
    type = made_types.get(made.type) if made else None
    if made is None or type is None:
        raise NotFound
    built = type.build(type.options.model_validate(made.options))
    context = dependence_context(kind, made, built, request.GET, {}, request.path)
    return render(request, "web/settings/objects/_depends.html", context)


def dependence_context(kind: ObjectType, made: MadeField, type: FieldType, sent: QueryDict | None,
                       errors: dict[str, Any], url: str) -> dict[str, Any]:  # fmt: skip
    """Nothing for fields that have no choices, or where there is no other choice to depend on."""
    others = [each for each in kind.fields if isinstance(each.type, ChoiceType) and each.key != made.key]
    if not isinstance(type, ChoiceType | ChoicesType) or not others:
        return {}
    kept: dict[str, list[str]] = made.choices_by.get("allowed", {})
    chosen = made.choices_by.get("field", "") if sent is None else sent.get(_FIELD, "")
    other = next((each for each in others if each.key == chosen), None)
    rows = []
    if other is not None and isinstance(other.type, ChoiceType):
        is_kept = chosen == made.choices_by.get("field")
        for value, label in other.type.choices:
            wire = f"choices_by.{value}"
            left = sent.getlist(wire) if sent is not None and f"{wire}.asked" in sent else None
            if left is None:
                left = kept.get(value) if is_kept else None
            rows.append({"name": wire, "label": label, "cells": [
                (key, text, left is None or key in left) for key, text in type.choices]})  # fmt: skip
    return {
        "depends_url": url, "depends_fields": [(each.key, each.label) for each in others], "depends_on": chosen,
        "depends_rows": rows, "depends_error": str(errors.get("choices_by", "")),
    }  # fmt: skip


def sent_dependence(sent: QueryDict) -> dict[str, Any]:
    field = sent.get(_FIELD, "")
    if not field:
        return {}
    values = [name.removeprefix("choices_by.").removesuffix(".asked") for name in sent if name.endswith(".asked")]
    return {"field": field, "allowed": {value: sent.getlist(f"choices_by.{value}") for value in values}}
