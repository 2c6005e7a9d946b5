"""Parts that live and die with their record, such as the lines of an order, kept in a table of their own.

The kind writes them itself, in its `create` slot; reading them costs one correlated subquery where they are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import ColumnType
from perennial.objects.fields.options import Options
from perennial.objects.fields.plain import is_empty
from perennial.objects.fields.protocol import Field, Label


@dataclass(frozen=True, slots=True)
class LinesType:
    """`parts` are the fields of one line; `parent` is the column of `table` with the record's id, `order` the order."""

    parts: tuple[Field, ...]
    table: str
    parent: str
    order: str = "position"
    most: int = 2_000
    look: str = "lines"
    column: ColumnType = ColumnType.LIST

    def clean(self, value: Any) -> list[dict[str, Any]] | None:
        if value is None:
            return None
        if isinstance(value, str | bytes) or not isinstance(value, Sequence):
            raise ValueError(_("This must be a list of lines."))
        if len(value) > self.most:
            raise ValueError(_("Too many lines: %(most)d at most.") % {"most": self.most})
        return [self._clean_line(number, line) for number, line in enumerate(value, start=1)]

    def _clean_line(self, number: int, line: Any) -> dict[str, Any]:
        if not isinstance(line, Mapping):
            raise ValueError(_("Line %(number)d is not a line.") % {"number": number})
        known = {part.key: part for part in self.parts if not part.readonly}
        if unknown := [str(key)[:40] for key in line if key not in known]:
            raise ValueError(_("Line %(number)d: there is no “%(field)s”.") % {"number": number, "field": unknown[0]})
        cleaned: dict[str, Any] = {}
        for key, part in known.items():
            try:
                cleaned[key] = part.type.clean(line.get(key))
            except ValueError as error:
                raise ValueError(
                    _("Line %(number)d, %(field)s: %(sentence)s")
                    % {"number": number, "field": part.label, "sentence": error}
                ) from None
            if is_empty(cleaned[key]):
                cleaned[key] = part.default
            if cleaned[key] is None and part.required:
                raise ValueError(_("Line %(number)d needs %(field)s.") % {"number": number, "field": part.label})
        return cleaned

    def json(self, value: Any) -> list[dict[str, Any]] | None:
        if value is None:
            return None
        return [{part.key: part.type.json(line.get(part.key)) for part in self.parts} for line in value]

    def schema(self) -> dict[str, Any]:
        properties = {}
        for part in self.parts:
            schema = part.type.schema()
            properties[part.key] = schema if part.required else {"anyOf": [schema, {"type": "null"}]}
        return {
            "type": "array",
            "maxItems": self.most,
            "items": {
                "type": "object",
                "properties": properties,
                "additionalProperties": False,
                "required": [part.key for part in self.parts],
            },
        }


def Lines(
    key: str,
    label: Label,
    parts: tuple[Field, ...],
    *,
    table: str,
    parent: str,
    order: str = "position",
    **options: Unpack[Options],
) -> Field:
    options.setdefault("is_sortable", False)
    return Field(key, LinesType(parts, table, parent, order), label, **options)
