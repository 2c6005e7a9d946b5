"""With whom a customer is shared stays through a merge, and goes back when it is taken apart."""

from __future__ import annotations

import pytest

from perennial.customers.objects import PERSON
from perennial.customers.tests.test_merging import merge, unmerge
from perennial.foundation.errors import NotFound
from perennial.objects.made.defining import make_field, make_kind
from perennial.objects.query import get
from perennial.objects.sharing.giving import With, share_records, shares_of, stop_sharing
from perennial.objects.sharing.reading import forget_shares
from perennial.objects.types import object_types
from perennial.objects.writing import create_record
from perennial.workspace.tests.cast import Cast


def people(cast: Cast, *names: str) -> list[int]:
    return [create_record(PERSON, {"name": name}, by=cast.ada) for name in names]


def shared(cast: Cast, id: int) -> list[tuple[str, str]]:
    return sorted((each.with_whom, each.reach) for each in shares_of(PERSON, id, by=cast.ada))


def share(cast: Cast, id: int, reach: str = "view") -> None:
    share_records(PERSON, [id], With(user_id=cast.ben_user.pk), reach=reach, by=cast.ada)


def test_the_wider_share_wins_once_and_undo_restores_both(cast: Cast) -> None:
    one, two, three = people(cast, "Cleo", "C. Marsh", "Kleo")
    share(cast, one)
    share(cast, two, "edit")
    with pytest.raises(NotFound):
        get(PERSON, three, by=cast.ben)
    merge(cast, one, two)
    assert shared(cast, one) == [("Ben", "edit")]
    merge(cast, three, one)
    assert shared(cast, three) == [("Ben", "edit")]
    forget_shares(cast.ben)  # for half a second they are not asked anew
    assert get(PERSON, three, by=cast.ben).title == "Kleo"
    unmerge(cast, two, three)
    assert shared(cast, three) == [("Ben", "view")]
    unmerge(cast, one, three)
    assert (shared(cast, one), shared(cast, two), shared(cast, three)) == ([("Ben", "view")], [("Ben", "edit")], [])
    forget_shares(cast.ben)
    with pytest.raises(NotFound):
        get(PERSON, three, by=cast.ben)


def test_what_another_merge_brought_as_well_stays_and_what_was_taken_back_by_hand_does_not_return(cast: Cast) -> None:
    one, two, three = people(cast, "Cleo", "C. Marsh", "Kleo")
    share(cast, two)
    share(cast, three)
    merge(cast, one, two)
    merge(cast, one, three)
    unmerge(cast, two, one)
    assert shared(cast, one) == [("Ben", "view")]
    merge(cast, one, two)
    stop_sharing(PERSON, one, shares_of(PERSON, one, by=cast.ada)[0].id, by=cast.ada)
    unmerge(cast, two, one)
    assert shared(cast, one) == []


def test_relations_that_users_made_follow_and_go_back(cast: Cast) -> None:
    boat = make_kind(label="Boat", label_plural="Boats", by=cast.ada).key
    make_field(boat, type="ref", label="Skipper", options={"object_key": PERSON.key}, by=cast.ada)
    one, two = people(cast, "Cleo", "C. Marsh")
    id = create_record(object_types[boat], {"name": "Ayan", "skipper": two}, by=cast.ada)
    merge(cast, one, two)
    assert get(object_types[boat], id, by=cast.ada).values["skipper"].id == one
    unmerge(cast, two, one)
    assert get(object_types[boat], id, by=cast.ada).values["skipper"].id == two
