"""One of a few, known beforehand; and yes or no."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Unpack

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import ColumnType
from perennial.objects.fields.options import Options
from perennial.objects.fields.plain import one_line
from perennial.objects.fields.protocol import Field, Label

Choices = Iterable[tuple[str, Label]] | type[TextChoices]


@dataclass(frozen=True, slots=True)
class ChoiceType:
    """Kept by key. A label in the language of whoever writes is understood too."""

    choices: tuple[tuple[str, Label], ...]
    look: str = "choice"
    column: ColumnType = ColumnType.CHOICE

    def clean(self, value: Any) -> str | None:
        text = None if value is None else one_line(value, longest=200)
        if text is None:
            return None
        lowered = text.lower()
        for key, label in self.choices:
            if lowered == key.lower() or lowered == str(label).lower():
                return key
        allowed = ", ".join(str(label) for _key, label in self.choices)
        raise ValueError(_("This must be one of: %(choices)s.") % {"choices": allowed})

    def json(self, value: Any) -> str | None:
        return None if value is None else str(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": [key for key, _label in self.choices]}

    def label_of(self, value: str | None) -> Label:
        """How a person calls it; a key that is no choice any more stays itself."""
        return next((label for key, label in self.choices if key == value), value or "")


@dataclass(frozen=True, slots=True)
class FlagType:
    look: str = "flag"
    column: ColumnType = ColumnType.FLAG

    def clean(self, value: Any) -> bool | None:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            text = value.strip()[:20].lower()
            if not text:
                return None
            if text in _YES:
                return True
            if text in _NO:
                return False
        raise ValueError(_("This must be yes or no."))

    def json(self, value: Any) -> bool | None:
        return None if value is None else bool(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


_YES = frozenset(("true", "yes", "y", "1", "on", "da", "иә", "да", "x"))
_NO = frozenset(("false", "no", "n", "0", "off", "ne", "жоқ", "нет"))


def Choice(key: str, label: Label, choices: Choices, *, look: str = "choice", **options: Unpack[Options]) -> Field:
    """`choices` is an enumeration of Django's, or pairs of key and label; `look` draws them as chips ("stage")."""
    return Field(key, ChoiceType(pairs_of(choices), look), label, **options)


def pairs_of(choices: Choices) -> tuple[tuple[str, Label], ...]:
    pairs = choices.choices if isinstance(choices, type) else choices
    return tuple((str(each), text) for each, text in pairs)


def Flag(key: str, label: Label, **options: Unpack[Options]) -> Field:
    return Field(key, FlagType(), label, **options)
