"""A relation to several records of a kind. Kept as a list of ids; a row holds a list of `Link`, with titles to show."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import ColumnType
from perennial.objects.fields.options import Options
from perennial.objects.fields.plain import is_empty
from perennial.objects.fields.protocol import Field, Label
from perennial.objects.fields.ref import RefType

_BREAKS = re.compile(r"[;,\s]+")


@dataclass(frozen=True, slots=True)
class RefsType:
    """Each record once, in the order in which they were named."""

    object_key: str
    most: int = 200
    look: str = "refs"
    column: ColumnType = ColumnType.REFS

    def clean(self, value: Any) -> list[int] | None:
        if is_empty(value):
            return None
        if isinstance(value, str):
            value = _BREAKS.split(value.strip()) if len(value) <= 20 * self.most else None
        elif isinstance(value, int) and not isinstance(value, bool):
            value = [value]
        if isinstance(value, Mapping | bytes) or not isinstance(value, Sequence):
            raise ValueError(_("Name the records by a list of their ids."))
        if len(value) > self.most:
            raise ValueError(_("Too many records: %(most)d at most.") % {"most": self.most})
        one = RefType(self.object_key)
        ids = [one.clean(each) for each in value]
        return list(dict.fromkeys(id for id in ids if id is not None)) or None

    def json(self, value: Any) -> Any:
        """As its like for one record does: with titles from a row, bare ids of what was only cleaned."""
        one = RefType(self.object_key)
        return None if value is None else [one.json(each) for each in value]

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "maxItems": self.most, "items": RefType(self.object_key).schema()}


def Refs(key: str, label: Label, object_key: str, *, most: int = 200, **options: Unpack[Options]) -> Field:
    options.setdefault("is_sortable", False)
    return Field(key, RefsType(object_key, most), label, **options)
