"""The address of a web page; only http and https, so that a link never runs anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Unpack
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import ColumnType
from perennial.objects.fields.options import Options
from perennial.objects.fields.plain import one_line
from perennial.objects.fields.protocol import Field, Label


@dataclass(frozen=True, slots=True)
class UrlType:
    longest: int = 500
    look: str = "url"
    column: ColumnType = ColumnType.TEXT

    def clean(self, value: Any) -> str | None:
        text = None if value is None else one_line(value, longest=self.longest)
        if text is None:
            return None
        address = text if "://" in text else f"https://{text}"
        try:
            parts = urlsplit(address)
            is_address = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and " " not in address
        except ValueError:
            is_address = False
        if not is_address:
            raise ValueError(_("This is not a web address. It looks like https://example.com."))
        if len(address) > self.longest:
            raise ValueError(_("This is too long: %(most)d characters at most.") % {"most": self.longest})
        return address

    def json(self, value: Any) -> str | None:
        return None if value is None else str(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.longest}


def Url(key: str, label: Label, **options: Unpack[Options]) -> Field:
    return Field(key, UrlType(), label, **options)
