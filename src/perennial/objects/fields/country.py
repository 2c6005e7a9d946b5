"""A country, kept by its two letters (ISO 3166), understood by its codes and by its names in our languages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Unpack

import pycountry
from babel import Locale
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import ColumnType
from perennial.foundation.text import fold
from perennial.objects.fields.options import Options
from perennial.objects.fields.plain import one_line
from perennial.objects.fields.protocol import Field, Label

_LANGUAGES = ("en", "bs", "kk", "ru", "de")
_ALSO = {
    "uk": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "great britain": "GB",
    "northern ireland": "GB",
    "usa": "US",
    "us of a": "US",
    "eire": "IE",
    "rsa": "ZA",
    "uae": "AE",
    "korea": "KR",
    "holland": "NL",
    "russia": "RU",
    "czech republic": "CZ",
    "turkey": "TR",
    "bosnia": "BA",
}


@dataclass(frozen=True, slots=True)
class CountryType:
    look: str = "country"
    column: ColumnType = ColumnType.TEXT

    def clean(self, value: Any) -> str | None:
        text = None if value is None else one_line(value, longest=100)
        if text is None:
            return None
        code = _codes().get(fold(text))
        if code is None:
            raise ValueError(_("This country is not known. Write its name, or its two letters such as GB."))
        return code

    def json(self, value: Any) -> str | None:
        return None if value is None else str(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[A-Z]{2}$"}


def country_name(code: str, language: str | None = None) -> str:
    """The country as a person of that language calls it; an unknown code as it is."""
    territories = Locale.parse(language or get_language() or "en", sep="-").territories
    return str(territories.get(code, code))


def countries(language: str | None = None) -> list[tuple[str, str]]:
    """(code, name) of every country, by name: for an input."""
    named = [(country.alpha_2, country_name(country.alpha_2, language)) for country in pycountry.countries]
    return sorted(named, key=lambda pair: fold(pair[1]))


@cache
def _codes() -> dict[str, str]:
    """Folded names and codes → ISO 3166 alpha-2. Earlier entries win, so codes go before names."""
    codes: dict[str, str] = {}
    for country in pycountry.countries:
        for name in (country.alpha_2, country.alpha_3):
            codes.setdefault(fold(name), country.alpha_2)
    for country in pycountry.countries:
        for name in (country.name, getattr(country, "official_name", ""), getattr(country, "common_name", "")):
            codes.setdefault(fold(name), country.alpha_2)
    known = {country.alpha_2 for country in pycountry.countries}
    for language in _LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in known:
                codes.setdefault(fold(name), code)
    codes.pop("", None)
    return {**_ALSO, **codes} | {"uk": "GB"}


def Country(key: str, label: Label, **options: Unpack[Options]) -> Field:
    return Field(key, CountryType(), label, **options)
