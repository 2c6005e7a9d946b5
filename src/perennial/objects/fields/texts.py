"""Several short texts that nobody knows beforehand: what a fact gathers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import ColumnType
from perennial.objects.fields.plain import is_empty


@dataclass(frozen=True, slots=True)
class TextsType:
    """Each once, in the order of the alphabet. In a text they stand between semicolons."""

    look: str = "tags"
    column: ColumnType = ColumnType.LIST

    def clean(self, value: Any) -> list[str] | None:
        if is_empty(value):
            return None
        if isinstance(value, str):
            value = value.split(";")
        if isinstance(value, Mapping | bytes) or not isinstance(value, Sequence):
            raise ValueError(_("This must be a list of texts."))
        return sorted({text for each in value if (text := str(each).strip())}) or None

    def json(self, value: Any) -> list[str] | None:
        return None if value is None else [str(each) for each in value]

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string"}}
