"""A line of text, and text of many lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Unpack

from perennial.conditions.schema import ColumnType
from perennial.objects.fields.options import Options
from perennial.objects.fields.plain import many_lines, one_line
from perennial.objects.fields.protocol import Field, Label


@dataclass(frozen=True, slots=True)
class TextType:
    longest: int = 200
    look: str = "text"
    column: ColumnType = ColumnType.TEXT

    def clean(self, value: Any) -> str | None:
        return None if value is None else one_line(value, longest=self.longest)

    def json(self, value: Any) -> str | None:
        return None if value is None else str(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.longest}


@dataclass(frozen=True, slots=True)
class LongTextType:
    longest: int = 20_000
    look: str = "long_text"
    column: ColumnType = ColumnType.TEXT

    def clean(self, value: Any) -> str | None:
        return None if value is None else many_lines(value, longest=self.longest)

    def json(self, value: Any) -> str | None:
        return None if value is None else str(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.longest}


def Text(key: str, label: Label, *, longest: int = 200, **options: Unpack[Options]) -> Field:
    return Field(key, TextType(longest), label, **options)


def LongText(key: str, label: Label, *, longest: int = 20_000, **options: Unpack[Options]) -> Field:
    return Field(key, LongTextType(longest), label, **options)
