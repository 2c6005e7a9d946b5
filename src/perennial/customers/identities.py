"""Profiles and identities, set-based: who an event is about, and joining what turns out to be the same.

Every function takes many at once and is safe beside others that do the same in parallel: rows are touched in one
order, and a name that two transactions want goes to the first. All of them belong inside a transaction.

Following one `identify`: `find` says what is known already; `ensure_profiles` makes the visitor's and the user's
profile where they are new; `attach` joins a profile that has no customer yet to one. A profile that has a customer
stays with it: only merging moves it, and machines do not merge.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from perennial.customers.models import Identity, Profile
from perennial.foundation import clock
from perennial.foundation.sql import fetch, fetch_planned

LONGEST = 400  # characters of an identity's value


class Key(NamedTuple):
    """An identity: `kind` is one of `Identity.Kind`."""

    kind: str
    value: str


class Known(NamedTuple):
    """What an identity leads to. `customer_id` is None for a visitor whom nobody knows yet."""

    profile_id: int
    customer_id: int | None


def anonymous(value: str) -> Key:
    return Key(Identity.Kind.ANONYMOUS_ID, value.strip()[:LONGEST])


def user(value: str) -> Key:
    return Key(Identity.Kind.USER_ID, value.strip()[:LONGEST])


def email(value: str) -> Key:
    """Addresses are compared in lower case."""
    return Key(Identity.Kind.EMAIL, value.strip().lower()[:LONGEST])


def external(customer_kind: str, value: str) -> Key:
    """A record's number in another system; people and companies are numbered apart."""
    return Key(Identity.Kind.EXTERNAL, f"{customer_kind}:{value.strip()}"[:LONGEST])


def find(keys: Collection[Key]) -> dict[Key, Known]:
    """What is known of these identities; unknown ones are absent. One statement."""
    if not keys:
        return {}
    kinds, values = zip(*set(keys), strict=True)
    rows = fetch(
        "SELECT i.kind, i.value, p.id, p.customer_id"
        " FROM unnest(%s::text[], %s::text[]) AS k (kind, value)"
        " JOIN customers_identity i ON i.kind = k.kind AND i.value = k.value"
        " JOIN customers_profile p ON p.id = i.profile_id",
        [list(kinds), list(values)],
    )
    return {Key(kind, value): Known(*known) for kind, value, *known in rows}


def ensure_profiles(keys: Collection[Key]) -> dict[Key, Known]:
    """The profile of each identity, made where it is new: `anonymous` for a visitor id, `user` for all others.

    When two transactions make the same one, the second waits for the first and takes its profile.
    """
    known = find(keys)
    missing = sorted(set(keys) - known.keys())
    if not missing:
        return known
    # Ids are drawn first: an identity's reference to its profile is checked at the end of the transaction only, so
    # identities go in first and no profile is made for one that another transaction has just made.
    ids = [
        row[0]
        for row in fetch(
            "SELECT nextval(pg_get_serial_sequence('customers_profile', 'id')) FROM generate_series(1, %s)",
            [len(missing)],
        )
    ]
    won = claim((key, profile_id) for key, profile_id in zip(missing, ids, strict=True))
    made = {key: profile_id for key, profile_id in zip(missing, ids, strict=True) if key in won}
    fetch(
        "INSERT INTO customers_profile (id, kind, created_at)"
        " SELECT id, kind, %s FROM unnest(%s::bigint[], %s::text[]) AS new (id, kind) RETURNING id",
        [clock.now(), list(made.values()), [_profile_kind(key) for key in made]],
    )
    known |= {key: Known(profile_id, None) for key, profile_id in made.items()}
    lost = [key for key in missing if key not in made]
    return known | find(lost) if lost else known


def claim(wanted: Iterable[tuple[Key, int]], *, from_deleted: bool = False) -> set[Key]:
    """Give identities to profiles, where nobody has them yet; those that were given. Of two that want one, the first.

    `from_deleted` also takes them from profiles whose customer is deleted: an address typed anew is a new customer's.
    """
    first: dict[Key, int] = {}
    for key, profile_id in wanted:
        first.setdefault(key, profile_id)
    rows = sorted(first.items())
    if not rows:
        return set()
    taken = (
        "DO UPDATE SET profile_id = excluded.profile_id WHERE EXISTS (SELECT 1 FROM customers_profile p"
        " JOIN customers_customer c ON c.id = p.customer_id"
        " WHERE p.id = customers_identity.profile_id AND c.deleted_at IS NOT NULL)"
        if from_deleted
        else "DO NOTHING"
    )
    given = fetch_planned(
        "INSERT INTO customers_identity (kind, value, profile_id, created_at)"
        " SELECT kind, value, profile_id, %s FROM unnest(%s::text[], %s::text[], %s::bigint[])"
        f" AS new (kind, value, profile_id) ON CONFLICT (kind, value) {taken} RETURNING kind, value",
        [clock.now(), [key.kind for key, _ in rows], [key.value for key, _ in rows], [id for _, id in rows]],
    )
    return {Key(kind, value) for kind, value in given}


def release(held: Iterable[tuple[Key, int]]) -> int:
    """Take identities away from the *customers* named beside them, if they have them; how many were taken."""
    rows = sorted(dict(held).items())
    if not rows:
        return 0
    return len(
        fetch(
            "DELETE FROM customers_identity i USING customers_profile p,"
            " unnest(%s::text[], %s::text[], %s::bigint[]) AS old (kind, value, customer_id)"
            " WHERE i.kind = old.kind AND i.value = old.value AND p.id = i.profile_id"
            " AND p.customer_id = old.customer_id RETURNING i.id",
            [[key.kind for key, _ in rows], [key.value for key, _ in rows], [id for _, id in rows]],
        )
    )


def attach(pairs: Mapping[int, int]) -> dict[int, int]:
    """Join profiles (by id) to customers, where a profile has none yet; the pairs that were joined.

    From now on everything that the profile did belongs to the customer; no event is rewritten. A customer who is
    merged into another, even this very moment, stands for that one.
    """
    if not pairs:
        return {}
    settled = _settled(set(pairs.values()))
    pairs = {profile_id: settled[id] for profile_id, id in pairs.items() if id in settled}
    rows = fetch(
        "WITH ready AS (SELECT p.id, new.customer_id FROM customers_profile p"
        " JOIN unnest(%s::bigint[], %s::bigint[]) AS new (id, customer_id) ON new.id = p.id"
        " WHERE p.customer_id IS NULL ORDER BY p.id FOR UPDATE OF p)"
        " UPDATE customers_profile p SET customer_id = ready.customer_id FROM ready WHERE p.id = ready.id"
        " RETURNING p.id, p.customer_id",
        [list(pairs), list(pairs.values())],
    )
    return dict(rows)


def make_record_profiles(customer_ids: Sequence[int]) -> dict[int, int]:
    """The record profile of each new customer, as {customer: profile}."""
    if not customer_ids:
        return {}
    rows = fetch_planned(
        "INSERT INTO customers_profile (kind, customer_id, made_for_id, created_at)"
        " SELECT 'record', id, id, %s FROM unnest(%s::bigint[]) AS new (id) RETURNING made_for_id, id",
        [clock.now(), sorted(customer_ids)],
    )
    return dict(rows)


def record_profiles(customer_ids: Collection[int]) -> dict[int, int]:
    """The record profile of each customer, as {customer: profile}: what is recorded about a customer goes there."""
    if not customer_ids:
        return {}
    rows = fetch("SELECT made_for_id, id FROM customers_profile WHERE made_for_id = ANY(%s)", [list(set(customer_ids))])
    return dict(rows)


def current(customer_ids: Collection[int]) -> dict[int, int]:
    """Where each customer is now, followed through merges: itself when it was never merged into another."""
    if not customer_ids:
        return {}
    rows = fetch(
        "WITH RECURSIVE way (start, id, next) AS ("
        " SELECT id, id, merged_into_id FROM customers_customer WHERE id = ANY(%s)"
        " UNION ALL SELECT way.start, c.id, c.merged_into_id FROM way JOIN customers_customer c ON c.id = way.next)"
        " SELECT start, id FROM way WHERE next IS NULL",
        [list(set(customer_ids))],
    )
    return dict(rows)


def _settled(customer_ids: Collection[int]) -> dict[int, int]:
    """Where customers are, held there until the transaction ends: merging waits, and is waited for."""
    held: set[int] = set()
    wanted = set(customer_ids)
    while True:
        fetch("SELECT id FROM customers_customer WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE", [sorted(wanted - held)])
        held |= wanted
        where = current(customer_ids)
        wanted = set(where.values())
        if wanted <= held:
            return where


def _profile_kind(key: Key) -> str:
    return str(Profile.Kind.ANONYMOUS if key.kind == Identity.Kind.ANONYMOUS_ID else Profile.Kind.USER)
