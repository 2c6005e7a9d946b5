"""Orders placed by hand or by program, who may see them, and what follows them about."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from perennial.commerce import jobs
from perennial.commerce.models import CustomerFacts, Order, OrderLine, Product
from perennial.commerce.objects import ORDER, PRODUCT
from perennial.commerce.panels import customer_figures, customer_orders, order_lines, product_orders
from perennial.commerce.personal_data import erase_orders, export_orders
from perennial.commerce.tests.shop import NOON, clock_at, make_customer, make_order, make_shop
from perennial.conditions.text import parse
from perennial.customers.models import Customer
from perennial.customers.personal_data import subject_of
from perennial.foundation.errors import Conflict, Invalid, NotFound
from perennial.foundation.sql import fetch
from perennial.objects import query
from perennial.objects.schema import schema_of
from perennial.objects.types import object_types
from perennial.objects.writing import create_record, create_records, delete_record, restore_record, update_record
from perennial.timeline.consumers import Batch

pytestmark = pytest.mark.django_db
LINES = [{"description": "Candle", "quantity": "3", "unit_price": "2.50"},
         {"description": "Postage", "quantity": 1, "unit_price": 4, "kind": "shipping"}]  # fmt: skip


def place(shop, *, by=None, **values):
    row = {"customer": shop.cleo.pk, "lines": LINES, "placed_at": NOON - timedelta(days=1)} | values
    return create_record(ORDER, row, by=by or shop.cast.ada)


def test_an_order_is_written_with_lines_event_facts_and_change():
    shop = make_shop()
    with clock_at(NOON):
        order = Order.objects.get(pk=place(shop, number="W-1", external_id="shop-1"))
    assert (order.total, order.base_total, order.line_count) == (Decimal("11.5"), Decimal("11.5"), 2)
    assert [line.amount for line in order.lines.order_by("position")] == [Decimal("7.5"), Decimal(4)]
    event = fetch("SELECT type, profile_id, properties::json FROM timeline_event WHERE subject_id = %s", [order.pk])
    assert event == [("commerce.order_placed", order.profile_id, {
        "number": "W-1", "lines": 2, "total": {"amount": "11.5000", "currency": "GBP"},
        "base_total": {"amount": "11.5000", "currency": "GBP"}})]  # fmt: skip
    assert CustomerFacts.objects.get(customer=shop.cleo).spent == Decimal("11.5")
    assert CustomerFacts.objects.get(customer=shop.company).spent == Decimal("11.5")
    changes = fetch("SELECT kind FROM timeline_change WHERE object_key = 'commerce.order'")
    assert changes == [("create",)]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"lines": []}, "lines"), ({"lines": None}, "lines"), ({"lines": [{"quantity": 1}]}, "lines"),
        ({"lines": [{"quantity": -1, "unit_price": 1}]}, "lines"),
        ({"lines": [{"quantity": 0, "unit_price": 1}]}, "lines"),
        ({"kind": "return"}, "lines"), ({"lines": [{"quantity": "1e10", "unit_price": 1}]}, "lines"),
        ({"lines": [{"quantity": 1, "unit_price": 1, "product": 999_999}]}, "lines"),
        ({"placed_at": "1950-01-01"}, "placed_at"), ({"placed_at": "2999-01-01"}, "placed_at"),
        ({"customer": 999_999}, "customer"), ({"total": 5}, "total"),
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_is_refused_and_leaves_nothing(values, field):
    shop = make_shop()
    with clock_at(NOON), pytest.raises(Invalid) as refused:
        place(shop, **values)
    assert field in refused.value.fields
    assert not Order.objects.exists()
    assert not OrderLine.objects.exists()


def test_a_number_is_taken_once_and_given_where_it_is_missing():
    shop = make_shop()
    with clock_at(NOON):
        place(shop, number="W-1")
        with pytest.raises(Conflict):
            place(shop, number="W-1")
        rows = [{"lines": LINES, "number": number} for number in ("W-2", "W-1", "W-2")]
        codes = [result.code for result in create_records(ORDER, rows, by=shop.cast.ada).results]
        assert codes == ["done", "conflict", "conflict"]
        unnamed = place(shop)
    assert Order.objects.get(pk=unnamed).number == f"P-{unnamed}"


def test_a_return_has_negative_quantities_and_lowers_what_was_spent():
    shop = make_shop()
    with clock_at(NOON):
        place(shop)
        place(shop, kind="return", lines=[{"description": "Candle", "quantity": -1, "unit_price": "2.50"}])
    facts = CustomerFacts.objects.get(customer=shop.cleo)
    assert (facts.order_count, facts.return_count, facts.spent) == (1, 1, Decimal(9))


def test_deleting_and_restoring_an_order_moves_the_facts():
    shop = make_shop()
    with clock_at(NOON):
        id = place(shop)
        delete_record(ORDER, id, by=shop.cast.ada)
        assert CustomerFacts.objects.get(customer=shop.cleo).order_count == 0
        restore_record(ORDER, id, by=shop.cast.ada)
    assert CustomerFacts.objects.get(customer=shop.cleo).order_count == 1


def test_orders_are_seen_by_whom_their_customer_is_seen_by():
    shop = make_shop()
    Customer.objects.filter(pk=shop.cleo.pk).update(owner_id=shop.cast.ben_user.pk)
    other = make_customer("Other")
    with clock_at(NOON):
        hers, others, guests = place(shop), place(shop, customer=other.pk), place(shop, customer=None)
    seen = {by.name: {row.id for row in query.select(ORDER, by=by).rows}
            for by in (shop.cast.ada, shop.cast.ben, shop.cast.dov)}  # fmt: skip
    assert seen == {"Ada": {hers, others, guests}, "Ben": {hers}, "Dov": set()}
    with pytest.raises(NotFound):
        order_lines(others, shop.cast.ben, {})
    assert customer_figures(other.pk, shop.cast.ben, {}) is None
    assert customer_orders(other.pk, shop.cast.ben, {})["orders"] == []


def test_the_panels_show_orders_lines_and_products_page_by_page():
    shop = make_shop()
    product = create_record(PRODUCT, {"name": "<b>Candle</b>", "sku": "C1", "price": "2.50"}, by=shop.cast.ada)
    with clock_at(NOON):
        line = {"product": product, "description": "<i>x</i>", "quantity": 1, "unit_price": 2}
        ids = [place(shop, lines=[line], placed_at=NOON - timedelta(days=day)) for day in range(1, 31)]
    first = customer_orders(shop.cleo.pk, shop.cast.ada, {})
    second = customer_orders(shop.cleo.pk, shop.cast.ada, {"after": first["next"]})
    assert [row.id for row in (*first["orders"], *second["orders"])] == ids
    assert second["next"] is None
    assert [row.id for row in customer_orders(shop.company.pk, shop.cast.ada, {})["orders"]] == ids[:25]
    sold = product_orders(product, shop.cast.ada, {})
    older = product_orders(product, shop.cast.ada, {"before": str(sold["next"])})
    assert len(sold["lines"]) + len(older["lines"]) == 30
    for template, context in (
        ("_customer_orders", first), ("_customer_figures", customer_figures(shop.cleo.pk, shop.cast.ada, {})),
        ("_order_lines", order_lines(ids[0], shop.cast.ada, {})), ("_product_orders", sold),
    ):  # fmt: skip
        html = render_to_string(f"commerce/{template}.html", {"label": "Orders", **context})
        assert "£" in html
        assert "<i>" not in html
        assert "<b>Candle" not in html


def test_every_ready_filter_can_be_read():
    for kind in (ORDER, PRODUCT):
        for _label, text in kind.list.filters:
            parse(text, schema_of(kind))


def test_a_person_who_changes_company_takes_their_orders_along(monkeypatch):
    shop = make_shop()
    new = make_customer("New & Co")
    with clock_at(NOON):
        place(shop)
        update_record(object_types["customers.person"], shop.cleo.pk, {"company": new.pk}, by=shop.cast.ada)
        # The consumer sees only what is committed, which a test never is: it is handed the row of the log.
        rows = fetch(f"SELECT record_id, ({jobs._COMPANY})::json FROM timeline_change ORDER BY id")
        monkeypatch.setattr(jobs, "next_batch", lambda *_, **__: Batch(rows, "1", "1"))
        assert jobs.follow_companies() == len(rows)
    assert CustomerFacts.objects.get(customer=shop.company).order_count == 0
    assert CustomerFacts.objects.get(customer=new).order_count == 1


def test_erasing_a_person_keeps_the_invoice_and_nothing_that_names_them():
    shop = make_shop()
    Customer.objects.filter(pk=shop.cleo.pk).update(name="Cleopatra Philopator", email="cleo@example.com")
    line = {"description": "Engraving for Cleopatra Philopator", "quantity": 1, "unit_price": 9}
    with clock_at(NOON):
        id = place(shop, lines=[line])
        subject = subject_of(shop.cleo.pk)
        assert export_orders(subject)[0]["lines"][0]["description"] == line["description"]
        assert erase_orders(subject, shop.cast.ada) == {"commerce.order": [id]}
    assert "Cleopatra" not in OrderLine.objects.get().description
    assert Order.objects.get().total == 9


def test_orders_of_guests_are_found_by_number():
    shop = make_shop()
    make_order(None, NOON, "5")
    with clock_at(NOON):
        id = place(shop, customer=None, number="GUEST-77")
    assert [row.id for row in query.select(ORDER, by=shop.cast.ada, search="guest-7").rows] == [id]
    assert not Product.objects.exists()
