"""Permanent keys and paths from the labels that people type: "Length (m)" becomes `length_m`."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from perennial.foundation.errors import Invalid
from perennial.foundation.text import fold
from perennial.objects.columns import model_columns
from perennial.objects.fields import Field
from perennial.objects.made.catalogue import declared_kind
from perennial.objects.made.models import CustomRecord, MadeField, MadeKind
from perennial.objects.record_fields import fields_of
from perennial.objects.types import ObjectType, object_types

PREFIX = "made."
_LONGEST = 40
_NOT_WORD = re.compile(r"[^a-z0-9]+")
# Words that mean something else in addresses, in conditions or in a record's JSON.
_TAKEN_KEYS = frozenset({"id", "version", "kind", "custom", "facts", "all", "any", "none", "not", "and", "or", "did",
                         "in", "is", "true", "false", "between", "within", "older", "title", "name"})  # fmt: skip
_TAKEN_PATHS = frozenset({"openapi", "docs", "batch", "changes", "events", "search", "views", "imports", "exports",
                          "files", "actions", "me", "objects", "fields", "rates", "new", "runs", "bulks", "segments",
                          "metrics"})  # fmt: skip


def new_kind_key(label: str) -> str:
    """A key that no kind has or ever had."""
    there = set(object_types) | set(MadeKind.objects.values_list("key", flat=True))
    return _first_free(f"{PREFIX}{_word(label, 'object')}", there)


def new_path(label_plural: str) -> str:
    there = {each.path for each in object_types.values()} | set(MadeKind.objects.values_list("path", flat=True))
    return _first_free(_word(label_plural, "objects").replace("_", "-"), there | _TAKEN_PATHS, "-")


def new_field_key(object_key: str, label: str, type: str) -> str:
    """A key that is free in the kind, and in its table never meant another type."""
    kind = object_types[object_key]
    siblings = [each for each in object_types.values() if each.table == kind.table]
    there = {field.key for each in siblings for field in _declared_fields(each)}
    there |= {name for each in siblings for name in model_columns(each.model)} | _TAKEN_KEYS
    keys = {each.key for each in siblings}
    if kind.model is CustomRecord:
        keys |= set(MadeKind.objects.values_list("key", flat=True))
    for other in MadeField.objects.filter(object_key__in=keys).values_list("object_key", "key", "type"):
        if other[0] == object_key or other[2] != type:
            there.add(other[1])
    return _first_free(_word(label, "field"), there)


def choice_key(label: str, there: set[str]) -> str:
    """The key of a new choice among those that are there."""
    return _first_free(_word(label, "choice"), there)


def clean_label(text: object, key: str = "label") -> str:
    """A label as a person may type it: one line with something in it."""
    label = " ".join(str(text or "").split())
    if not label:
        raise Invalid({key: _("Give it a name.")})
    if len(label) > 80 or not label.isprintable():
        raise Invalid({key: _("This name is too long, or has characters that cannot be shown. 80 at most.")})
    return label


def _declared_fields(kind: ObjectType) -> list[Field]:
    return list(fields_of(declared_kind(kind.key) or kind))


def _word(label: str, otherwise: str) -> str:
    word = _NOT_WORD.sub("_", fold(label)).strip("_")[:_LONGEST].strip("_")
    return word if word and word[0].isalpha() else f"{otherwise}_{word}".strip("_")


def _first_free(word: str, there: set[str] | frozenset[str], joint: str = "_") -> str:
    if word not in there:
        return word
    return next(each for number in range(2, 10_000) if (each := f"{word}{joint}{number}") not in there)
