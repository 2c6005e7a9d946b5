"""Comments with mentions, followers, favourites, what was viewed, and merging: for every kind, those made too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from perennial.objects.access import widest_reach
from perennial.objects.collaboration.at_hand import favourites, is_favourite, recently_viewed
from perennial.objects.collaboration.comments import add_comment, comments_on
from perennial.objects.collaboration.following import follow, followers_of
from perennial.objects.collaboration.subjects import subject
from perennial.objects.duplicates.merging import PLAIN, merger_of
from perennial.objects.made.defining import make_field, make_kind
from perennial.objects.query import allowed_ids
from perennial.objects.running import run_action, undo_run
from perennial.objects.testing import make_records
from perennial.objects.types import ObjectType, object_types
from perennial.timeline.notifications import latest
from perennial.workspace.rights import Reach
from perennial.workspace.tests.cast import PASSWORD, Cast, make_cast

pytestmark = pytest.mark.django_db
KINDS = [*sorted(key for key in object_types if not key.startswith("made.")), "made.boat"]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def kind_named(cast: Cast) -> Callable[[str], ObjectType]:
    def named(key: str) -> ObjectType:
        if key == "made.boat":
            made = make_kind(label="Boat", label_plural="Boats", by=cast.ada)
            make_field(made.key, type="text", label="Hull", by=cast.ada)
        return object_types[key]

    return named


@pytest.mark.parametrize("key", KINDS)
def test_people_talk_about_follow_and_keep_it(key: str, cast: Cast, kind_named: Callable[[str], ObjectType]) -> None:
    kind = kind_named(key)
    if widest_reach(kind, by=cast.ada, verb="create") is Reach.NONE:
        pytest.skip("Nobody makes these by hand.")
    (id,) = make_records(kind, 1, by=cast.ada)
    about = subject(kind.key, id, by=cast.ada)
    add_comment(kind.key, id, "Look here, @Ben and @Dov and @Ada", by=cast.ada)
    assert [set(each.names) for each in comments_on(about)] == [{"Ada", "Ben", "Dov"}]
    assert latest(cast.dov_user.pk) == [], "Dov sees nothing, and is told nothing"
    is_bens = bool(allowed_ids(kind, [id], by=cast.ben, verb="view"))
    assert bool(latest(cast.ben_user.pk)) is is_bens
    follow(about, by=cast.ada)
    assert cast.ada_user.pk in followers_of(about)
    client = Client()
    assert client.login(username="ada@example.com", password=PASSWORD)
    assert client.get(f"/o/{kind.key}/{id}/talk/").status_code == 200
    assert about[:2] in [each[:2] for each in recently_viewed(cast.ada)]
    client.post(f"/o/{kind.key}/{id}/favourite/", {"on": "1"})
    assert is_favourite(about, by=cast.ada)
    assert about[:2] in [each[:2] for each in favourites(cast.ada)]


@pytest.mark.parametrize("key", [each for each in KINDS if each in PLAIN or each == "made.boat"])
def test_two_become_one_and_two_again(key: str, cast: Cast, kind_named: Callable[[str], ObjectType]) -> None:
    kind = kind_named(key)
    merger = merger_of(kind)
    assert merger is not None
    ids = make_records(kind, 2, by=cast.ada)
    run = run_action(merger.merge, ids, by=cast.ada, on=kind.key)
    assert allowed_ids(kind, ids, by=cast.ada, verb="view") == {min(ids)}
    undo_run(run.id, by=cast.ada)
    assert allowed_ids(kind, ids, by=cast.ada, verb="view") == set(ids)
