"""Which column of a file is which field: guessed from the headings, said by the user, and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Invalid, Text
from perennial.foundation.text import fold
from perennial.objects.importing.kinds import ImportField, ImportKind


def plan(kind: ImportKind, headings: Sequence[str]) -> dict[str, int]:
    """Field key → number of the column, as far as the headings tell. Each column is taken once, keys before aliases."""
    folded = [same(heading) for heading in headings]
    mapping: dict[str, int] = {}
    taken: set[int] = set()
    for names in (_names, _aliases):
        for field in kind.fields:
            if field.key in mapping:
                continue
            for name in names(field):
                column = next((n for n, each in enumerate(folded) if each == name and n not in taken), None)
                if column is not None:
                    mapping[field.key] = column
                    taken.add(column)
                    break
    return mapping


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


def same(heading: str) -> str:
    """A heading without case, spaces and signs: "Customer-ID", "customer id" and "CustomerID" are the same."""
    return "".join(filter(str.isalnum, fold(heading)))


def _names(field: ImportField) -> list[str]:
    return [same(field.key), same(str(field.label))]


def _aliases(field: ImportField) -> list[str]:
    return [same(alias) for alias in field.aliases]
