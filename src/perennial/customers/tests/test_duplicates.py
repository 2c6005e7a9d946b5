"""Pairs of customers that may be the same: who sees them, what is decided, and that it stays decided."""

from __future__ import annotations

from dataclasses import replace

import pytest

from perennial.customers.objects import COMPANY, PERSON
from perennial.foundation.errors import Forbidden, Invalid, NotFound, Refused
from perennial.objects.duplicates.deciding import ask_again, keep_apart, merge_pair, merge_surest, unmerge_pair
from perennial.objects.duplicates.keeping import FoundPair, keep_found, keep_sweep
from perennial.objects.duplicates.pairs import Pair, count_open, open_pairs, pair_of, pairs_with
from perennial.objects.history import history
from perennial.objects.made.defining import make_field
from perennial.objects.query import get
from perennial.objects.running import run_action, undo_run
from perennial.objects.types import current
from perennial.objects.writing import create_record, update_record
from perennial.workspace.actor import SYSTEM, Actor
from perennial.workspace.tests.cast import Cast

KEY = PERSON.key


def people(cast: Cast, *names: str, **values: object) -> list[int]:
    return [create_record(PERSON, {"name": name, **values}, by=cast.ada) for name in names]


def seen(by: Actor) -> list[tuple[int, int]]:
    return [(pair.one_id, pair.other_id) for pair in open_pairs(PERSON, by=by)]


def only_pair(cast: Cast) -> Pair:
    (pair,) = open_pairs(PERSON, by=cast.ada)
    return pair


def test_a_pair_is_shown_to_who_may_see_both(cast: Cast) -> None:
    one, two, three = people(cast, "Cleo", "Kleo", "Clea")
    keep_sweep(KEY, [FoundPair(two, one, 0.9, (("name", False),)), FoundPair(two, three, 0.95)])
    assert seen(cast.ada) == [(two, three), (one, two)]
    assert (count_open(PERSON, by=cast.ada), count_open(PERSON, by=cast.ada, least=0.92)) == ((2, False), (1, False))
    assert [pair.reasons for pair in pairs_with(PERSON, one, by=cast.ada)] == [(("name", False),)]
    assert seen(cast.dov) == []
    for id in (one, two):
        update_record(PERSON, id, {"owner": cast.ben_user.pk}, by=cast.ada)
    ben = seen(cast.ben)
    assert (two, three) not in ben or get(PERSON, three, by=cast.ben)
    with pytest.raises(NotFound):
        pair_of(PERSON, open_pairs(PERSON, by=cast.ada)[0].id, by=cast.dov)
    with pytest.raises(NotFound):
        keep_apart(PERSON, open_pairs(PERSON, by=cast.ada)[0], by=cast.dov)
    with pytest.raises(Forbidden):
        merge_pair(PERSON, open_pairs(PERSON, by=cast.ada)[0], winner=two, fields={}, by=cast.ben)


def test_never_stays_never_whatever_later_sweeps_find(cast: Cast) -> None:
    one, two = people(cast, "Cleo", "Kleo")
    found = [FoundPair(one, two, 0.9)]
    keep_sweep(KEY, found)
    pair = only_pair(cast)
    run = keep_apart(PERSON, pair, by=cast.ada)
    assert next((each.kind, each.actor_name, each.can_undo) for each in history(PERSON, one, by=cast.ada)) == (
        "apart", "Ada", True,
    )  # fmt: skip
    keep_sweep(KEY, found)
    keep_found(KEY, found)
    assert seen(cast.ada) == []
    with pytest.raises(NotFound):
        undo_run(run.id, by=cast.dov)
    undo_run(run.id, by=cast.ada)
    assert seen(cast.ada) == [(one, two)]
    keep_apart(PERSON, only_pair(cast), by=cast.ada)
    again = ask_again(PERSON, pair, by=cast.ada)
    assert seen(cast.ada) == [(one, two)]
    undo_run(again.id, by=cast.ada)
    assert seen(cast.ada) == []
    ask_again(PERSON, pair, by=cast.ada)
    assert seen(cast.ada) == [(one, two)]
    keep_sweep(KEY, [])
    assert seen(cast.ada) == []


def test_two_that_nobody_has_found_are_kept_apart_by_whom_it_may_concern(cast: Cast) -> None:
    ids = people(cast, "Cleo", "Kleo", "Clea", owner=cast.ben_user.pk)
    for by, error in ((cast.ben, Forbidden), (cast.dov, NotFound)):
        with pytest.raises(error):
            run_action("objects.keep_apart", ids, by=by, on=KEY)
    with pytest.raises(Invalid):
        run_action("objects.keep_apart", ids[:1], by=cast.ada, on=KEY)
    run = run_action("objects.keep_apart", ids, by=cast.ada, on=KEY)
    keep_sweep(KEY, [FoundPair(ids[0], ids[1], 0.9)])
    assert seen(cast.ada) == []
    undo_run(run.id, by=cast.ada)
    keep_sweep(KEY, [FoundPair(ids[0], ids[1], 0.9)])
    assert seen(cast.ada) == [(ids[0], ids[1])]


def test_merging_a_pair_takes_the_fields_chosen_follows_the_others_and_can_be_undone(cast: Cast) -> None:
    make_field(KEY, type="text", label="Shoe size", options={}, by=cast.ada)
    size = next(field.key for field in current(PERSON).fields if field.is_custom)
    one, two = people(cast, "Cleo", "Kleo", city="Almaty")
    (three,) = people(cast, "Cleopatra")
    update_record(PERSON, two, {size: "39", "city": "Astana"}, by=cast.ada)
    keep_sweep(KEY, [FoundPair(one, two, 0.9), FoundPair(two, three, 0.8)])
    pair = open_pairs(PERSON, by=cast.ada)[0]
    merge_pair(PERSON, pair, winner=one, fields={"city": two}, by=cast.ada)
    values = get(PERSON, one, by=cast.ada).values
    assert (values["name"], values["city"], values[size]) == ("Cleo", "Astana", "39")
    assert seen(cast.ada) == [(one, three)]
    unmerge_pair(PERSON, pair, by=cast.ada)
    back = get(PERSON, one, by=cast.ada).values
    assert (back["city"], back[size]) == ("Almaty", None)
    assert get(PERSON, two, by=cast.ada).values[size] == "39"
    assert (one, two) in seen(cast.ada)
    with pytest.raises(NotFound):
        unmerge_pair(PERSON, pair, by=cast.ada)


def test_many_are_merged_above_what_a_person_chose_and_never_by_a_machine(cast: Cast) -> None:
    ids = people(cast, "Cleo", "Kleo", "Clea", "Theo", "Teo")
    keep_sweep(KEY, [
        FoundPair(ids[0], ids[1], 0.99), FoundPair(ids[1], ids[2], 0.98), FoundPair(ids[3], ids[4], 0.7)
    ])  # fmt: skip
    for id in (ids[3], ids[4]):
        update_record(PERSON, id, {"email": f"{id}@example.com"}, by=cast.ada)
    assert merge_surest(PERSON, least=0.9, by=cast.ada) == (2, 0)
    assert seen(cast.ada) == [(ids[3], ids[4])]
    machine = replace(SYSTEM, kind="key")
    with pytest.raises(Refused):
        merge_pair(PERSON, only_pair(cast), winner=ids[3], fields={}, by=machine)
    assert seen(cast.ada) == [(ids[3], ids[4])]
    assert open_pairs(COMPANY, by=cast.ada) == []
