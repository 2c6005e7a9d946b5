"""Related records and the change log in conditions: alike in the database and in the lake, and by rights."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from perennial.commerce.tests.shop import NOON, make_customer, make_order, make_shop
from perennial.conditions.check import check
from perennial.conditions.errors import ConditionError
from perennial.conditions.rewinding import as_of_now
from perennial.conditions.text import parse
from perennial.customers.models import Customer
from perennial.customers.objects import COMPANY, PERSON
from perennial.foundation import clock
from perennial.lake.exporting import export_all
from perennial.lake.reader import open_lake
from perennial.lake.records import records_of
from perennial.objects.query import select
from perennial.objects.schema import schema_of
from perennial.objects.writing import update_record
from perennial.workspace.actor import SYSTEM, Actor
from perennial.workspace.rights import FieldRight

pytestmark = pytest.mark.django_db(transaction=True)

ASKED = {
    "has commerce.order.customer": {"Cleo", "Dora"},
    "has commerce.order.customer at least 2 times": {"Cleo"},
    "has commerce.order.customer exactly 1 time where (total > 15)": {"Cleo", "Dora"},
    "has no commerce.order.customer": {"Fay"},
    "has no commerce.order.customer where (placed_at within 36500 days and total < 15)": {"Dora", "Fay"},
    "sum(total of related commerce.order.customer) between 30 and 31": {"Cleo"},
    "last(total of related commerce.order.customer) = 20": {"Cleo", "Dora"},
    'average(total of related commerce.order.customer where (customer.name starts with "Cl")) is filled': {"Cleo"},
    "count(total of related commerce.order.customer) = 0": {"Fay"},
    "changed owner": {"Cleo"},
    'changed country from "GB" to "KZ" within 2 hours': {"Dora"},
    'changed country to "GB"': set(),
    "not changed country": {"Cleo", "Fay"},
}


@pytest.fixture
def shop(settings: Any, tmp_path: Path) -> Any:
    settings.LAKE_URL = str(tmp_path)
    shop = make_shop()
    dora = make_customer("Dora", kind="person")
    make_customer("Fay", kind="person")
    Customer.objects.filter(pk=dora.pk).update(country="GB")
    make_order(shop.cleo, NOON - timedelta(days=2), "10.5")
    make_order(shop.cleo, NOON - timedelta(days=1), 20)
    make_order(dora, NOON, 20)
    update_record(PERSON, shop.cleo.pk, {"owner": shop.cast.ben_user.pk}, by=SYSTEM)
    update_record(PERSON, dora.pk, {"country": "KZ"}, by=SYSTEM)
    export_all()
    return shop


def in_database(text: str, by: Actor) -> set[str]:
    where = check(parse(text), schema_of(PERSON, by=by))
    return {row.values["name"] for row in select(PERSON, by=by, where=where).rows}


def in_lake(lake: Any, text: str, by: Actor) -> set[str]:
    where = check(parse(text), schema_of(PERSON, by=by))
    return set(lake.answer(records_of(lake, PERSON, by=by, where=where).name))


def test_related_records_and_changes_are_found_alike(shop: Any) -> None:
    with open_lake() as lake:
        for text, names in ASKED.items():
            assert in_database(text, SYSTEM) == names, text
            assert in_lake(lake, text, SYSTEM) == names, text
        for owner, names in ((shop.cast.ben_user.pk, {"Cleo"}), (shop.cast.ada_user.pk, set())):
            assert in_database(f"changed owner to {owner}", SYSTEM) == names
            assert in_lake(lake, f"changed owner to {owner}", SYSTEM) == names


def test_what_somebody_may_not_see_does_not_count(shop: Any) -> None:
    """Cleo is Ben's; Dora and her order are nobody's."""
    with open_lake() as lake:
        for text in ("has commerce.order.customer", "has customers.person.company"):
            where = parse(text)
            assert schema_of(COMPANY, by=shop.cast.dov).relation(where.relation) is None  # type: ignore[attr-defined]
        assert in_database("has commerce.order.customer", shop.cast.ben) == {"Cleo"}
        assert in_lake(lake, "has commerce.order.customer", shop.cast.ben) == {"Cleo"}
        Customer.objects.filter(pk=shop.company.pk).update(owner=shop.cast.ben_user)
        colleague = make_customer("Gus", kind="person", company=shop.company)
        assert colleague.owner_id is None
        export_all()
    two = check(parse("has customers.person.company at least 2 times"), schema_of(COMPANY, by=shop.cast.ben))
    with open_lake() as lake:
        for by, found in ((SYSTEM, [shop.company.pk]), (shop.cast.ben, [])):
            assert [row.id for row in select(COMPANY, by=by, where=two).rows] == found
            assert lake.answer(records_of(lake, COMPANY, by=by, where=two).id) == found


def test_hidden_fields_of_related_records_are_unknown(shop: Any) -> None:
    rights = replace(shop.cast.ben.rights, fields={"commerce.order": {"total": FieldRight.NONE}})
    by = replace(shop.cast.ben, rights=rights)
    with pytest.raises(ConditionError, match="no field “total”"):
        in_database("has commerce.order.customer where (total > 1)", by)
    with pytest.raises(ConditionError, match="no field “total”"):
        in_database("sum(total of related commerce.order.customer) > 1", by)


def test_asked_as_of_the_past_a_field_is_what_it_was_then(shop: Any) -> None:
    before = clock.now()
    update_record(PERSON, shop.cleo.pk, {"country": "FR", "owner": None}, by=SYSTEM)
    update_record(PERSON, shop.cleo.pk, {"country": "DE"}, by=SYSTEM)
    export_all()
    with open_lake() as lake:
        for text, then, now in (
            ('country = "DE"', [], ["Cleo"]),
            ("owner is filled", ["Cleo"], []),
            ('country is empty and name = "Cleo"', ["Cleo"], []),
            ("changed country", ["Dora"], ["Cleo", "Dora"]),
        ):
            where = check(parse(text), schema_of(PERSON))
            for as_of, found in ((before, then), (None, now)):
                people = records_of(lake, PERSON, by=SYSTEM, where=where, as_of=as_of)
                assert sorted(lake.answer(people.name)) == found, (text, as_of)


def test_what_cannot_be_asked_as_it_was_is_named() -> None:
    asked = (
        'country = "GB" and updated_at is filled and company.name = "x" and company.updated_at is filled'
        " and has commerce.order.customer where (total > 5 and placed_at is filled) and did commerce.order_placed"
    )
    named = as_of_now(parse(asked, schema_of(PERSON)), schema_of(PERSON))
    assert {each.key for each in named} == {"updated_at", "company.updated_at"}
