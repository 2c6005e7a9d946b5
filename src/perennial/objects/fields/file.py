"""A file that was uploaded beforehand (`objects.files`), named by its id. A row holds a `FileLink`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Unpack

from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import ColumnType
from perennial.objects.fields.options import Options
from perennial.objects.fields.plain import is_empty
from perennial.objects.fields.protocol import Field, Label

_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


class FileLink(NamedTuple):
    """A file as a row has it; the name is empty where the file is gone."""

    id: str
    name: str
    size: int
    media_type: str
    object_key: str = ""  # the record and the field that it stands in, through which it is fetched
    record_id: int = 0
    field: str = ""


@dataclass(frozen=True, slots=True)
class FileType:
    look: str = "file"
    column: ColumnType = ColumnType.TEXT

    def clean(self, value: Any) -> str | None:
        if isinstance(value, FileLink):
            return value.id
        if isinstance(value, Mapping):
            value = value.get("id")
            if value is None:
                raise _no_file()
        if is_empty(value):
            return None
        text = value.strip().lower().replace("-", "") if isinstance(value, str) and len(value) < 60 else ""
        if not _ID.fullmatch(text):
            raise _no_file()
        return text

    def json(self, value: Any) -> Any:
        """With its name from a row; the bare id of what was only cleaned."""
        if isinstance(value, FileLink):
            return {"id": value.id, "name": value.name, "size": value.size, "media_type": value.media_type}
        return None if value is None else str(value)

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["id", "name", "size", "media_type"],
            "additionalProperties": False,
            "properties": {
                "id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
                "name": {"type": "string"},
                "size": {"type": "integer", "minimum": 0},
                "media_type": {"type": "string"},
            },
        }


def _no_file() -> ValueError:
    return ValueError(_("Upload the file first, then name it by its id."))


def File(key: str, label: Label, **options: Unpack[Options]) -> Field:
    options.setdefault("is_sortable", False)
    return Field(key, FileType(), label, **options)
