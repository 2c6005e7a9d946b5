"""Which column of a file is which field, and how it is read: what the user says, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Invalid, Text
from perennial.objects.importing.kinds import ImportKind


def check_mapping(kind: ImportKind, mapping: Mapping[str, Any], headings: Sequence[str]) -> dict[str, int]:
    """The mapping as it came in, or `Invalid` by field."""
    known = {field.key: field for field in kind.fields}
    errors: dict[str, Text] = {}
    clean: dict[str, int] = {}
    for key, column in mapping.items():
        if key not in known:
            errors[str(key)[:80]] = _("There is no such field.")
        elif column is None or column == "":
            continue
        elif isinstance(column, bool) or not str(column).isdecimal() or not 0 <= int(str(column)[:9]) < len(headings):
            errors[key] = _("There is no such column.")
        else:
            clean[key] = int(str(column))
    for key, field in known.items():
        if field.required and key not in clean:
            errors.setdefault(key, _("Choose the column for this."))
    if not clean and not errors:
        errors[""] = _("Choose at least one column.")
    if errors:
        raise Invalid(errors)
    return clean


def check_options(kind: ImportKind, options: Mapping[str, Any]) -> dict[str, str]:
    """Every option of the kind with its value, or `Invalid`."""
    clean: dict[str, str] = {}
    errors: dict[str, Text] = {}
    for option in kind.options:
        value = options.get(option.key)
        text = option.default if value is None else str(value)[:4_000]
        if option.choices and text not in {key for key, _label in option.choices}:
            errors[option.key] = _("This is not among the choices.")
        clean[option.key] = text
    if errors:
        raise Invalid(errors)
    return clean
