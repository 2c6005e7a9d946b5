"""Records of kinds that users made become one: what is kept, what follows, who may not, and taking it back."""

from __future__ import annotations

import pytest

from perennial.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from perennial.foundation.sql import fetch
from perennial.objects.collaboration.comments import add_comment, comments_on
from perennial.objects.collaboration.following import follow, followers_of
from perennial.objects.collaboration.subjects import subject
from perennial.objects.duplicates.deciding import merge_pair, merge_surest, unmerge_pair
from perennial.objects.duplicates.keeping import FoundPair, keep_sweep
from perennial.objects.duplicates.pairs import open_pairs
from perennial.objects.duplicates.plain import merged_into
from perennial.objects.made.defining import make_field, make_kind
from perennial.objects.query import get
from perennial.objects.running import run_action, undo_run
from perennial.objects.sharing.giving import With, share_records, shares_of
from perennial.objects.types import object_types
from perennial.objects.writing import create_record, update_record


@pytest.fixture
def boat(cast):
    made = make_kind(label="Boat", label_plural="Boats", by=cast.ada)
    make_field(made.key, type="number", label="Length", by=cast.ada)
    make_field(made.key, type="text", label="Hull number", is_unique=True, by=cast.ada)
    make_field(made.key, type="ref", label="Tender of", options={"object_key": made.key}, by=cast.ada)
    return made.key


@pytest.fixture
def trip(cast, boat):
    made = make_kind(label="Trip", label_plural="Trips", by=cast.ada)
    make_field(made.key, type="ref", label="Boat", options={"object_key": boat}, by=cast.ada)
    make_field(made.key, type="refs", label="Escorts", options={"object_key": boat}, by=cast.ada)
    return made.key


def merge(cast, kind, ids, by=None, **given):
    return run_action("objects.merge", ids, given, by=by or cast.ada, on=kind)


def values(cast, kind, id):
    return get(object_types[kind], id, by=cast.ada).values


def ids_of(links):
    return [each.id for each in links or ()]


def everything(kinds):
    return fetch(
        'SELECT id, name, custom::text, owner_id, deleted_at IS NULL FROM objects_record WHERE kind = ANY(%s)'
        " ORDER BY id", [kinds],
    )  # fmt: skip


def test_the_winner_takes_what_it_lacks_and_what_was_chosen_and_undo_gives_it_back(cast, boat, trip):
    one = create_record(object_types[boat], {"name": "Ayan", "length": 9}, by=cast.ada)
    two = create_record(object_types[boat], {"name": "Aian", "length": 10, "hull_number": "KZ-1"}, by=cast.ada)
    trips = [create_record(object_types[trip], {"name": f"T{n}", "boat": two, "escorts": escorts}, by=cast.ada)
             for n, escorts in enumerate([[two], [one, two], [two, one]])]  # fmt: skip
    before = everything([boat, trip])
    run = merge(cast, boat, [one, two], fields={"length": two})
    now = values(cast, boat, one)
    assert (now["name"], now["length"], now["hull_number"]) == ("Ayan", 10, "KZ-1")
    assert [values(cast, trip, each)["boat"].id for each in trips] == [one] * 3
    assert [ids_of(values(cast, trip, each)["escorts"]) for each in trips] == [[one]] * 3
    with pytest.raises(NotFound):
        values(cast, boat, two)
    assert merged_into(object_types[boat], two) == one
    logged = fetch("SELECT record_id, kind FROM timeline_change WHERE run_id = %s AND kind = 'merge'", [run.id])
    assert sorted(logged) == [(one, "merge"), (two, "merge")]
    undone = undo_run(run.id, by=cast.ada)
    assert undone.conflicts == []
    after = everything([boat, trip])
    assert [row[:2] for row in after] == [row[:2] for row in before]
    assert (values(cast, boat, one)["length"], values(cast, boat, one)["hull_number"]) == (9, None)
    assert values(cast, boat, two)["hull_number"] == "KZ-1"
    assert [set(ids_of(values(cast, trip, each)["escorts"])) for each in trips] == [{two}, {one, two}, {one, two}]
    with pytest.raises(Conflict):
        undo_run(run.id, by=cast.ada)


def test_what_was_changed_since_stays_and_is_a_conflict(cast, boat):
    one, two = (create_record(object_types[boat], {"name": name}, by=cast.ada) for name in ("Ayan", "Aian"))
    update_record(object_types[boat], two, {"length": 10}, by=cast.ada)
    run = merge(cast, boat, [one, two])
    update_record(object_types[boat], one, {"length": 12}, by=cast.ada)
    assert [each.field for each in undo_run(run.id, by=cast.ada).conflicts] == ["length"]
    assert (values(cast, boat, one)["length"], values(cast, boat, two)["length"]) == (12, 10)


def test_nothing_points_at_itself(cast, boat):
    one = create_record(object_types[boat], {"name": "Ayan"}, by=cast.ada)
    two = create_record(object_types[boat], {"name": "Aian", "tender_of": one}, by=cast.ada)
    update_record(object_types[boat], one, {"tender_of": two}, by=cast.ada)
    run = merge(cast, boat, [one, two])
    assert values(cast, boat, one)["tender_of"] is None
    undo_run(run.id, by=cast.ada)
    assert values(cast, boat, one)["tender_of"].id == two
    assert values(cast, boat, two)["tender_of"].id == one


def test_comments_shares_and_followers_come_along_and_go_back(cast, boat):
    kind = object_types[boat]
    one, two = (create_record(kind, {"name": name}, by=cast.ada) for name in ("Ayan", "Aian"))
    add_comment(boat, two, "About the second", by=cast.ada)
    share_records(kind, [one], With(user_id=cast.ben_user.pk), by=cast.ada)
    share_records(kind, [two], With(user_id=cast.ben_user.pk), reach="edit", by=cast.ada)
    share_records(kind, [two], With(team_id=cast.team.pk), by=cast.ada)
    follow(subject(boat, two, by=cast.ben), by=cast.ben)

    def beside(id):
        return (
            [each.text for each in comments_on(subject(boat, id, by=cast.ada))],
            sorted((each.with_whom, each.reach) for each in shares_of(kind, id, by=cast.ada)),
            cast.ben_user.pk in followers_of(subject(boat, id, by=cast.ada)),
        )

    assert beside(one) == ([], [("Ben", "view")], False)
    run = merge(cast, boat, [one, two])
    assert beside(one) == (["About the second"], [("Ben", "edit"), ("North", "view")], True)
    undo_run(run.id, by=cast.ada)
    assert beside(one) == ([], [("Ben", "view")], False)
    assert beside(two) == (["About the second"], [("Ben", "edit"), ("North", "view")], True)


def test_who_may_not_delete_may_not_merge(cast, boat):
    kind = object_types[boat]
    ids = [create_record(kind, {"name": name}, by=cast.ben) for name in ("Ayan", "Aian")]
    with pytest.raises(Forbidden):  # Ben's role deletes nothing
        merge(cast, boat, ids, by=cast.ben)
    with pytest.raises(NotFound):
        merge(cast, boat, ids, by=cast.dov)
    keep_sweep(boat, [FoundPair(*ids, 0.9)])
    (pair,) = open_pairs(kind, by=cast.ben)
    with pytest.raises(Forbidden):
        merge_pair(kind, pair, winner=ids[0], fields={}, by=cast.ben)
    assert open_pairs(kind, by=cast.dov) == []
    run = merge(cast, boat, ids)
    with pytest.raises(NotFound):
        undo_run(run.id, by=cast.dov)
    for wrong in ({"winner": 0}, {"fields": {"owner_id": ids[0]}}, {"fields": {"length": 1}}, {"other": 1}):
        with pytest.raises(Invalid):
            merge(cast, boat, [ids[0], create_record(kind, {"name": "C"}, by=cast.ada)], **wrong)


def test_the_queue_merges_many_and_takes_one_back(cast, boat):
    kind = object_types[boat]
    ids = [create_record(kind, {"name": name}, by=cast.ada) for name in ("Ayan", "Aian", "Aiyan", "Bura")]
    keep_sweep(boat, [FoundPair(ids[0], ids[1], 0.99), FoundPair(ids[1], ids[2], 0.98), FoundPair(*ids[2:], 0.5)])
    pair = open_pairs(kind, by=cast.ada)[0]
    assert merge_surest(kind, least=0.9, by=cast.ada) == (2, 0)
    assert [(each.one_id, each.other_id) for each in open_pairs(kind, by=cast.ada)] == [(ids[0], ids[3])]
    unmerge_pair(kind, pair, by=cast.ada)
    assert values(cast, boat, ids[1])["name"] == "Aian"


def test_a_later_merge_is_undone_first(cast, boat):
    ids = [create_record(object_types[boat], {"name": name}, by=cast.ada) for name in ("Ayan", "Aian", "Aiyan")]
    first = merge(cast, boat, ids[1:])
    merge(cast, boat, ids[:2])
    assert merged_into(object_types[boat], ids[2]) == ids[0]
    with pytest.raises(Conflict):
        undo_run(first.id, by=cast.ada)
