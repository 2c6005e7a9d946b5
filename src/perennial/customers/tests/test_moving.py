"""A customer on a board of all customers is moved as the person or company that it is."""

from __future__ import annotations

import pytest

from perennial.customers.objects import COMPANY, CUSTOMER, PERSON
from perennial.foundation.errors import Forbidden, NotFound
from perennial.objects import query
from perennial.objects.types import object_types
from perennial.objects.views.checking import lane_fields
from perennial.objects.views.moving import can_move, move, part_of
from perennial.objects.writing import create_record
from perennial.workspace.tests.cast import make_cast

pytestmark = pytest.mark.django_db


def test_the_declared_action_moves_it_and_else_the_part() -> None:
    cast = make_cast()
    cleo = create_record(PERSON, {"name": "Cleo", "email": "c@example.com"}, by=cast.ada)
    fenwick = create_record(COMPANY, {"name": "Fenwick"}, by=cast.ada)
    assert part_of(CUSTOMER, cleo, by=cast.ada) is PERSON
    assert part_of(CUSTOMER, fenwick, by=cast.ada) is COMPANY
    run = move(CUSTOMER, cleo, "owner", cast.ben_user.pk, by=cast.ada)
    assert run.sentence.startswith("Assigned")
    move(CUSTOMER, fenwick, "qualification", "qualified", by=cast.ada)
    move(CUSTOMER, fenwick, "country", "KZ", by=cast.ada)
    row = query.get(CUSTOMER, fenwick, by=cast.ada)
    assert (row.values["qualification"], row.values["country"]) == ("qualified", "KZ")
    assert can_move(CUSTOMER, "country", by=cast.ada)
    assert not can_move(CUSTOMER, "stage", by=cast.ada)
    with pytest.raises(Forbidden):
        move(CUSTOMER, cleo, "stage", "loyalty", by=cast.ada)
    move(CUSTOMER, cleo, "country", "BA", by=cast.ben)
    for actor, id in ((cast.ben, fenwick), (cast.dov, cleo)):
        with pytest.raises(NotFound):
            move(CUSTOMER, id, "country", "BA", by=actor)


def test_a_board_of_customers_begins_with_the_stages() -> None:
    cast = make_cast()
    for key in ("customers.customer", "customers.person", "customers.company"):
        assert lane_fields(object_types[key], by=cast.ada)[0] == "stage"
    assert lane_fields(object_types["customers.task"], by=cast.ada)[0] == "priority"
