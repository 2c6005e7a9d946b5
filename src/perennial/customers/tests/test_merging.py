"""Merging, and taking a merge apart again, also after what happened since."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perennial.customers import identities
from perennial.customers.models import Customer, Merge
from perennial.customers.objects import COMPANY, NOTE, PERSON, TASK
from perennial.customers.timeline import timeline
from perennial.foundation.errors import Forbidden, Invalid, NotFound, Refused
from perennial.foundation.sql import fetch
from perennial.objects.collaboration.following import follow
from perennial.objects.collaboration.subjects import subject
from perennial.objects.query import get
from perennial.objects.running import run_action
from perennial.objects.sharing.giving import With, share_records
from perennial.objects.writing import create_record, update_record
from perennial.timeline.record import NewEvent, record
from perennial.workspace.actor import SYSTEM
from perennial.workspace.tests.cast import Cast


def merge(cast: Cast, winner: int, *losers: int, **fields: int) -> None:
    run = run_action("customers.merge_customers", [winner, *losers], {"winner": winner, "fields": fields}, by=cast.ada)
    assert all(result.is_done for result in run.results)


def unmerge(cast: Cast, loser: int, root: int) -> list[str]:
    number = Merge.objects.get(loser_id=loser, undone_at=None).pk
    (result,) = run_action("customers.unmerge", [root], {"merge": number}, by=cast.ada).results
    assert result.is_done
    return list(result.data["conflicts"])


def whose(address: str) -> int | None:
    known = identities.find([identities.email(address)]).get(identities.email(address))
    return known.customer_id if known else None


def test_the_winner_gets_what_it_lacks_and_everything_of_the_loser(cast: Cast) -> None:
    one = create_record(PERSON, {"name": "Cleo", "email": "cleo@example.com"}, by=cast.ada)
    two = create_record(
        PERSON, {"name": "C. Marsh", "email": "c@example.com", "city": "Almaty", "external_id": "7"}, by=cast.ada
    )
    note = create_record(NOTE, {"customer": two, "text": "Likes blue"}, by=cast.ada)
    merge(cast, one, two, name=two)
    row = get(PERSON, one, by=cast.ada)
    assert (row.title, row.values["email"], row.values["city"]) == ("C. Marsh", "cleo@example.com", "Almaty")
    assert get(NOTE, note, by=cast.ada).values["customer"].id == one
    assert whose("cleo@example.com") == whose("c@example.com") == one
    with pytest.raises(NotFound):
        get(PERSON, two, by=cast.ada)
    said = [entry.sentence for entry in timeline(one, by=cast.ada).entries]
    assert "C. Marsh was merged into this customer" in said
    assert "Noted: Likes blue" in said


def test_undo_gives_back_exactly_and_keeps_what_came_since(cast: Cast) -> None:
    one = create_record(PERSON, {"name": "Cleo"}, by=cast.ada)
    two = create_record(
        PERSON, {"name": "Theo", "email": "t@example.com", "city": "Oslo", "external_id": "7"}, by=cast.ada
    )
    before = {id: get(PERSON, id, by=cast.ada).values for id in (one, two)}
    task = create_record(TASK, {"title": "Ring", "customer": two}, by=cast.ada)
    merge(cast, one, two)
    later = NewEvent("web.page_viewed", identities.record_profiles([two])[two])
    record([later])
    since = create_record(TASK, {"title": "Since", "customer": one}, by=cast.ada)
    update_record(PERSON, one, {"city": "Bergen"}, by=cast.ada)
    assert unmerge(cast, two, one) == ["city"]
    after = {id: get(PERSON, id, by=cast.ada).values for id in (one, two)}
    moved = ("updated_at",)
    assert {key: value for key, value in after[two].items() if key not in moved} == {
        key: value for key, value in before[two].items() if key not in moved
    }
    assert (after[one]["email"], after[one]["external_id"], after[one]["city"]) == (None, None, "Bergen")
    assert get(TASK, task, by=cast.ada).values["customer"].id == two
    assert get(TASK, since, by=cast.ada).values["customer"].id == one
    assert later.id in {entry.id for entry in timeline(two, by=cast.ada).entries}
    assert later.id not in {entry.id for entry in timeline(one, by=cast.ada).entries}
    assert whose("t@example.com") == two


def test_companies_take_their_people_along(cast: Cast) -> None:
    one, two = (create_record(COMPANY, {"name": name}, by=cast.ada) for name in ("Acme", "Acme Ltd"))
    cleo = create_record(PERSON, {"name": "Cleo", "company": two}, by=cast.ada)
    merge(cast, one, two)
    assert get(PERSON, cleo, by=cast.ada).values["company"].title == "Acme"
    unmerge(cast, two, one)
    assert get(PERSON, cleo, by=cast.ada).values["company"].title == "Acme Ltd"


def test_who_may_not_merge(cast: Cast) -> None:
    one, two = (
        create_record(PERSON, {"name": name, "email": f"{name}@example.com"}, by=cast.ada) for name in ("a", "b")
    )
    acme = create_record(COMPANY, {"name": "Acme"}, by=cast.ada)
    with pytest.raises(Forbidden):
        run_action("customers.merge_customers", [one, two], {"winner": one}, by=cast.ben)
    with pytest.raises(NotFound):
        run_action("customers.merge_customers", [one, two], {"winner": one}, by=cast.dov)
    with pytest.raises(Refused) as machine:
        run_action("customers.merge_customers", [one, two], {"winner": one}, by=SYSTEM)
    assert machine.value.code == "identified"
    with pytest.raises(Refused) as kinds:
        run_action("customers.merge_customers", [one, acme], {"winner": one}, by=cast.ada)
    assert kinds.value.code == "two_kinds"
    with pytest.raises(Invalid):
        run_action("customers.merge_customers", [one], {"winner": one}, by=cast.ada)
    # A right to merge does not reach records that the actor may not edit.
    limited = replace(cast.ben, rights=replace(cast.ben.rights, permissions=frozenset({"customers.merge"})))
    update_record(PERSON, one, {"owner": cast.ben_user.pk}, by=cast.ada)
    with pytest.raises(Invalid):
        run_action("customers.merge_customers", [one, two], {"winner": one}, by=limited)
    assert Customer.objects.filter(merged_into=None).count() == 3


def state() -> dict[str, object]:
    """Who has which profiles and records, and what each customer is called."""
    return {
        "profiles": fetch("SELECT id, customer_id FROM customers_profile ORDER BY id"),
        "identities": fetch("SELECT kind, value, profile_id FROM customers_identity ORDER BY kind, value"),
        "tasks": fetch("SELECT id, customer_id FROM customers_task ORDER BY id"),
        "customers": fetch("SELECT id, name, email, city, external_id, merged_into_id, deleted_at IS NULL, folded"
                           " FROM customers_customer ORDER BY id"),
        "shares": fetch("SELECT record_id, user_id, reach FROM objects_share ORDER BY 1, 2"),
        "followers": fetch("SELECT record_id, user_id FROM objects_follower ORDER BY 1, 2"),
    }  # fmt: skip


STEPS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=5)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, seed=st.randoms(use_true_random=False))
def test_any_merges_undone_in_any_order_leave_everything_as_it_was(
    cast: Cast, steps: list[tuple[int, int]], seed: Random
) -> None:
    mark = transaction.savepoint()
    try:
        people = [create_record(PERSON, values, by=cast.ada) for values in (
            {"name": "Ann"}, {"name": "Bea", "email": "b@example.com"},
            {"name": "Cem", "city": "Oslo", "external_id": "c"},
            {"name": "Dia", "email": "d@example.com", "city": "Rome"})]  # fmt: skip
        for id in people:
            create_record(TASK, {"title": f"Task {id}", "customer": id}, by=cast.ada)
        for id, reach in zip(people[1:], ("view", "edit", "view"), strict=True):
            share_records(PERSON, [id], With(user_id=cast.ben_user.pk), reach=reach, by=cast.ada)
        follow(subject(PERSON.key, people[2], by=cast.ada), by=cast.ada)
        start = state()
        merged: list[int] = []
        for first, second in steps:
            here = identities.current(people)
            winner, loser = here[people[first]], here[people[second]]
            if winner != loser:
                merge(cast, winner, loser)
                merged.append(loser)
        seed.shuffle(merged)
        for loser in merged:
            winner = Merge.objects.get(loser_id=loser, undone_at=None).winner_id
            unmerge(cast, loser, identities.current([winner])[winner])
        assert state() == start
    finally:
        transaction.savepoint_rollback(mark)
