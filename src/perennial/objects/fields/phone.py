"""A telephone number, kept in E.164 ("+447911123456"). Numbers without a country code are read as the firm's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Unpack

import phonenumbers
from babel.core import get_global
from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import ColumnType
from perennial.objects.fields.options import Options
from perennial.objects.fields.plain import one_line
from perennial.objects.fields.protocol import Field, Label
from perennial.workspace.firm import the_firm

_WORLDWIDE = re.compile(r"\+[1-9][0-9 ().-]{5,30}", re.ASCII)
_SIGNS = str.maketrans("", "", " ().-")


@dataclass(frozen=True, slots=True)
class PhoneType:
    look: str = "phone"
    column: ColumnType = ColumnType.TEXT

    def clean(self, value: Any) -> str | None:
        text = None if value is None else one_line(value, longest=60)
        if text is None:
            return None
        number = e164(text, home_country())
        if number is None:
            raise ValueError(_("This is not a telephone number. Write it with its country code: +44 20 7946 0000."))
        return number

    def json(self, value: Any) -> str | None:
        return None if value is None else str(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": 60}


def home_country() -> str | None:
    """The firm's country, by its time zone (Europe/London is in GB)."""
    territory = get_global("zone_territories").get(the_firm().timezone)
    return None if territory in (None, "001") else str(territory)


@lru_cache(maxsize=20_000)
def e164(text: str, country: str | None) -> str | None:
    """The number as the whole world dials it, or None when no telephone could have it."""
    if (plain := _worldwide(text)) is not None:
        return plain
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _worldwide(text: str) -> str | None:
    """The same for a number that is written with its country code and nothing unusual, as nearly all in files are:
    parsing takes thirty times as long. None where it has to be parsed."""
    if not _WORLDWIDE.fullmatch(text):
        return None
    number = text.translate(_SIGNS)
    for end in (2, 3, 4):
        known = _numbering(number[1:end])
        if known is not None:
            lengths, prefix = known
            own = number[end:]
            return number if len(own) in lengths and (prefix is None or not prefix.match(own)) else None
    return None


@cache
def _numbering(code: str) -> tuple[frozenset[int], re.Pattern[str] | None] | None:
    """How long the numbers behind a country code may be, and what is not part of them when they begin with it."""
    region = phonenumbers.region_code_for_country_code(int(code))
    if region in (None, phonenumbers.UNKNOWN_REGION):
        return None
    metadata = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(int(code), region)
    if metadata is None or metadata.general_desc is None:
        return None
    prefix = metadata.national_prefix_for_parsing
    return frozenset(metadata.general_desc.possible_length), re.compile(prefix) if prefix else None


def Phone(key: str, label: Label, **options: Unpack[Options]) -> Field:
    return Field(key, PhoneType(), label, **options)
