"""Saved views: who has them, who may change and share them, and what becomes of them when fields go."""

from __future__ import annotations

import json

import pytest

from perennial.foundation.errors import Forbidden, Invalid, NotFound, Stale
from perennial.foundation.sql import fetch
from perennial.objects.made.uses import uses_of
from perennial.objects.tests.world import GARDEN, VISIT
from perennial.objects.views.changing import Sharing, change_view, create_view, delete_view, restore_view
from perennial.objects.views.checking import day_fields, lane_fields, usable
from perennial.objects.views.reading import view_of, views_of
from perennial.objects.views.spec import ViewSpec, spec_from_json, spec_to_json
from perennial.objects.views.using import views_using
from perennial.workspace.models import Role, Team
from perennial.workspace.tests.cast import Cast

CLAY = ViewSpec(columns=("name", "worth", "fact:tests.visits"), sort="-worth,name", where='soil = "clay"',
                quick=(("Open", "is_open = true"),), group="soil", totals=("sum:worth",))  # fmt: skip


def names(views: list) -> list[str]:
    return [each.name for each in views]


def test_a_view_is_its_owners_until_it_is_shared(cast: Cast) -> None:
    id = create_view(GARDEN, "  Clay   first ", CLAY, by=cast.ada)
    assert view_of(id, by=cast.ada).spec == CLAY
    assert names(views_of(GARDEN, by=cast.ada)) == ["Clay first"]
    assert views_of(VISIT, by=cast.ada) == []
    for actor in (cast.ben, cast.dov):
        assert views_of(GARDEN, by=actor) == []
        for act in (lambda a=actor: view_of(id, by=a), lambda a=actor: delete_view(id, by=a),
                    lambda a=actor: change_view(id, by=a, name="Mine now")):  # fmt: skip
            with pytest.raises(NotFound):
                act()
    change_view(id, by=cast.ada, sharing=Sharing("teams", (cast.team.pk,)))
    assert not view_of(id, by=cast.ben).may_change
    with pytest.raises(NotFound):
        view_of(id, by=cast.dov)
    change_view(id, by=cast.ada, sharing=Sharing("everybody"))
    with pytest.raises(Forbidden):
        change_view(id, by=cast.ben, name="Mine now")
    assert names(views_of(GARDEN, by=cast.ben)) == ["Clay first"]
    assert views_of(GARDEN, by=cast.dov) == [], "who sees no gardens sees no views of them"
    with pytest.raises(NotFound):
        view_of(id, by=cast.dov)


def test_sharing_wider_than_ones_teams_needs_the_permission(cast: Cast) -> None:
    id = create_view(GARDEN, "Ben's", ViewSpec(), by=cast.ben)
    south = Team.objects.create(name="South")
    role = Role.objects.get(key="limited").pk
    change_view(id, by=cast.ben, sharing=Sharing("teams", (cast.team.pk,)))
    for wider in (Sharing("everybody"), Sharing("teams", (south.pk,)), Sharing("teams", (cast.team.pk,), (role,))):
        with pytest.raises(Forbidden):
            change_view(id, by=cast.ben, sharing=wider)
    with pytest.raises(Forbidden):
        create_view(GARDEN, "For all", ViewSpec(), by=cast.ben, sharing=Sharing("everybody"))
    with pytest.raises(NotFound):
        create_view(GARDEN, "Dov's", ViewSpec(), by=cast.dov)
    change_view(create_view(GARDEN, "Ada's", ViewSpec(), by=cast.ada), by=cast.ada, sharing=Sharing("everybody"))
    for wrong in (Sharing("teams"), Sharing("teams", (999_999,)), Sharing("the world"),
                  Sharing("everybody", (), (999_999,)), Sharing("private", (), (role,))):  # fmt: skip
        with pytest.raises(Invalid):
            create_view(GARDEN, "Wrong", ViewSpec(), by=cast.ada, sharing=wrong)


def test_a_role_opens_the_list_with_its_view(cast: Cast) -> None:
    role = Role.objects.get(key="limited").pk
    create_view(GARDEN, "First", ViewSpec(), by=cast.ada, sharing=Sharing("everybody", (), (role,)))
    assert [each.is_first for each in views_of(GARDEN, by=cast.ben)] == [True]
    assert [each.is_first for each in views_of(GARDEN, by=cast.ada)] == [False]


def test_each_change_stands_in_the_log_and_deleting_is_taken_back(cast: Cast) -> None:
    id = create_view(GARDEN, "Clay", CLAY, by=cast.ada)
    change_view(id, by=cast.ada, name="Loam", version=1)
    change_view(id, by=cast.ada, name="Loam")
    with pytest.raises(Stale):
        change_view(id, by=cast.ada, name="Sand", version=1)
    delete_view(id, by=cast.ada)
    assert views_of(GARDEN, by=cast.ada) == []
    with pytest.raises(NotFound):
        restore_view(id, by=cast.ben)
    restore_view(id, by=cast.ada)
    assert names(views_of(GARDEN, by=cast.ada)) == ["Loam"]
    log = fetch("SELECT kind, values, actor, run_id FROM timeline_change WHERE object_key = 'objects.view' ORDER BY id")
    assert [row[0] for row in log] == ["create", "update", "delete", "restore"]
    assert json.loads(log[1][1]) == {"name": ["Clay", "Loam"]}
    assert all(row[2] == cast.ada.log_name and row[3] for row in log)


@pytest.mark.parametrize("wrong", [
    ViewSpec(columns=("nonsense",)), ViewSpec(sort="nonsense"), ViewSpec(where="nonsense = 5"), ViewSpec(where="(("),
    ViewSpec(group="name"), ViewSpec(lanes="worth"), ViewSpec(day="name"), ViewSpec(totals=("sum:name",)),
    ViewSpec(totals=("drop:worth",)), ViewSpec(layout="poster"), ViewSpec(columns=("name",) * 50),
    ViewSpec(quick=(("", "worth > 1"),)), ViewSpec(quick=(("Broken", "worth >"),)),
    ViewSpec(sort="name,worth,size,country,planted"),
])  # fmt: skip
def test_a_view_that_means_nothing_is_refused(cast: Cast, wrong: ViewSpec) -> None:
    with pytest.raises(Invalid):
        create_view(GARDEN, "Wrong", wrong, by=cast.ada)
    with pytest.raises(Invalid):
        change_view(create_view(GARDEN, "Right", CLAY, by=cast.ada), by=cast.ada, spec=wrong)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\x00b"])
def test_a_view_has_a_name(cast: Cast, name: str) -> None:
    with pytest.raises(Invalid):
        create_view(GARDEN, name, ViewSpec(), by=cast.ada)


@pytest.mark.parametrize("stored", [
    None, 5, [], {"columns": 7}, {"columns": [None, {}]}, {"quick": [["one"], 3, None]}, {"layout": "poster"},
    {"sort": ["-worth"]}, {"unknown": True}, {"totals": "sum:worth"},
])  # fmt: skip
def test_whatever_is_stored_can_be_read(cast: Cast, stored: object) -> None:
    assert usable(spec_from_json(stored), GARDEN, by=cast.ada).layout == "table"
    assert spec_from_json(spec_to_json(CLAY)) == CLAY


def test_what_is_gone_is_left_out_but_never_the_filter(cast: Cast) -> None:
    spec = ViewSpec(columns=("name", "gone"), sort="-gone,worth", group="gone", totals=("sum:gone",), where="gone = 1")
    assert usable(spec, GARDEN, by=cast.ada) == ViewSpec(columns=("name",), sort="worth", where="gone = 1")


def test_fields_know_the_views_that_use_them(cast: Cast) -> None:
    create_view(GARDEN, "Private", CLAY, by=cast.ben)
    create_view(VISIT, "Visits", ViewSpec(where='garden.soil = "clay" or note is empty'), by=cast.ada,
                sharing=Sharing("everybody"))  # fmt: skip
    gone = create_view(GARDEN, "Deleted", CLAY, by=cast.ada)
    delete_view(gone, by=cast.ada)
    found = views_using("tests.garden", "soil")
    assert {(use.name, use.parts) for use in found} == {("", ("group", "filter")), ("Visits", ("filter",))}
    assert [use.parts for use in views_using("tests.garden", "worth")] == [("columns", "sort", "totals")]
    assert [use.name for use in views_using("tests.visit", "garden")] == ["Visits"]
    assert views_using("tests.garden", "planted") == []
    assert [(str(use.name), use.url != "") for use in uses_of("tests.visit", "garden")] == [("Visits", True)]
    assert ("a private view", "") in [(str(use.name), use.url) for use in uses_of("tests.garden")]


def test_lanes_and_days_are_offered_by_the_declaration(cast: Cast) -> None:
    assert lane_fields(GARDEN, by=cast.ada) == ["soil", "owner", "team", "is_open", "is_sample", "parent", "country"]
    assert day_fields(GARDEN, by=cast.ada)[0] == "planted"
