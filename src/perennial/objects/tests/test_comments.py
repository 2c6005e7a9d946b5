from __future__ import annotations

import pytest
from django.db import connection

from perennial.foundation.errors import Forbidden, Invalid, NotFound
from perennial.foundation.sql import execute, fetch
from perennial.objects.bulk.changes import FieldChange
from perennial.objects.bulk.chosen import Chosen
from perennial.objects.bulk.starting import start_edit
from perennial.objects.collaboration.at_hand import favourites, note_view, recently_viewed, set_favourite
from perennial.objects.collaboration.changes_told import tell_followers
from perennial.objects.collaboration.comments import (
    add_comment,
    comments_on,
    delete_comment,
    edit_comment,
    restore_comment,
)
from perennial.objects.collaboration.following import follow, followers_of, is_following
from perennial.objects.collaboration.subjects import subject
from perennial.objects.tests.world import GARDEN
from perennial.objects.writing import create_record, delete_record, update_record
from perennial.timeline.models import Notification
from perennial.workspace.models import User
from perennial.workspace.tests.cast import Cast

pytestmark = pytest.mark.django_db


def told(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("sentence", flat=True))


@pytest.fixture
def hers(cast: Cast) -> int:
    return create_record(GARDEN, {"name": "Kew"}, by=cast.ada)


@pytest.fixture
def his(cast: Cast) -> int:
    return create_record(GARDEN, {"name": "Ben's"}, by=cast.ben)


def test_those_called_are_told_if_they_may_see_the_record_and_only_they(cast: Cast, hers: int, his: int) -> None:
    add_comment(GARDEN.key, hers, "@Ben and @Dov, look at this", by=cast.ada)
    assert told(cast.ben_user) == [], "he does not see her garden"
    assert told(cast.dov_user) == []
    add_comment(GARDEN.key, his, "@ben: look! not me@ben.example", by=cast.ada)
    assert told(cast.ben_user) == ["Ada mentioned you about Ben's: “@ben: look! not me@ben.example”"]
    assert told(cast.ada_user) == []
    (url,) = Notification.objects.filter(user=cast.ben_user).values_list("url", flat=True)
    assert url == f"/o/{GARDEN.key}/{his}/#talk"


def test_longer_names_are_meant_and_everybody_is_told_once(cast: Cast, his: int) -> None:
    execute("UPDATE workspace_user SET name = 'Ada Ben' WHERE id = %s", [cast.ada.id])
    id = add_comment(GARDEN.key, his, "@Ada Ben @Ada Ben, well", by=cast.ben)
    assert fetch("SELECT mentions FROM objects_comment WHERE id = %s", [id]) == [([cast.ada.id],)]
    assert len(told(cast.ada_user)) == 1
    add_comment(GARDEN.key, his, "@Benjamin", by=cast.ada)
    assert "mentioned" not in told(cast.ben_user)[-1], "he took part, so he follows"
    assert "commented on Ben's" in told(cast.ben_user)[-1]


def test_only_those_who_see_the_record_see_or_say_anything(cast: Cast, hers: int) -> None:
    id = add_comment(GARDEN.key, hers, "Mine", by=cast.ada)
    about = subject(GARDEN.key, hers, by=cast.ada)
    assert [each.text for each in comments_on(about)] == ["Mine"]
    for person in (cast.ben, cast.dov):
        for act in (lambda p=person: add_comment(GARDEN.key, hers, "x", by=p),
                    lambda p=person: edit_comment(id, "x", by=p), lambda p=person: delete_comment(id, by=p),
                    lambda p=person: subject(GARDEN.key, hers, by=p)):  # fmt: skip
            with pytest.raises(NotFound):
                act()
    with pytest.raises(NotFound):
        add_comment("tests.nothing", hers, "x", by=cast.ada)
    for hostile in ("", " \x00 ", "x" * 10_001):
        with pytest.raises(Invalid):
            add_comment(GARDEN.key, hers, hostile, by=cast.ada)


def test_one_corrects_ones_own_and_it_is_logged_and_brought_back(cast: Cast, his: int) -> None:
    id = add_comment(GARDEN.key, his, "Frist", by=cast.ben)
    edit_comment(id, "First, @Ada", by=cast.ben)
    assert len(told(cast.ada_user)) == 1
    edit_comment(id, "First, @Ada!", by=cast.ben)
    assert len(told(cast.ada_user)) == 1, "called once"
    with pytest.raises(Forbidden):
        edit_comment(id, "Hers", by=cast.ada)
    delete_comment(id, by=cast.ada)  # she manages the house
    about = subject(GARDEN.key, his, by=cast.ben)
    assert comments_on(about) == []
    restore_comment(id, by=cast.ada)
    assert [(each.text, each.author, each.names) for each in comments_on(about)] == [("First, @Ada!", "Ben", ("Ada",))]
    kinds = [
        kind for (kind,) in fetch("SELECT kind FROM timeline_change WHERE object_key = 'objects.comment' ORDER BY id")
    ]
    assert kinds == ["create", "update", "update", "delete", "restore"]


def test_followers_are_told_of_changes_by_others_to_what_they_see(cast: Cast, his: int, hers: int) -> None:
    tell_followers()
    follow(subject(GARDEN.key, his, by=cast.ben), by=cast.ben)
    follow(subject(GARDEN.key, hers, by=cast.ada), by=cast.ada)
    update_record(GARDEN, his, {"size": 5, "soil": "clay"}, by=cast.ada)
    update_record(GARDEN, his, {"size": 6}, by=cast.ben)
    update_record(GARDEN, hers, {"size": 6}, by=cast.ada)
    read_the_log()
    assert told(cast.ben_user) == ["Ada changed Ben's: Size, Soil."]
    assert told(cast.ada_user) == []
    update_record(GARDEN, his, {"owner": cast.ada.id}, by=cast.ada)
    read_the_log()
    assert len(told(cast.ben_user)) == 1, "it is not his to see any more"
    follow(subject(GARDEN.key, hers, by=cast.ada), by=cast.ada, is_on=False)
    assert not is_following(subject(GARDEN.key, hers, by=cast.ada), by=cast.ada)
    add_comment(GARDEN.key, hers, "still no", by=cast.ada)
    assert followers_of(subject(GARDEN.key, hers, by=cast.ada)) == [], "who said no is not made to follow"


def test_many_changes_at_once_are_one_sentence(cast: Cast) -> None:
    tell_followers()
    ids = [create_record(GARDEN, {"name": f"G{number}"}, by=cast.ben) for number in range(7)]
    for id in ids:
        follow(subject(GARDEN.key, id, by=cast.ben), by=cast.ben)
    start_edit(GARDEN, Chosen(tuple(ids)), [FieldChange("soil", value="clay")], by=cast.ada)
    read_the_log()
    assert told(cast.ben_user) == ["Ada changed 7 records that you follow."]


def read_the_log() -> None:
    """As if what this test has written were committed: a reader waits for transactions that are still open."""
    execute("UPDATE timeline_change SET xid = '3' WHERE xid = pg_current_xact_id()")
    execute("UPDATE timeline_consumer SET xid = '2' WHERE name = 'followers'")
    tell_followers()
    execute("DELETE FROM timeline_change WHERE xid = '3'")


def test_favourites_and_what_was_viewed_hold_only_what_is_still_seen(cast: Cast, his: int, hers: int) -> None:
    for id in (his, hers):
        about = subject(GARDEN.key, id, by=cast.ada)
        set_favourite(about, by=cast.ada, is_on=True)
        note_view(about, by=cast.ada)
    assert [each.title for each in favourites(cast.ada)] == ["Ben's", "Kew"]
    note_view(subject(GARDEN.key, his, by=cast.ada), by=cast.ada)
    assert {each.title for each in recently_viewed(cast.ada)} == {"Kew", "Ben's"}
    assert favourites(cast.ben) == []
    delete_record(GARDEN, hers, by=cast.ada)
    assert [each.title for each in favourites(cast.ada)] == ["Ben's"]
    assert [each.title for each in recently_viewed(cast.ada)] == ["Ben's"]
    set_favourite(subject(GARDEN.key, his, by=cast.ada), by=cast.ada, is_on=False)
    assert favourites(cast.ada) == []
    assert connection.vendor == "postgresql"
