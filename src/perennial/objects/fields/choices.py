"""Several of a few, known beforehand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import ColumnType
from perennial.objects.fields.choice import Choices as Offered
from perennial.objects.fields.choice import ChoiceType, pairs_of
from perennial.objects.fields.options import Options
from perennial.objects.fields.plain import is_empty
from perennial.objects.fields.protocol import Field, Label

_BREAKS = re.compile(r"[;\n]")
_COMMAS = re.compile(r"[;,\n]")


@dataclass(frozen=True, slots=True)
class ChoicesType:
    """Kept by key, each once, in the order in which they are offered. In a text they stand between semicolons or
    commas."""

    choices: tuple[tuple[str, Label], ...]
    look: str = "choices"
    column: ColumnType = ColumnType.LIST

    def clean(self, value: Any) -> list[str] | None:
        if is_empty(value):
            return None
        one = ChoiceType(self.choices)
        if isinstance(value, str):
            chosen = self._from_text(value, one)
        elif isinstance(value, Mapping | bytes) or not isinstance(value, Sequence):
            raise ValueError(_("This must be a list of choices."))
        elif len(value) > 10 * len(self.choices) + 10:
            raise ValueError(_("These are more choices than there are."))
        else:
            chosen = {one.clean(each) for each in value}
        return [key for key, _label in self.choices if key in chosen] or None

    def _from_text(self, text: str, one: ChoiceType) -> set[str | None]:
        """A label may have a comma in it, so commas part only what is no choice as a whole."""
        chosen: set[str | None] = set()
        for part in _BREAKS.split(text[:20_000]):
            try:
                chosen.add(one.clean(part))
            except ValueError:
                chosen.update(one.clean(each) for each in _COMMAS.split(part))
        return chosen

    def json(self, value: Any) -> list[str] | None:
        return None if value is None else [str(each) for each in value]

    def schema(self) -> dict[str, Any]:
        return {
            "type": "array",
            "uniqueItems": True,
            "items": {"type": "string", "enum": [key for key, _label in self.choices]},
        }

    def label_of(self, value: str) -> Label:
        return ChoiceType(self.choices).label_of(value)


def Choices(key: str, label: Label, choices: Offered, **options: Unpack[Options]) -> Field:
    options.setdefault("is_sortable", False)
    return Field(key, ChoicesType(pairs_of(choices)), label, **options)
