"""Whose events count for a record, as a set: the contract by which rooms without a word for customers find them.

A kind whose records are not simply the subjects of their events says which profiles are whose:

    register_belonging("customers.customer", "SELECT p.customer_id AS record_id, p.id AS profile_id FROM …",
                       Move("customers_profile", "customer_id"))

`told_on` may say on which profile that is told what the house concludes about a record. The first `Move` is in the
table of profiles, by id: a change of that column moves what a profile did to another record.

It is asked in both directions, with a test on `record_id` or on `profile_id` around it, so each arm of it needs an
index for either. It is the counterpart, for sets, of `ObjectType.events`, which finds the events of one record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from perennial.foundation.sql import fetch


@dataclass(frozen=True, slots=True)
class Move:
    """A column that holds ids of records of the kind: when its value changes, what belongs to both has changed."""

    table: str
    column: str
    has_deleted: bool = False  # rows of the table have a `deleted_at`, which ends it too


_pairs: dict[str, str] = {}
_told_on: dict[str, str] = {}
_moves: dict[str, tuple[Move, ...]] = {}
_also: dict[str, str] = {}


def register_belonging(object_key: str, pairs: str, *moves: Move, told_on: str = "", also: str = "") -> None:
    """`pairs` and `told_on` are a SELECT without parameters, of `record_id` and `profile_id`; `also` one of the ids of
    records whose share changes with that of the records in its only parameter, a `bigint[]`."""
    if _pairs.setdefault(object_key, pairs) != pairs:
        raise ValueError(f"Whose events count for {object_key} is declared twice.")
    _moves[object_key], _also[object_key] = moves, also
    if told_on:
        _told_on[object_key] = told_on


def pairs_of(object_key: str) -> str | None:
    """None for a kind whose events are those that have its records as subject."""
    return _pairs.get(object_key)


def moves_of(object_key: str) -> tuple[Move, ...]:
    return _moves.get(object_key, ())


def records_of_profiles(object_key: str, profile_ids: Iterable[int]) -> set[int]:
    """The records of a kind for which what these profiles do counts."""
    pairs, ids = _pairs.get(object_key), sorted(set(profile_ids))
    if pairs is None or not ids:
        return set()
    found = fetch(f"SELECT DISTINCT w.record_id FROM ({pairs}) w WHERE w.profile_id = ANY(%s::bigint[])", [ids])
    return {record_id for (record_id,) in found}


def with_those_after(object_key: str, record_ids: Iterable[int]) -> set[int]:
    """These records, and those for which what they have counts too."""
    ids, also = set(record_ids), _also.get(object_key)
    return ids | {found for (found,) in fetch(also, [sorted(ids)])} if also and ids else ids


def profiles_told_on(object_key: str, record_ids: Iterable[int]) -> dict[int, int]:
    """By record, the profile on which something is told about it; none for a kind that has no such profiles."""
    pairs, ids = _told_on.get(object_key), sorted(set(record_ids))
    if pairs is None or not ids:
        return {}
    return dict(
        fetch(f"SELECT w.record_id, w.profile_id FROM ({pairs}) w WHERE w.record_id = ANY(%s::bigint[])", [ids])
    )


def moved_by(object_key: str) -> tuple[str, str] | None:
    """The table and the column that say whose a profile is; None for a kind that has no such profiles."""
    moves = _moves.get(object_key)
    return (moves[0].table, moves[0].column) if moves else None
