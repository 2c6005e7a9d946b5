"""People and companies as records: customers, profiles, identities, and the changes that made them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from perennial.foundation.text import fold
from perennial.server.simulation.columns import (
    gram_lists,
    joined,
    json_of,
    moments,
    only_where,
    pick,
    texts,
    whole,
)
from perennial.server.simulation.loading import copy_columns, reserve_ids
from perennial.server.simulation.model import Lives, Numbers
from perennial.server.simulation.names import COUNTRIES, INDUSTRIES, MAIL_DOMAINS, TRADES
from perennial.workspace.actor import SYSTEM

WITH_ACCOUNT, WITH_PHONE, WITH_EMAIL, WITH_COMPANY = 0.7, 0.85, 0.95, 0.1
_CODES = texts([country.code for country in COUNTRIES])


@dataclass(frozen=True, slots=True)
class Cast:
    """Ids of everybody who was made. `visits` is the profile that a person's visits arrive for."""

    first_person: int
    people: int
    first_company: int
    companies: int
    profile: Numbers
    visits: Numbers
    country: Numbers


def load_people(lives: Lives, *, companies: int, random: np.random.Generator, cause: str) -> Cast:
    count = len(lives.arrived)
    first_company = reserve_ids("customers_customer", companies + count)
    first = first_company + companies
    firms, ids = first_company + np.arange(companies), first + np.arange(count)
    country = random.choice(len(COUNTRIES), count, p=[each.share for each in COUNTRIES]).astype(np.int8)
    works = random.random(count) < (WITH_COMPANY if companies else 0)
    employer = first_company + (companies * random.random(count) ** 2).astype(np.int64)
    known = np.full(companies, lives.arrived.max(initial=0))  # a company is known as soon as the first of its people
    np.minimum.at(known, employer[works] - first_company, lives.arrived[works])
    profiles = reserve_ids("customers_profile", companies + count)
    profile = profiles + companies + np.arange(count)
    if companies:
        _load(firms, profiles + np.arange(companies), _companies(firms, random), known, "company", cause)
    _load(ids, profile, _people(ids, country, only_where(pa.array(employer), works), random), lives.arrived, "person",
          cause)  # fmt: skip
    has_account = random.random(count) < WITH_ACCOUNT
    users = reserve_ids("customers_profile", int(has_account.sum())) + np.cumsum(has_account) - 1
    _load_accounts(users[has_account], ids[has_account], lives.arrived[has_account])
    return Cast(first, count, first_company, companies, profile, np.where(has_account, users, profile), country)


def _people(ids: Numbers, country: Numbers, employer: pa.Array, random: np.random.Generator) -> dict[str, pa.Array]:
    count = len(country)
    given, family = _names(country, random, "first"), _names(country, random, "last")
    mail = joined(_folded(given), ".", _folded(family), whole(ids), "@",
                  pick(MAIL_DOMAINS, random.integers(0, len(MAIL_DOMAINS), count)))  # fmt: skip
    return {
        "name": joined(_picked(given), _picked(family), by=" "),
        "first_name": _picked(given),
        "last_name": _picked(family),
        "email": only_where(mail, random.random(count) < WITH_EMAIL),
        "phone": only_where(_phones(country, random), random.random(count) < WITH_PHONE),
        "company_id": employer,
        "country": pick(_CODES, country),
        "city": _picked(_names(country, random, "cities")),
        "external_id": joined("P", whole(ids, digits=7)),
    }


def _companies(ids: Numbers, random: np.random.Generator) -> dict[str, pa.Array]:
    count = len(ids)
    country = random.choice(len(COUNTRIES), count, p=[each.share for each in COUNTRIES])
    family = _names(country, random, "last")
    trade = random.integers(0, len(TRADES), count)
    trades = pick([each.lower() for each in TRADES], trade)
    host = joined(_folded(family), "-", trades, whole(ids), ".example")
    return {
        "name": joined(_picked(family), pick(TRADES, trade), by=" "),
        "email": joined("office@", host),
        "phone": _phones(country, random),
        "domain": host,
        "industry": pick(INDUSTRIES, trade),
        "country": pick(_CODES, country),
        "city": _picked(_names(country, random, "cities")),
        "external_id": joined("C", whole(ids, digits=6)),
    }


def _load(ids: Numbers, profiles: Numbers, facts: dict[str, pa.Array], known: Numbers, kind: str, cause: str) -> None:
    name = pc.dictionary_encode(facts["name"])
    folded_name = texts([fold(each) for each in name.dictionary.to_pylist()]).take(name.indices)
    searched = [facts[key] for key in ("email", "phone", "domain") if key in facts]
    folded = joined(folded_name, *searched, pc.utf8_lower(facts["external_id"]), by=" ", skip=True)
    added, customer, profile = moments(known), pa.array(ids), pa.array(profiles)
    copy_columns("customers_customer", {
        "id": customer, "kind": kind, **facts, "sort_key": folded_name, "folded": folded,
        "grams": gram_lists(folded), "version": 1, "is_sample": False, "custom": "{}", "created_at": added,
        "updated_at": added,
    })  # fmt: skip
    told = {key: column for key, column in facts.items() if pa.types.is_string(column.type)}
    copy_columns("timeline_change", {
        "occurred_at": added, "known_at": added, "object_key": f"customers.{kind}", "record_id": customer,
        "kind": "create", "values": json_of(**told), "actor": SYSTEM.log_name, "action": "simulate", "cause": cause,
    })  # fmt: skip
    copy_columns("customers_profile", {
        "id": profile, "kind": "record", "customer_id": customer, "made_for_id": customer, "created_at": added,
    })  # fmt: skip
    keys = {"email": facts["email"], "external": joined(f"{kind}:", facts["external_id"])}
    for key, values in keys.items():
        has = pc.is_valid(values)
        copy_columns("customers_identity", {
            "kind": key, "value": values.filter(has), "profile_id": profile.filter(has),
            "created_at": added.filter(has),
        })  # fmt: skip


def _load_accounts(profiles: Numbers, ids: Numbers, known: Numbers) -> None:
    """Whom their visits arrive for: those who signed in once are users of the shop."""
    profile, customer, since = pa.array(profiles), pa.array(ids), moments(known)
    copy_columns("customers_profile", {"id": profile, "kind": "user", "customer_id": customer, "created_at": since})
    copy_columns("customers_identity", {
        "kind": "user_id", "value": joined("user-", whole(ids)), "profile_id": profile, "created_at": since,
    })  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Names:
    """Words of all countries in one list, and a place in it for each row."""

    words: list[str]
    places: Numbers


def _names(country: Numbers, random: np.random.Generator, which: str) -> _Names:
    lists: list[tuple[str, ...]] = [getattr(each, which) for each in COUNTRIES]
    sizes = np.array([len(words) for words in lists])
    starts = np.cumsum(sizes) - sizes
    rare = random.random(len(country)) ** 1.4  # some names are more common than others
    return _Names([word for words in lists for word in words], starts[country] + (sizes[country] * rare).astype(int))


def _picked(names: _Names) -> pa.Array:
    return pick(names.words, names.places)


def _folded(names: _Names) -> pa.Array:
    return pick([fold(word).replace(" ", "") for word in names.words], names.places)


def _phones(country: Numbers, random: np.random.Generator) -> pa.Array:
    digits = np.array([each.phone[1] for each in COUNTRIES])[country]
    number = (random.random(len(country)) * 10.0**digits).astype(np.int64)
    text = whole(number + 10**digits)  # a one in front keeps the zeros
    return joined(pick([each.phone[0] for each in COUNTRIES], country), pc.utf8_slice_codeunits(text, 1))
