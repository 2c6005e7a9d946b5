"""The people and companies of a group of calls: looked up together, placed one after another, written together."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from perennial.customers import identities
from perennial.customers.identities import Key, Known, anonymous, user
from perennial.customers.intake import records
from perennial.customers.intake.calls import Call
from perennial.customers.intake.joining import Joining
from perennial.customers.intake.records import Draft
from perennial.customers.intake.traits import Fields, company_fields, employer, person_fields, read_traits, tells_who
from perennial.foundation.sql import execute, fetch
from perennial.foundation.text import sort_key


class _Said:
    """What the traits of one call say."""

    __slots__ = ("company", "company_id", "company_name", "fields")

    def __init__(self, call: Call) -> None:
        traits = read_traits(call.traits)
        self.company_id, self.company = "", Fields()
        if call.kind == "group":
            self.fields = Fields()
            self.company_id, self.company = call.other_id, company_fields(traits)
        else:
            self.fields = person_fields(traits)
            self.company_id, self.company = employer(traits)
        self.company_name = sort_key(self.company.get("name", ""))


class People:
    """Give it the calls of a group, `place` each of them in order, then `write` what came of it."""

    def __init__(self, calls: Sequence[Call]) -> None:
        self._said = {id(call): _Said(call) for call in calls if call.kind in ("identify", "group")}
        self._joining = _joining(calls)
        self._people: dict[int, Draft] = {}  # by customer; numbers below zero are Joining's
        self._companies = _Companies(self._said.values())

    def place(self, call: Call, cause: uuid.UUID) -> tuple[int, Draft | None]:
        """The profile that the call belongs to, and the company that a group call is about."""
        said = self._said.get(id(call))
        is_telling = call.kind == "identify" and said is not None and tells_who(said.fields)
        profile = self._joining.place(call, tells_who=is_telling)
        customer = self._joining.customers.get(profile)
        if customer is not None and (customer < 0 or customer in self._joining.names):
            self._person(customer, call, cause)
        if said is None:
            return profile, None
        company = self._companies.draft(said, call, cause)
        if customer is not None and (said.fields or company):
            person = self._person(customer, call, cause)
            person.say(said.fields, call, cause)
            person.company = company or person.company
        return profile, company if call.kind == "group" else None

    def write(self) -> None:
        for customer, external_id in self._joining.names.items():
            self._people[customer].external_id = external_id
        drafts = [*self._companies.drafts, *self._people.values()]
        new = [draft for draft in drafts if draft.id is None]
        records.create(new, _draw_ids(len(new)))
        fresh = set(map(id, new))
        records.change([draft for draft in drafts if id(draft) not in fresh])
        numbers = {number: draft.id for number, draft in self._people.items() if draft.id is not None}
        identities.attach({
            profile: numbers.get(customer, customer) for profile, customer in self._joining.attached.items()
        })  # fmt: skip
        shared = self._joining.shared
        if shared:
            execute(
                "UPDATE customers_identity i SET profile_id = new.profile_id"
                " FROM unnest(%s::text[], %s::bigint[]) AS new (value, profile_id)"
                " WHERE i.kind = 'anonymous_id' AND i.value = new.value",
                [list(shared), list(shared.values())],
            )

    def _person(self, customer: int, call: Call, cause: uuid.UUID) -> Draft:
        draft = self._people.get(customer)
        if draft is None:
            draft = self._people[customer] = Draft("person", call, cause, id=customer if customer > 0 else None)
        return draft


class _Companies:
    """The companies that a group of calls names: by their id, or by their name where a person's traits give no id."""

    def __init__(self, said: Iterable[_Said]) -> None:
        said = list(said)
        self.drafts: list[Draft] = []
        self._ids = _by_external_id("company", {each.company_id for each in said if each.company_id})
        self._names = _by_name({each.company_name for each in said if each.company_name and not each.company_id})
        self._by_id: dict[str, Draft] = {}
        self._by_name: dict[str, Draft] = {}
        self._known: dict[int, Draft] = {}

    def draft(self, said: _Said, call: Call, cause: uuid.UUID) -> Draft | None:
        if not said.company_id and not said.company_name:
            return None
        if said.company_id:
            draft = self._by_id.get(said.company_id) or self._draft(said, self._ids.get(said.company_id), call, cause)
            self._by_id[said.company_id] = draft
        else:
            draft = self._by_name.get(said.company_name) or self._draft(
                said, self._names.get(said.company_name), call, cause
            )
        if said.company_name:
            self._by_name.setdefault(said.company_name, draft)
        draft.say(said.company, call, cause)
        return draft

    def _draft(self, said: _Said, number: int | None, call: Call, cause: uuid.UUID) -> Draft:
        draft = self._known.get(number) if number is not None else None
        if draft is None:
            draft = Draft("company", call, cause, id=number, external_id=said.company_id or None)
            self.drafts.append(draft)
            if number is not None:
                self._known[number] = draft
        return draft


def _profiles(calls: Sequence[Call]) -> tuple[dict[Key, Known], set[str]]:
    """Of all ids in the group, made where they are new; and the user ids that were known before.

    One statement when nobody is new.
    """
    previous = {user(call.other_id) for call in calls if call.kind == "alias"}
    needed = {user(call.user_id) for call in calls if call.user_id}
    needed |= {anonymous(call.device) for call in calls if call.device}
    known = identities.find(needed | previous)
    needed |= {
        anonymous(call.other_id) for call in calls if call.kind == "alias" and user(call.other_id) not in known
    }  # fmt: skip
    seen = {key.value for key in known if key.kind == "user_id"}
    missing = needed - known.keys()
    return known | (identities.ensure_profiles(missing) if missing else {}), seen


def _joining(calls: Sequence[Call]) -> Joining:
    """Only what the rules ask for is looked up: mostly nothing, since most ids are known and joined already."""
    known, seen = _profiles(calls)
    users = {key.value: each.profile_id for key, each in known.items() if key.kind == "user_id"}
    devices = {key.value: each.profile_id for key, each in known.items() if key.kind == "anonymous_id"}
    customers = {each.profile_id: each.customer_id for each in known.values() if each.customer_id is not None}
    strangers = {call.user_id for call in calls if call.user_id and users[call.user_id] not in customers}
    registered = _by_external_id("person", strangers)
    leads = {
        customers[devices[call.device]]
        for call in calls
        if call.user_id in strangers and call.device and devices[call.device] in customers
    }
    taken, numbered = _claimed({*registered.values(), *leads})
    return Joining(users, devices, customers, registered, taken, numbered, seen)


def _by_name(names: set[str]) -> dict[str, int]:
    """Companies by their folded name; of two that share one, the elder."""
    if not names:
        return {}
    rows = fetch(
        "SELECT sort_key, min(id) FROM customers_customer"
        " WHERE kind = 'company' AND sort_key = ANY(%s) AND deleted_at IS NULL GROUP BY sort_key",
        [list(names)],
    )
    return dict(rows)


def _by_external_id(kind: str, external_ids: set[str]) -> dict[str, int]:
    if not external_ids:
        return {}
    rows = fetch(
        "SELECT external_id, id FROM customers_customer"
        " WHERE kind = %s AND external_id = ANY(%s) AND deleted_at IS NULL",
        [kind, list(external_ids)],
    )
    return dict(rows)


def _claimed(customer_ids: set[int]) -> tuple[set[int], set[int]]:
    """Which of them have a user id, and which an external id."""
    if not customer_ids:
        return set(), set()
    rows = fetch(
        "SELECT c.id, c.external_id IS NOT NULL, EXISTS (SELECT 1 FROM customers_profile p"
        " WHERE p.customer_id = c.id AND p.kind = 'user') FROM customers_customer c WHERE c.id = ANY(%s)",
        [list(customer_ids)],
    )
    return {id for id, _, is_taken in rows if is_taken}, {id for id, is_numbered, _ in rows if is_numbered}


def _draw_ids(count: int) -> list[int]:
    if not count:
        return []
    return [
        id
        for (id,) in fetch(
            "SELECT nextval(pg_get_serial_sequence('customers_customer', 'id')) FROM generate_series(1, %s)", [count]
        )
    ]
