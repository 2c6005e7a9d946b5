"""What traits say about a person or a company, as fields of its record, cleaned as everywhere else.

Unknown traits, and known ones that do not fit their field, stay in the event's properties; a null says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from perennial.customers.objects import COMPANY, PERSON
from perennial.objects.types import ObjectType

Fields = dict[str, str]
_RECOGNISABLE = frozenset({"email", "phone", "name", "first_name", "last_name"})


def read_traits(raw: bytes) -> dict[str, Any]:
    traits = msgspec.json.decode(raw) if raw else {}
    return traits if isinstance(traits, dict) else {}


def person_fields(traits: Mapping[str, Any]) -> Fields:
    said = {
        "name": traits.get("name"),
        "first_name": traits.get("firstName", traits.get("first_name")),
        "last_name": traits.get("lastName", traits.get("last_name")),
    }
    return _cleaned(PERSON, {**said, **_contact(traits)})


def company_fields(traits: Mapping[str, Any]) -> Fields:
    said = {
        "name": traits.get("name"),
        "industry": traits.get("industry"),
        "domain": _host(traits.get("website", traits.get("domain"))),
    }
    return _cleaned(COMPANY, {**said, **_contact(traits)})


def tells_who(fields: Fields) -> bool:
    """Whether a visitor without a user id can be recognised as a person by this."""
    return not _RECOGNISABLE.isdisjoint(fields)


def employer(traits: Mapping[str, Any]) -> tuple[str, Fields]:
    """(id, fields) of the company that a person's traits name, as a text or an object; empty when there is none."""
    company = traits.get("company")
    if isinstance(company, str):
        company = {"name": company}
    if not isinstance(company, dict):
        return "", {}
    return _cleaned(COMPANY, {"external_id": company.get("id")}).get("external_id", ""), company_fields(company)


def _contact(traits: Mapping[str, Any]) -> dict[str, Any]:
    address = traits.get("address")
    if not isinstance(address, dict):
        address = {}
    return {
        "email": traits.get("email"),
        "phone": traits.get("phone"),
        "country": address.get("country", traits.get("country")),
        "city": address.get("city", traits.get("city")),
    }


def _cleaned(kind: ObjectType, said: Mapping[str, Any]) -> Fields:
    """By the fields' own types; what one of them refuses is left out, since the rest of the event is good."""
    fields: Fields = {}
    for key, value in said.items():
        field = kind.field(key)
        if value is None or field is None:
            continue
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)  # numbers of customers and telephones are sent so by some clients
        try:
            clean = field.type.clean(value)
        except ValueError:
            continue
        if clean:
            fields[key] = clean
    return fields


def _host(website: Any) -> str | None:
    """ "https://www.example.com/about" is the domain example.com."""
    if not isinstance(website, str):
        return None
    try:
        host = urlsplit(website if "//" in website else f"//{website}").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None
