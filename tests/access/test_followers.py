"""What follows the logs (the feed of changes, the lake) shows of every kind what the database shows, and no more."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from perennial.lake.exporting import export_all
from perennial.lake.reader import open_lake
from perennial.lake.records import records_of
from perennial.lake.watch import install_watches
from perennial.objects import query
from perennial.objects.models import Share
from perennial.objects.testing import sample_values
from perennial.objects.types import Shared, object_types
from perennial.objects.writing import create_records, update_records
from perennial.workspace.actor import actor_of_user
from perennial.workspace.keys import create_key
from perennial.workspace.models import Role
from perennial.workspace.rights import EVERYTHING, VERBS, FieldRight, Reach, Rights
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
KINDS = [kind for kind in object_types.values() if not kind.key.startswith(("tests.", "made.")) and kind.can_create]


@pytest.fixture
def cast(settings: Any, tmp_path: Path) -> Cast:
    settings.LAKE_URL = str(tmp_path / "lake")
    install_watches()
    return make_cast()


@pytest.fixture
def hers(cast: Cast) -> dict[str, int]:
    """A record of each kind that is Ada's."""
    return {kind.key: create(kind, cast.ada, 1000 * n) for n, kind in enumerate(KINDS, 1)}


@pytest.fixture
def his(cast: Cast) -> dict[str, int]:
    by = replace(cast.ben, rights=EVERYTHING)
    return {kind.key: create(kind, by, 1000 * n + 500) for n, kind in enumerate(KINDS, 1)}


def create(kind: Any, by: Any, number: int) -> int:
    return create_records(kind, [sample_values(kind, number, by=by)], by=by).results[0].id or 0


def with_reach(cast: Cast, reach: Reach) -> None:
    rights = Rights({"*": dict.fromkeys(VERBS, reach)})
    cast.ben_user.role = Role.objects.create(key=f"r{reach}", name="R", rights_json=rights.to_json())
    cast.ben_user.save()


def test_the_feed_of_changes(cast: Cast, hers: dict[str, int], his: dict[str, int]) -> None:
    for reach in (Reach.NONE, Reach.OWN, Reach.ALL):
        with_reach(cast, reach)
        _key, secret = create_key("Half", role=cast.ben_user.role, by=cast.ada)
        told = Client(headers={"authorization": f"Bearer {secret}"}).get("/api/v1/changes?limit=1000")
        found = {(each["kind"], each["record"]) for each in json.loads(told.content)["data"]}
        for kind in KINDS:
            sees = reach is Reach.ALL or (isinstance(kind.access, Shared) and reach > Reach.NONE)
            for id in (hers[kind.key], his[kind.key]):
                assert ((kind.path, id) in found) is sees, (kind.key, reach)


def test_the_feed_tells_nothing_of_a_hidden_field(cast: Cast) -> None:
    person = object_types["customers.person"]
    id = create_records(person, [{"name": "Cleo", "phone": "+447911123456"}], by=cast.ada).results[0].id or 0
    for values in ({"phone": "+447911654321"}, {"phone": "+447911777777", "city": "Bath"}, {"city": "Oxford"}):
        update_records(person, {id: values}, by=cast.ada)
    hidden = {person.key: {"phone": FieldRight.NONE}}
    rights = Rights({"*": dict.fromkeys(VERBS, Reach.ALL)}, fields=hidden)
    role = Role.objects.create(key="half", name="Half", rights_json=rights.to_json())
    _key, secret = create_key("Half", role=role, by=cast.ada)
    feed = Client(headers={"authorization": f"Bearer {secret}"}).get("/api/v1/changes?limit=1000").content.decode()
    assert "7911" not in feed
    told = [each for each in json.loads(feed)["data"] if each["record"] == id and each["kind"] == person.path]
    assert [(each["change"], each["values"].get("city")) for each in told] == [
        ("create", None), ("update", "Bath"), ("update", "Oxford")]  # fmt: skip


def test_the_lake(cast: Cast, hers: dict[str, int], his: dict[str, int]) -> None:
    shared = next(kind for kind in KINDS if not isinstance(kind.access, Shared))
    Share.objects.create(object_key=shared.key, record_id=hers[shared.key], user=cast.ben_user)
    export_all()
    with open_lake() as lake:
        for reach in Reach:
            with_reach(cast, reach)
            for by in (actor_of_user(cast.ben_user), cast.dov):
                for kind in object_types.values():
                    if kind.key.startswith(("tests.", "made.")):
                        continue
                    for verb in ("view", "edit", "delete", "export"):
                        found = lake.answer(records_of(lake, kind, by=by, verb=verb).select("id"))
                        ids = [*hers.values(), *his.values()]
                        expected = query.allowed_ids(kind, ids, by=by, verb=verb)
                        assert {row["id"] for row in found} & set(ids) == expected, (kind.key, verb, reach)
