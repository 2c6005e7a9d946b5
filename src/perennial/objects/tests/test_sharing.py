"""Sharing single records, standing in for somebody who is away, and who sees a record and why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from perennial.conditions.tree import FALSE, TRUE, Compare, Op
from perennial.foundation import clock
from perennial.foundation.errors import Forbidden, Invalid, NotFound
from perennial.objects import query
from perennial.objects.access import predicate
from perennial.objects.history import history
from perennial.objects.models import Share
from perennial.objects.searching import find
from perennial.objects.sharing import reading
from perennial.objects.sharing.giving import With, share_records, shares_of, stop_sharing
from perennial.objects.sharing.seeing import seer_named, seers_of
from perennial.objects.tests.world import GARDEN, VISIT
from perennial.objects.writing import create_record, create_records, delete_record, update_record, update_records
from perennial.timeline.notifications import latest
from perennial.workspace.actor import Actor, actor_of_user
from perennial.workspace.models import Absence, Role
from perennial.workspace.rights import Reach, Rights, same_for_all
from perennial.workspace.tests.cast import Cast


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is shared is looked up anew for every question."""
    monkeypatch.setattr(reading, "_KEPT_SECONDS", -1)


@pytest.fixture
def garden(cast: Cast) -> int:
    return create_record(GARDEN, {"name": "Kew", "size": 1}, by=cast.ada)


def seen(by: Actor) -> list[str]:
    return [row.title for row in query.select(GARDEN, by=by, columns=[]).rows]


def test_a_share_lets_somebody_see_one_record_everywhere(cast: Cast, garden: int) -> None:
    create_record(GARDEN, {"name": "Another"}, by=cast.ada)
    visit = create_record(VISIT, {"note": "Once", "garden": garden}, by=cast.ada)
    assert seen(cast.ben) == []
    share_records(GARDEN, [garden], With(cast.ben_user.pk), by=cast.ada)
    assert seen(cast.ben) == ["Kew"]
    assert query.estimate(GARDEN, by=cast.ben).count == 1
    assert [hit.id for hit in find("kew", by=cast.ben, kinds=[GARDEN])] == [garden]
    assert query.get(GARDEN, garden, by=cast.ben).title == "Kew"
    assert [row.id for row in query.select(VISIT, by=cast.ben).rows] == [visit], "what hangs on it comes with it"
    assert [entry.kind for entry in history(GARDEN, garden, by=cast.ben)] == ["share", "create"]
    with pytest.raises(Forbidden):
        update_record(GARDEN, garden, {"size": 2}, by=cast.ben)
    assert query.allowed_ids(GARDEN, [garden], by=cast.ben, verb="delete") == set()
    assert query.allowed_ids(GARDEN, [garden], by=cast.ben, verb="export") == set()
    assert latest(cast.ben_user.pk)[0].sentence == "Ada shared Kew with you."
    assert latest(cast.ben_user.pk)[0].url == f"/o/tests.garden/{garden}/"


def test_a_share_for_changing_lets_them_change_it_too(cast: Cast, garden: int) -> None:
    share_records(GARDEN, [garden], With(cast.ben_user.pk), by=cast.ada, reach="edit")
    update_record(GARDEN, garden, {"size": 2}, by=cast.ben)
    assert query.get(GARDEN, garden, by=cast.ben).values["size"] == 2
    with pytest.raises(Forbidden):
        delete_record(GARDEN, garden, by=cast.ben)
    share_records(GARDEN, [garden], With(cast.ben_user.pk), by=cast.ada, reach="view")
    assert Share.objects.count() == 1, "sharing again changes how it is shared"
    with pytest.raises(Forbidden):
        update_record(GARDEN, garden, {"size": 3}, by=cast.ben)


def test_what_was_lent_is_not_given_away_nor_lent_on(cast: Cast, garden: int) -> None:
    """Else whoever may change it for a day would have it for good."""
    friday = clock.real_now() + timedelta(days=1)
    share_records(GARDEN, [garden], With(cast.ben_user.pk), by=cast.ada, reach="edit", until=friday)
    for values in ({"owner": cast.ben_user.pk}, {"team": cast.team.pk}, {"owner": cast.ben_user.pk, "size": 9}):
        (result,) = update_records(GARDEN, {garden: values}, by=cast.ben).results
        assert (result.code, set(result.data["fields"])) == ("invalid", {*values} - {"size"})
    (result,) = share_records(GARDEN, [garden], With(cast.ben_user.pk), by=cast.ben).results
    assert result.code == "forbidden"
    with pytest.raises(NotFound):
        stop_sharing(GARDEN, garden, shares_of(GARDEN, garden, by=cast.ben)[0].id, by=cast.ben)
    own, theirs = (create_record(GARDEN, {"name": "Own"}, by=by) for by in (cast.ben, cast.ada))
    visit = create_record(VISIT, {"note": "Once", "garden": garden}, by=cast.ada)
    (result,) = update_records(VISIT, {visit: {"garden": own}}, by=cast.ben).results
    assert result.code == "invalid", "what hangs on it stays there"
    assert update_records(GARDEN, {own: {"team": cast.team.pk}}, by=cast.ben).results[0].is_done
    assert update_records(GARDEN, {theirs: {"owner": cast.ben_user.pk}}, by=cast.ada).results[0].is_done
    now = clock.real_now()
    Absence.objects.create(user=cast.ada_user, deputy=cast.ben_user, starts=now, ends=friday)
    hers = create_record(GARDEN, {"name": "Hers", "owner": cast.ada_user.pk}, by=cast.ada)
    ben = actor_of_user(cast.ben_user)
    assert update_records(GARDEN, {hers: {"size": 9}}, by=ben).results[0].is_done
    assert update_records(GARDEN, {hers: {"owner": ben.id}}, by=ben).results[0].code == "invalid"
    assert share_records(GARDEN, [hers], With(ben.id), by=ben).results[0].code == "forbidden"


def test_a_share_ends_when_it_is_taken_back_and_by_itself(cast: Cast, garden: int) -> None:
    share_records(GARDEN, [garden], With(team_id=cast.team.pk), by=cast.ada, until=clock.real_now() + timedelta(days=1))
    assert seen(cast.ben) == ["Kew"], "Ben is in the team"
    Share.objects.update(until=clock.real_now() - timedelta(seconds=1))
    assert seen(cast.ben) == []
    assert shares_of(GARDEN, garden, by=cast.ada) == []
    share_records(GARDEN, [garden], With(team_id=cast.team.pk), by=cast.ada)
    (share,) = shares_of(GARDEN, garden, by=cast.ada)
    assert (share.with_whom, share.is_team, share.reach, share.given_by) == ("North", True, "view", "Ada")
    for other in (cast.ben, cast.dov):
        with pytest.raises(NotFound):
            stop_sharing(GARDEN, garden, share.id, by=other)
    stop_sharing(GARDEN, garden, share.id, by=cast.ada)
    assert seen(cast.ben) == []
    with pytest.raises(NotFound):
        stop_sharing(GARDEN, garden, share.id, by=cast.ada)


def test_sharing_gives_no_right_that_a_role_has_not(cast: Cast, garden: int) -> None:
    with pytest.raises(Invalid) as refusal:
        share_records(GARDEN, [garden], With(cast.dov_user.pk), by=cast.ada)
    assert "role of Dov" in str(refusal.value.fields["with"])
    cast.dov_user.teams.add(cast.team)
    share_records(GARDEN, [garden], With(team_id=cast.team.pk), by=cast.ada, reach="edit")
    dov = actor_of_user(cast.dov_user)
    assert predicate(GARDEN, by=dov, verb="view") == FALSE
    assert seen(dov) == []
    assert latest(cast.dov_user.pk) == [], "nobody is told of what they cannot see"
    own = create_record(GARDEN, {"name": "Hers"}, by=cast.ada)
    assert share_records(GARDEN, [own], With(cast.ben_user.pk), by=cast.ben).results[0].code == "not_found"
    assert seen(cast.ben) == ["Kew"]
    with pytest.raises(NotFound):
        share_records(GARDEN, [own], With(cast.ben_user.pk), by=cast.dov)


@pytest.mark.parametrize("wrong", [{"reach": "all"}, {"until": "past"}, {"whom": With()}, {"whom": With(10**6)},
                                   {"whom": With(team_id=10**6)}, {"whom": With(1, 1)}])  # fmt: skip
def test_a_share_that_says_nothing_is_refused(cast: Cast, garden: int, wrong: dict[str, object]) -> None:
    until = clock.real_now() - timedelta(days=1) if "until" in wrong else None
    whom = wrong.get("whom", With(cast.ben_user.pk))
    assert isinstance(whom, With)
    with pytest.raises(Invalid):
        share_records(GARDEN, [garden], whom, by=cast.ada, reach=str(wrong.get("reach", "view")), until=until)
    assert not Share.objects.exists()


def test_many_shares_are_selected_and_few_are_named(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    results = create_records(GARDEN, [{"name": f"{n:02}"} for n in range(12)], by=cast.ada).results
    share_records(GARDEN, [result.id or 0 for result in results[:9]], With(cast.ben_user.pk), by=cast.ada)
    few = seen(cast.ben)
    monkeypatch.setattr(reading, "NAMED", 5)
    assert seen(cast.ben) == few == [f"{n:02}" for n in range(9)]


@pytest.mark.parametrize("sort", ["name", "-worth", "worth,name"])
@pytest.mark.parametrize("most", [0, 100])
def test_a_list_of_what_is_ones_own_and_what_was_shared_is_one_list(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, most: int, sort: str
) -> None:
    rows = [{"name": f"{n:02}", "worth": n % 4 or None, "owner": cast.ben_user.pk if n % 3 else None}
            for n in range(12)]  # fmt: skip
    ids = [result.id or 0 for result in create_records(GARDEN, rows, by=cast.ada).results]
    share_records(GARDEN, ids[:7], With(cast.ben_user.pk), by=cast.ada)
    monkeypatch.setattr(reading, "NAMED", most)
    mine = {ids[n] for n in range(12) if n % 3 or n < 7}
    whole = [row.id for row in query.select(GARDEN, by=cast.ada, sort=sort).rows if row.id in mine]
    found, after = [], None
    while True:
        page = query.select(GARDEN, by=cast.ben, sort=sort, limit=3, after=after)
        found += [row.id for row in page.rows]
        after = page.next
        if after is None:
            break
    assert found == whole
    assert query.estimate(GARDEN, by=cast.ben).count == len(mine)
    assert query.select(GARDEN, by=cast.dov, sort=sort).rows == []


def test_whoever_sees_all_pays_nothing_for_it(cast: Cast) -> None:
    assert predicate(GARDEN, by=cast.ada, verb="view") == TRUE
    with CaptureQueriesContext(connection) as asked:
        query.select(GARDEN, by=cast.ada)
    assert len(asked) == 1


def test_a_deputy_uses_what_the_absent_one_owns_with_their_own_rights(cast: Cast) -> None:
    limited = Role.objects.get(key="limited")
    cast.dov_user.role = limited
    cast.dov_user.save()
    hers = create_record(GARDEN, {"name": "Dov's", "owner": cast.dov_user.pk}, by=cast.ada)
    now = clock.real_now()
    away = Absence.objects.create(user=cast.dov_user, deputy=cast.ben_user, starts=now, ends=now + timedelta(days=7))
    ben = actor_of_user(cast.ben_user)
    assert ben.absent_ids == (cast.dov_user.pk,)
    assert seen(ben) == ["Dov's"]
    mine = query.select(GARDEN, by=ben, columns=[], where=Compare("owner", Op.ME)).rows
    assert [row.title for row in mine] == ["Dov's"], "the absent one's are his to see to"
    update_record(GARDEN, hers, {"size": 4, "owner": cast.dov_user.pk}, by=ben)
    visit = create_record(VISIT, {"note": "For her", "garden": hers}, by=ben)
    own = create_record(GARDEN, {"name": "Own"}, by=ben)
    told = [history(kind, id, by=ben)[0] for kind, id in ((GARDEN, hers), (VISIT, visit), (GARDEN, own))]
    assert [(entry.actor_name, entry.for_name) for entry in told] == [("Ben", "Dov"), ("Ben", "Dov"), ("Ben", "")]
    delete_record(GARDEN, own, by=cast.ada)
    with pytest.raises(Forbidden):
        delete_record(GARDEN, hers, by=ben)
    assert actor_of_user(cast.dov_user).absent_ids == (), "and not the other way round"
    Absence.objects.filter(pk=away.pk).update(starts=now - timedelta(days=2), ends=now - timedelta(days=1))
    assert seen(actor_of_user(cast.ben_user)) == []
    Absence.objects.filter(pk=away.pk).update(starts=now + timedelta(days=2), ends=now + timedelta(days=4))
    assert seen(actor_of_user(cast.ben_user)) == []


def test_who_sees_a_record_and_why(cast: Cast) -> None:
    team_role = Rights(same_for_all(view=Reach.TEAM, edit=Reach.OWN))
    cast.dov_user.role = Role.objects.create(key="team", name="Team", rights_json=team_role.to_json())
    cast.dov_user.save()
    cast.dov_user.teams.add(cast.team)
    garden = create_record(GARDEN, {"name": "Kew", "owner": cast.ben_user.pk}, by=cast.ada)
    visit = create_record(VISIT, {"note": "Once", "garden": garden}, by=cast.ada)
    share_records(GARDEN, [garden], With(cast.dov_user.pk), by=cast.ada, reach="edit")
    for kind, id in ((GARDEN, garden), (VISIT, visit)):
        with CaptureQueriesContext(connection) as asked:
            found = {seer.actor.name: (seer.view, seer.edit) for seer in seers_of(kind, id, by=cast.ada)}
        assert len(asked) < 10
        by_role, by_own = (["role"], ["role"]), (["owner"], ["owner"])
        assert found == {"Ada": by_role, "Ben": by_own, "Dov": (["team", "share"], ["share"])}
    alone = create_record(GARDEN, {"name": "Ada's", "owner": cast.ada_user.pk}, by=cast.ada)
    assert [seer.actor.name for seer in seers_of(GARDEN, alone, by=cast.ada)] == ["Ada"]
    ben = seer_named(GARDEN, alone, cast.ben_user.pk, by=cast.ada)
    assert ben is not None
    assert (ben.view, ben.edit) == ([], [])
    for asking in (cast.ben, actor_of_user(cast.dov_user)):
        with pytest.raises(NotFound):
            seers_of(GARDEN, alone, by=asking)
