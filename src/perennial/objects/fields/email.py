"""An e-mail address, in lower case: addresses that differ in case alone are one person's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Unpack

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import ColumnType
from perennial.objects.fields.options import Options
from perennial.objects.fields.plain import one_line
from perennial.objects.fields.protocol import Field, Label

# What nearly all addresses look like; the others are put to Django's slower judgement.
_USUAL = re.compile(r"[a-z0-9_+-]+(\.[a-z0-9_+-]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


@dataclass(frozen=True, slots=True)
class EmailType:
    longest: int = 254
    look: str = "email"
    column: ColumnType = ColumnType.TEXT

    def clean(self, value: Any) -> str | None:
        text = None if value is None else one_line(value, longest=self.longest)
        if text is None:
            return None
        text = text.lower().removeprefix("mailto:")
        if not _USUAL.fullmatch(text):
            try:
                validate_email(text)
            except ValidationError:
                raise ValueError(_("This is not an e-mail address. It looks like name@example.com.")) from None
        return text

    def json(self, value: Any) -> str | None:
        return None if value is None else str(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "email", "maxLength": self.longest}


def Email(key: str, label: Label, **options: Unpack[Options]) -> Field:
    return Field(key, EmailType(), label, **options)
