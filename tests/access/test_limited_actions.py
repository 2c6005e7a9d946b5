"""Actions do not reach where fields are out of reach."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from perennial.foundation.errors import Forbidden, Invalid, Refused
from perennial.objects import query
from perennial.objects.actions import actions_on
from perennial.objects.importing.registry import kind_named
from perennial.objects.importing.uploads import set_up, start, upload
from perennial.objects.running import run_action
from perennial.objects.sharing.giving import With, share_records
from perennial.objects.types import object_types
from perennial.objects.writing import create_record
from perennial.workspace.actor import Actor
from perennial.workspace.ready_made import ROLES
from perennial.workspace.rights import VERBS, FieldRight, Reach, same_for_all
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
PERSON = "customers.person"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def ben(cast: Cast) -> Actor:
    """He manages, sees no telephone, and gives customers to nobody."""
    fields = {PERSON: {"phone": FieldRight.NONE, "owner": FieldRight.READ}}
    return replace(cast.ben, rights=replace(ROLES["manager"][1], fields=fields))


def person(cast: Cast, name: str, **values: object) -> int:
    return create_record(object_types[PERSON], {"name": name, **values}, by=cast.ada)


def test_an_action_that_sets_a_field_is_for_whoever_may_write_it(cast: Cast, ben: Actor) -> None:
    id = person(cast, "Cleo")
    offered = {each.key for each in actions_on(PERSON, ben)}
    assert "customers.assign_owner" not in offered
    assert "customers.set_qualification" in offered
    assert "customers.assign_owner" in {each.key for each in actions_on(PERSON, cast.ada)}
    with pytest.raises(Refused):
        run_action("customers.assign_owner", [id], {"owner": ben.id}, by=ben, on=PERSON)
    assert query.get(object_types[PERSON], id, by=cast.ada).values["owner"] is None


def test_whoever_does_not_see_all_gives_out_nobodys_data(cast: Cast, ben: Actor) -> None:
    id = person(cast, "Cleo", phone="+447911123456")
    with pytest.raises(Forbidden):
        run_action("customers.export_person", [id], {}, by=ben, on=PERSON)
    assert "7911123456" in str(run_action("customers.export_person", [id], {}, by=cast.ada, on=PERSON).results[0].data)


def test_a_merge_keeps_what_its_maker_does_not_see_and_lets_them_not_choose_it(cast: Cast, ben: Actor) -> None:
    first, second = person(cast, "Cleo"), person(cast, "Cleo R", phone="+447911123456")
    chosen = {"other": second, "winner": first, "fields": {"phone": first}}
    with pytest.raises(Invalid):
        run_action("customers.merge_customers", [first], chosen, by=ben, on=PERSON)
    run_action("customers.merge_customers", [first], {"other": second, "winner": first}, by=ben, on=PERSON)
    assert query.get(object_types[PERSON], first, by=ben).values["phone"] is None
    assert query.get(object_types[PERSON], first, by=cast.ada).values["phone"] == "+447911123456"


def test_an_import_writes_no_field_that_its_starter_may_not(
    cast: Cast, ben: Actor, settings: Any, tmp_path: Path
) -> None:
    settings.PERENNIAL_FILES = tmp_path
    kind = kind_named(PERSON)
    assert {each.key for each in kind.fields} - {each.key for each in kind.offered(ben)} == {"phone", "owner"}
    importing = upload(PERSON, [b"Name,Telephone\nCleo,+447911123456\n"], name="a.csv", by=ben)
    set_up(importing, mapping={"name": 0, "phone": 1}, options={})
    with pytest.raises(Invalid) as refusal:
        start(importing, by=ben)
    assert list(refusal.value.fields) == ["phone"]
    set_up(importing, mapping={"name": 0}, options={})
    start(importing, by=ben)


def test_what_was_lent_is_not_merged_away(cast: Cast) -> None:
    rights = replace(ROLES["manager"][1], reaches=same_for_all(**dict.fromkeys(VERBS, Reach.OWN)))
    ben = replace(cast.ben, rights=rights)
    own, lent = create_record(object_types[PERSON], {"name": "Own"}, by=ben), person(cast, "Lent")
    share_records(object_types[PERSON], [lent], With(ben.id), by=cast.ada, reach="edit")
    assert query.allowed_ids(object_types[PERSON], [own, lent], by=ben, verb="edit") == {own, lent}
    with pytest.raises(Forbidden):
        run_action("customers.merge_customers", [own], {"other": lent, "winner": own}, by=ben, on=PERSON)
    assert query.allowed_ids(object_types[PERSON], [lent], by=cast.ada, verb="view") == {lent}
