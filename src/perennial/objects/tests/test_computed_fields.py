"""Formula and roll-up as fields that users make: shown, filtered, sorted, checked, empty when what they name goes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from perennial.foundation.errors import Invalid
from perennial.objects import dear_orders, query
from perennial.objects.made import catalogue
from perennial.objects.made.defining import change_field, make_field, make_kind, restore_field, retire_field
from perennial.objects.made.uses import uses_of
from perennial.objects.models import MadeField
from perennial.objects.schema import condition_of
from perennial.objects.types import object_types
from perennial.objects.views.checking import can_sort, usable
from perennial.objects.views.spec import ViewSpec
from perennial.objects.writing import create_record, create_records, delete_records, update_record


@pytest.fixture
def harbour(cast):
    """Boats with a price and a length, and trips that each refer to one."""
    boat = make_kind(label="Boat", label_plural="Boats", by=cast.ada).key
    for type, label in (("number", "Length"), ("money", "Price"), ("day", "Built")):
        make_field(boat, type=type, label=label, by=cast.ada)
    trip = make_kind(label="Trip", label_plural="Trips", by=cast.ada).key
    make_field(trip, type="ref", label="Boat", options={"object_key": boat}, by=cast.ada)
    make_field(trip, type="money", label="Fare", by=cast.ada)
    make_field(trip, type="day", label="On", by=cast.ada)
    make_field(trip, type="refs", label="Escorts", options={"object_key": boat}, by=cast.ada)
    yield cast
    catalogue.forget()


BOAT, TRIP = "made.boat", "made.trip"


def new(key, cast, **values):
    return create_record(object_types[key], values, by=cast.ada)


def formula(cast, label, text, key=BOAT, **options):
    return make_field(key, type="formula", label=label, options={"formula": text, **options}, by=cast.ada)


def roll_up(cast, label, how="count", field="", relation="made.trip/boat", key=BOAT):
    options = {"relation": relation, "how": how, "field": field}
    return make_field(key, type="roll_up", label=label, options=options, by=cast.ada)


def value(cast, id, field, key=BOAT):
    return query.get(object_types[key], id, by=cast.ada).values[field]


def test_a_formula_is_shown_filtered_and_sorted_by(harbour) -> None:
    formula(harbour, "Per metre", "price / length")
    for name, length, price in (("Swift", 10, 500), ("Grand", 20, 4000), ("Unknown", None, 5)):
        new(BOAT, harbour, name=name, length=length, price=price)
    kind = object_types[BOAT]
    page = query.select(kind, by=harbour.ada, columns=["per_metre"], sort="-per_metre")
    assert [(row.title, row.values["per_metre"]) for row in page.rows][:2] == [
        ("Grand", page.rows[0].values["per_metre"]), ("Swift", page.rows[1].values["per_metre"])]  # fmt: skip
    assert [row.values["per_metre"] and row.values["per_metre"].amount for row in page.rows] == [200, 50, None]
    for text, names in (("per_metre >= 100", ["Grand"]), ("per_metre is empty", ["Unknown"])):
        found = query.select(kind, by=harbour.ada, where=condition_of(kind, text, by=harbour.ada)).rows
        assert [row.title for row in found] == names
    assert kind.field("per_metre").readonly
    (result,) = create_records(kind, [{"name": "X", "per_metre": 3}], by=harbour.ada).results
    assert not result.is_done


def test_a_formula_follows_related_records_and_other_formulas(harbour) -> None:
    formula(harbour, "Double", "length * 2")
    formula(harbour, "Quadruple", "double * 2")
    formula(harbour, "Aboard", 'concat(boat.name, ": ", boat.quadruple)', key=TRIP)
    swift = new(BOAT, harbour, name="Swift", length=10)
    trip = new(TRIP, harbour, name="To sea", boat=swift)
    assert value(harbour, swift, "quadruple") == 40
    assert value(harbour, trip, "aboard", TRIP) == "Swift: 40"
    update_record(object_types[BOAT], swift, {"length": 11}, by=harbour.ada)
    assert value(harbour, trip, "aboard", TRIP) == "Swift: 44"
    delete_records(object_types[BOAT], [swift], by=harbour.ada)
    assert value(harbour, trip, "aboard", TRIP) == ": "


def test_roll_ups_go_over_what_refers_here_and_is_not_deleted(harbour) -> None:
    for label, how, field in (("Trips", "count", ""), ("Earned", "sum", "fare"), ("Usual", "average", "fare"),
                              ("First", "min", "on"), ("Last", "max", "on")):  # fmt: skip
        roll_up(harbour, label, how, field)
    roll_up(harbour, "Escorted", relation="made.trip/escorts")
    formula(harbour, "Earned twice", "earned * 2")
    swift, other = new(BOAT, harbour, name="Swift"), new(BOAT, harbour, name="Other")
    trips = [
        new(TRIP, harbour, name=f"T{day}", boat=swift, fare=day * 10, on=f"2026-05-0{day}", escorts=[other, swift])
        for day in (1, 2, 3)
    ]
    new(TRIP, harbour, name="No boat", fare=1000)
    delete_records(object_types[TRIP], trips[2:], by=harbour.ada)
    got = query.get(object_types[BOAT], swift, by=harbour.ada).values
    assert (got["trips"], got["earned"].amount, got["usual"].amount) == (2, 30, 15)
    assert (got["first"].isoformat(), got["last"].isoformat(), got["escorted"]) == ("2026-05-01", "2026-05-02", 2)
    assert got["earned_twice"].amount == 60
    none = query.get(object_types[BOAT], other, by=harbour.ada).values
    assert (none["trips"], none["earned"].amount, none["usual"], none["first"]) == (0, 0, None, None)
    kind = object_types[BOAT]
    page = query.select(kind, by=harbour.ada, where=condition_of(kind, "trips >= 1", by=harbour.ada), sort="-earned")
    assert [row.title for row in page.rows] == ["Swift"]


def test_a_long_list_is_not_sorted_by_what_looks_into_other_records(harbour, monkeypatch) -> None:
    roll_up(harbour, "Trips")
    formula(harbour, "Per metre", "price / length")
    for name in ("Swift", "Grand", "Third"):
        new(BOAT, harbour, name=name)
    kind = object_types[BOAT]
    dear_orders.forget()
    assert can_sort(kind, "trips")
    assert len(query.select(kind, by=harbour.ada, sort="-trips").rows) == 3
    dear_orders.forget()
    monkeypatch.setattr(dear_orders, "MOST", 2)
    assert not can_sort(kind, "trips")
    assert can_sort(kind, "per_metre")
    assert usable(ViewSpec(sort="-trips,name"), kind, by=harbour.ada).sort == "name"
    with pytest.raises(Invalid) as refused:
        query.select(kind, by=harbour.ada, sort="-trips")
    assert "very many rows" in str(refused.value.fields["sort"])
    assert len(query.select(kind, by=harbour.ada, sort="-per_metre", columns=["trips"]).rows) == 3
    found = query.select(kind, by=harbour.ada, where=condition_of(kind, "trips = 0", by=harbour.ada))
    assert len(found.rows) == 3
    dear_orders.forget()


def test_fields_that_users_made_of_the_houses_own_kinds_can_be_counted(cast) -> None:
    roll_up(cast, "Visits", relation="tests.visit/garden", key="tests.garden")
    make_field("tests.garden", type="formula", label="Is large", options={"formula": "size > 10"}, by=cast.ada)
    garden = new("tests.garden", cast, name="Kew", size=11)
    new("tests.visit", cast, garden=garden, note="First")
    assert (value(cast, garden, "visits", "tests.garden"), value(cast, garden, "is_large", "tests.garden")) == (1, True)
    catalogue.forget()


@pytest.mark.parametrize(("label", "options", "part", "said"), [
    ("X", {"formula": "lenght * 2"}, "options.formula", "letter 1: There is no field “lenght” in Boats. Did you mean"),
    ("X", {"formula": ""}, "options.formula", "Write a formula"),
    ("X", {"formula": "length", "places": 9}, "options.places", "less than or equal"),
    ("X", {"formula": "length", "result": "'; DROP TABLE x"}, None, ""),
])  # fmt: skip
def test_a_wrong_formula_is_refused_where_it_is_wrong(harbour, label, options, part, said) -> None:
    if part is None:
        made = make_field(BOAT, type="formula", label=label, options=options, by=harbour.ada)
        assert made.options["result"] == "number"
        return
    with pytest.raises(Invalid) as wrong:
        make_field(BOAT, type="formula", label=label, options=options, by=harbour.ada)
    assert said in str(wrong.value.fields[part])


@pytest.mark.parametrize(("options", "part"), [
    ({"relation": "made.trip/fare"}, "options.relation"), ({"relation": "made.no/boat"}, "options.relation"),
    ({"relation": "x"}, "options.relation"), ({"relation": "made.trip/boat", "how": "sum"}, "options.field"),
    ({"relation": "made.trip/boat", "how": "sum", "field": "name"}, "options.field"),
    ({"relation": "made.trip/boat", "how": "sum", "field": "nothing"}, "options.field"),
    ({"relation": "made.trip/boat", "how": "DROP", "field": "fare"}, "options.how"),
])  # fmt: skip
def test_a_wrong_roll_up_is_refused(harbour, options, part) -> None:
    with pytest.raises(Invalid) as wrong:
        make_field(BOAT, type="roll_up", label="X", options=options, by=harbour.ada)
    assert part in wrong.value.fields


def test_nothing_rests_on_itself(harbour) -> None:
    one = formula(harbour, "One", "length")
    formula(harbour, "Two", "one + 1")
    with pytest.raises(Invalid) as wrong:
        change_field(one, options={"formula": "two + 1"}, by=harbour.ada)
    assert "rests on itself" in str(wrong.value.fields["options.formula"])
    total = roll_up(harbour, "Total", "sum", "fare")
    formula(harbour, "Share", "boat.total", key=TRIP)
    with pytest.raises(Invalid) as wrong:
        change_field(total, options={"relation": "made.trip/boat", "how": "sum", "field": "share"}, by=harbour.ada)
    assert "rests on itself" in str(wrong.value.fields["options.relation"])


def test_what_it_names_may_go_and_come_back(harbour) -> None:
    formula(harbour, "Double", "length * 2")
    swift = new(BOAT, harbour, name="Swift", length=10)
    length = MadeField.objects.get(key="length")
    assert [use.name for use in uses_of(BOAT, "length")] == ["Boats: Double"]
    assert [use.name for use in uses_of(BOAT)] == ["Trips: Boat", "Trips: Escorts"]
    retire_field(length, by=harbour.ada)
    assert value(harbour, swift, "double") is None
    kind = object_types[BOAT]
    assert query.select(kind, by=harbour.ada, where=condition_of(kind, "double > 1", by=harbour.ada)).rows == []
    restore_field(length, by=harbour.ada)
    assert value(harbour, swift, "double") == Decimal(20)
