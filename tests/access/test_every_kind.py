"""For every kind of record, built in or made by a user a moment ago, every reach of a right and every way to learn of a
record: exactly what the reach says is there, and what is not looks as if it had never been."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from perennial.foundation.errors import Refused
from perennial.foundation.sql import execute
from perennial.objects import query
from perennial.objects.made.catalogue import follow
from perennial.objects.made.defining import make_field, make_kind
from perennial.objects.record_fields import field_of
from perennial.objects.sharing import reading
from perennial.objects.sharing.giving import With, can_share, share_records
from perennial.objects.testing import sample_values
from perennial.objects.types import ObjectType, Shared, object_types
from perennial.objects.undoing import undo_run
from perennial.objects.writing import create_records, delete_records, update_records
from perennial.workspace.actor import Actor, actor_of_user
from perennial.workspace.keys import create_key
from perennial.workspace.models import Role
from perennial.workspace.rights import EVERYTHING, VERBS, Reach, Rights
from perennial.workspace.staff import create_user
from perennial.workspace.tests.cast import Cast, make_cast
from tests.access.channels import EXPORTING, SEEING

pytestmark = pytest.mark.django_db
MADE = "made.boat"
KEYS = [*(key for key in object_types if not key.startswith(("tests.", "made."))), MADE]
ABSENT = 10**15


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(reading, "_KEPT_SECONDS", -1)
    return make_cast()


@pytest.fixture
def kind(request: pytest.FixtureRequest, cast: Cast) -> Iterator[ObjectType]:
    if request.param == MADE:
        made = make_kind(label="Boat", label_plural="Boats", by=cast.ada)
        make_field(made.key, type="number", label="Length", by=cast.ada)
        yield object_types[made.key]
        object_types.pop(made.key, None)
    else:
        yield object_types[request.param]
    follow()


@pytest.fixture
def owned(kind: ObjectType, cast: Cast) -> dict[str, int]:
    """A record of Ben's, one of a team mate's, and one of somebody else's."""
    eve = create_user("eve@example.com", name="Eve", role=Role.objects.get(key="viewer"), teams=[cast.team])
    makers = {"own": cast.ben, "team": actor_of_user(eve), "other": cast.ada}
    return {whose: make(kind, number * 100, by) for number, (whose, by) in enumerate(makers.items(), 1)}


def make(kind: ObjectType, number: int, by: Actor) -> int:
    part = object_types[kind.parts[0]] if kind.parts else kind
    by = replace(by, rights=EVERYTHING)
    (result,) = create_records(part, [sample_values(part, number, by=by)], by=by).results
    assert result.is_done, result
    external = field_of(kind, kind.external)
    if external is not None and not external.is_custom:
        execute(
            f'UPDATE "{kind.table}" SET "{external.sql_column}" = %s WHERE id = %s', [f"out-{result.id}", result.id]
        )
    return result.id or 0


def reaching(cast: Cast, kind: ObjectType, reach: Reach, verbs: tuple[Any, ...] = VERBS) -> Actor:
    """Ben, with this reach on the kind (on its parts, of a union) and all rights on every other."""
    entry = dict.fromkeys(verbs, reach) if reach else {}
    rights = Rights({"*": dict.fromkeys(VERBS, Reach.ALL), **dict.fromkeys((kind.key, *kind.parts), entry)})
    cast.ben_user.role = Role.objects.create(key=f"r{reach}", name="R", rights_json=rights.to_json())
    cast.ben_user.save()
    return actor_of_user(cast.ben_user)


def expected(kind: ObjectType, owned: dict[str, int], reach: Reach) -> set[int]:
    whose = {Reach.NONE: (), Reach.OWN: ("own",), Reach.TEAM: ("own", "team"), Reach.ALL: ("own", "team", "other")}
    if isinstance(kind.access, Shared) and reach:
        return set(owned.values())
    return {owned[each] for each in whose[reach]}


@pytest.mark.parametrize("reach", list(Reach), ids=lambda reach: reach.name.lower())
@pytest.mark.parametrize("kind", KEYS, indirect=True)
def test_what_may_not_be_seen_is_seen_nowhere(
    kind: ObjectType, reach: Reach, owned: dict[str, int], cast: Cast
) -> None:
    known = {id: query.get(kind, id, by=cast.ada, columns=()).title for id in owned.values()}
    by = reaching(cast, kind, reach)
    for channel in SEEING:
        assert channel(kind, by, known) & known.keys() == expected(kind, owned, reach), channel.__name__
    for channel in EXPORTING:
        assert channel(kind, by, known) & known.keys() == expected(kind, owned, reach), channel.__name__
    by = reaching(cast, kind, Reach.ALL, verbs=("view", "edit")) if reach is Reach.NONE else by
    if reach is Reach.NONE:
        for channel in EXPORTING:
            assert not channel(kind, by, known), "who sees all may still export none"


@pytest.mark.parametrize("reach", list(Reach), ids=lambda reach: reach.name.lower())
@pytest.mark.parametrize("kind", KEYS, indirect=True)
def test_what_may_not_be_written_is_written_by_nothing(
    kind: ObjectType, reach: Reach, owned: dict[str, int], cast: Cast
) -> None:
    by, ids = reaching(cast, kind, reach), list(owned.values())
    for act in (lambda: update_records(kind, {id: {} for id in ids}, by=by), lambda: delete_records(kind, ids, by=by)):
        try:
            results = act().results
        except Refused:
            assert reach is Reach.NONE or not (kind.can_edit and kind.can_delete)
            continue
        assert {each.id for each in results if each.is_done} == expected(kind, owned, reach)
        assert {each.code for each in results if not each.is_done} <= {"not_found"}
    here = query.allowed_ids(kind, ids, by=cast.ada, verb="view")
    assert set(ids) - here <= expected(kind, owned, reach)


@pytest.mark.parametrize("kind", KEYS, indirect=True)
def test_absent_and_forbidden_are_told_alike(kind: ObjectType, owned: dict[str, int], cast: Cast) -> None:
    if isinstance(kind.access, Shared):
        return
    by, hidden = reaching(cast, kind, Reach.OWN), owned["other"]
    client = Client()
    client.force_login(cast.ben_user)
    for address in ("", "edit/", "seeing/", "share/", "?tab=history", "delete/"):
        method = client.post if address == "delete/" else client.get
        told = [method(f"/o/{kind.key}/{id}/{address}") for id in (hidden, ABSENT)]
        assert told[0].status_code == told[1].status_code, address
        bodies = [each.content.decode().replace(str(id), "#") for each, id in zip(told, (hidden, ABSENT), strict=True)]
        assert without_tokens(bodies[0]) == without_tokens(bodies[1]), address
    for verb in VERBS:
        assert query.allowed_ids(kind, [hidden, ABSENT], by=by, verb=verb) == set()
    codes = [outcome(lambda id=id: update_records(kind, {id: {}}, by=by)) for id in (hidden, ABSENT)]
    assert codes[0] == codes[1]
    codes = [outcome(lambda id=id: delete_records(kind, [id], by=by)) for id in (hidden, ABSENT)]
    assert codes[0] == codes[1]


@pytest.mark.parametrize("kind", KEYS, indirect=True)
def test_undoing_needs_the_right_on_each_record(kind: ObjectType, cast: Cast) -> None:
    if kind.parts or not kind.can_create:
        return
    run = create_records(kind, [sample_values(kind, 5, by=cast.ada)], by=cast.ada)
    record_id = run.results[0].id or 0
    for reach in (Reach.NONE, Reach.OWN):
        by = reaching(cast, kind, reach)
        if isinstance(kind.access, Shared) and reach:
            continue
        with pytest.raises(Refused):
            undo_run(run.id, by=by)
    assert query.allowed_ids(kind, [record_id], by=cast.ada, verb="view") == {record_id}


@pytest.mark.parametrize("kind", KEYS, indirect=True)
def test_a_share_opens_one_record_in_every_channel_and_closes_again(
    kind: ObjectType, owned: dict[str, int], cast: Cast
) -> None:
    part = object_types[kind.parts[0]] if kind.parts else kind
    if not can_share(part, by=cast.ada):
        assert isinstance(part.access, Shared) or not part.can_edit
        return
    known = {id: query.get(kind, id, by=cast.ada, columns=()).title for id in owned.values()}
    by = reaching(cast, kind, Reach.OWN)
    share_records(part, [owned["other"]], With(cast.ben_user.pk), by=cast.ada)
    for channel in SEEING:
        assert channel(kind, by, known) & known.keys() == {owned["own"], owned["other"]}, channel.__name__
    for channel in EXPORTING:
        assert channel(kind, by, known) & known.keys() == {owned["own"]}, channel.__name__
    assert query.allowed_ids(kind, list(known), by=by, verb="edit") == {owned["own"]}
    none = reaching(cast, kind, Reach.NONE)
    for channel in SEEING:
        assert not channel(kind, none, known) & known.keys(), channel.__name__


@pytest.mark.parametrize("reach", list(Reach), ids=lambda reach: reach.name.lower())
@pytest.mark.parametrize("kind", KEYS, indirect=True)
def test_a_key_reads_what_its_role_reaches_and_owns_nothing(
    kind: ObjectType, reach: Reach, owned: dict[str, int], cast: Cast
) -> None:
    reaching(cast, kind, reach)
    _key, secret = create_key("Half", role=cast.ben_user.role, by=cast.ada)
    client, base = Client(headers={"authorization": f"Bearer {secret}"}), f"/api/v1/{kind.path}"
    sees = set(owned.values()) if reach is Reach.ALL or (isinstance(kind.access, Shared) and reach) else set()
    listed = json.loads(client.get(f"{base}?limit=200").content)
    assert {each["id"] for each in listed.get("data", [])} & set(owned.values()) == sees
    assert {id for id in owned.values() if client.get(f"{base}/{id}").status_code == 200} == sees
    hidden, absent = client.get(f"{base}/{owned['other']}"), client.get(f"{base}/{ABSENT}")
    if not sees:
        assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content)


def outcome(act: Any) -> Any:
    try:
        return [(each.code, each.sentence) for each in act().results]
    except Refused as refusal:
        return refusal.code


def without_tokens(body: str) -> str:
    return "\n".join(line for line in body.splitlines() if "csrf" not in line and "nonce" not in line)
