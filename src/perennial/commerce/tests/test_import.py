"""Files of order lines through the import itself: what becomes of every row, in any order, once and twice."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from perennial.commerce.models import CustomerFacts, Order, OrderLine, Product
from perennial.commerce.order_lines.kind import KEY
from perennial.commerce.tests.shop import NOON, clock_at, make_shop
from perennial.customers.models import Customer
from perennial.foundation.errors import Invalid
from perennial.foundation.sql import fetch
from perennial.objects.importing import previewing, uploads
from perennial.objects.importing.working import work
from perennial.objects.models import Import, SkippedRow

pytestmark = pytest.mark.django_db
HEAD = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
ROWS = (
    ("536365", "85123A", "HEART HOLDER", "6", "2010-12-01 08:26", "2.55", "17850", "United Kingdom"),
    ("536365", "85123a", "WHITE HEART HOLDER", "4", "2010-12-01 08:26", "2.50", "17850", "United Kingdom"),
    ("536365", "85123A", "HEART HOLDER", "6", "2010-12-01 08:26", "2.55", "17850", "United Kingdom"),
    ("536365", "POST", "POSTAGE", "1", "2010-12-01 08:26", "18", "17850", "United Kingdom"),
    ("536366", "22633", "HAND WARMER", "2", "2010-12-01 08:28", "1.85", "", "United Kingdom"),
    ("C536367", "85123A", "HEART HOLDER", "-2", "2010-12-02 09:00", "2.55", "17850", "United Kingdom"),
    ("536368", "22633", "damaged", "-9", "2010-12-02 10:00", "0", "", "United Kingdom"),
    ("536369", "22633", "", "5", "2010-12-02 10:00", "0", "", "United Kingdom"),
    ("A536370", "B", "Adjust bad debt", "1", "2010-12-02 10:00", "11062.06", "", "United Kingdom"),
    ("536371", "22633", "HAND WARMER", "1", "2010-12-03 10:00", "0", "17850", "European Community"),
    ("536372", "22633", "HAND WARMER", "x", "2010-12-03 10:00", "1.85", "17850", "EIRE"),
)


def import_rows(rows, tmp_path: Path, *, by, options=None, name="orders.csv", batch: int | None = None) -> Import:
    path = tmp_path / name
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([HEAD, *rows])
    importing = uploads.take_path(KEY, path, by=by)
    importing = uploads.set_up(importing, mapping=importing.mapping, options={**importing.options, **(options or {})})
    uploads.start(importing, by=by)
    work(importing.pk)
    importing.refresh_from_db()
    assert importing.status == Import.Status.DONE, importing.error
    return importing


def state() -> tuple[object, ...]:
    """Everything but ids and positions."""
    return (
        fetch("SELECT o.number, o.kind, c.external_id, o.placed_at, o.total, o.line_count FROM commerce_order o"
              " LEFT JOIN customers_customer c ON c.id = o.customer_id ORDER BY 1"),
        fetch("SELECT o.number, upper(p.sku), l.kind, l.quantity, l.unit_price, l.amount FROM commerce_order_line l"
              " JOIN commerce_order o ON o.id = l.order_id JOIN commerce_product p ON p.id = l.product_id"
              " ORDER BY 1, 2, 4"),
        fetch("SELECT c.external_id, f.order_count, f.spent FROM commerce_customer_facts f"
              " JOIN customers_customer c ON c.id = f.customer_id ORDER BY 1"),
    )  # fmt: skip


def test_every_row_becomes_what_it_is_and_the_skipped_say_why(tmp_path):
    ada = make_shop().cast.ada
    with clock_at(NOON):
        done = import_rows(ROWS, tmp_path, by=ada)
    assert (done.created, done.unchanged, done.skipped) == (6, 0, 5)
    assert dict(SkippedRow.objects.values_list("number", "code")) == {
        3: "duplicate", 7: "stock_adjustment", 8: "stock_movement", 9: "bookkeeping", 11: "bad_quantity"}  # fmt: skip
    assert sorted(done.remarks.values()) == [1, 1, 1, 1, 1]
    orders = {order.number: order for order in Order.objects.all()}
    assert set(orders) == {"536365", "536366", "C536367", "536371"}
    assert (orders["536365"].total, orders["536365"].line_count) == (Decimal("43.30"), 3)
    assert (orders["C536367"].kind, orders["C536367"].total) == ("return", Decimal("-5.10"))
    assert orders["536366"].customer_id is None
    customer = Customer.objects.get(external_id="17850")
    assert (customer.kind, customer.name, customer.country) == ("company", "Customer 17850", "GB")
    facts = CustomerFacts.objects.get(customer=customer)
    assert (facts.order_count, facts.return_count, facts.spent) == (2, 1, Decimal("38.20"))
    assert Product.objects.filter(sku__iexact="85123a").count() == 1
    assert Product.objects.get(sku="POST").kind == "shipping"


def test_events_stand_where_the_orders_were_and_point_at_the_customer(tmp_path):
    ada = make_shop().cast.ada
    with clock_at(NOON):
        import_rows(ROWS, tmp_path, by=ada)
    events = fetch(
        "SELECT e.type, e.occurred_at = e.known_at, e.occurred_at, p.customer_id, e.properties->>'number'"
        " FROM timeline_event e LEFT JOIN customers_profile p ON p.id = e.profile_id"
        " WHERE e.subject_kind = 'commerce.order' ORDER BY e.properties->>'number'")  # fmt: skip
    orders = {order.number: order for order in Order.objects.all()}
    assert [(type, number) for type, *_, number in events] == [
        ("commerce.order_placed", "536365"), ("commerce.order_placed", "536366"), ("commerce.order_placed", "536371"),
        ("commerce.order_returned", "C536367")]  # fmt: skip
    for _type, is_history, at, customer_id, number in events:
        assert is_history
        assert at == orders[number].placed_at
        assert customer_id == orders[number].customer_id


def test_a_second_import_of_the_same_file_creates_nothing(tmp_path):
    ada = make_shop().cast.ada
    with clock_at(NOON):
        import_rows(ROWS, tmp_path, by=ada)
        before = state()
        again = import_rows(ROWS, tmp_path, by=ada, name="again.csv")
    assert (again.created, again.unchanged, again.skipped) == (0, 6, 5)
    assert state() == before
    assert fetch("SELECT count(*) FROM timeline_event WHERE subject_kind = 'commerce.order'") == [(4,)]


def test_a_file_in_any_order_and_in_parts_ends_in_the_same_orders(tmp_path):
    ada, random = make_shop().cast.ada, Random(3)
    rows = [
        (str(1000 + random.randrange(12)), f"P{random.randrange(9)}", "THING", str(1 + random.randrange(5)),
         "2011-01-05 10:00", "1.25", "", "France") for _ in range(150)
    ]  # fmt: skip
    with clock_at(NOON):
        import_rows(sorted(rows), tmp_path, by=ada)
        whole = state()
        for model in (OrderLine, Order, Product):
            model.objects.all().delete()
        random.shuffle(rows)
        for part in range(5):
            import_rows(rows[part::5], tmp_path, by=ada, name=f"part{part}.csv")
    assert state() == whole
    for order in Order.objects.all():
        assert order.total == sum(line.amount for line in order.lines.all())
        assert order.line_count == order.lines.count()


def test_a_kill_between_batches_doubles_and_loses_nothing(tmp_path, monkeypatch):
    ada = make_shop().cast.ada
    rows = [(str(2000 + number // 3), f"P{number % 3}", "THING", "1", "2011-01-05 10:00", "2", "77", "France")
            for number in range(60)]  # fmt: skip
    from perennial.commerce.order_lines import kind as module
    from perennial.objects.importing import kinds

    small = replace(kinds.import_kinds[KEY], batch=10)
    monkeypatch.setitem(kinds.import_kinds, KEY, small)
    calls, write = [], module.OrderLineWriter.write

    def dying(self, batch):
        calls.append(len(batch.lines))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return write(self, batch)

    monkeypatch.setattr(module.OrderLineWriter, "write", dying)
    path = tmp_path / "killed.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([HEAD, *rows])
    with clock_at(NOON):
        importing = uploads.take_path(KEY, path, by=ada)
        uploads.start(importing, by=ada)
        with pytest.raises(KeyboardInterrupt):
            work(importing.pk)
        assert 0 < Order.objects.count() < 20
        work(importing.pk)
    importing.refresh_from_db()
    assert (importing.status, importing.created, importing.skipped) == ("done", 60, 0)
    assert Order.objects.count() == 20
    assert all(length in (6, 9, 12) for length in calls), calls  # an order is never split
    assert CustomerFacts.objects.get(customer__external_id="77").order_count == 20


def test_an_import_taken_back_can_be_corrected_and_repeated(tmp_path):
    ada = make_shop().cast.ada
    with clock_at(NOON):
        done = import_rows(ROWS, tmp_path, by=ada)
        before = state()
        uploads.revert(done, by=ada)
        assert not Order.objects.filter(deleted_at=None).exists()
        assert not Customer.objects.filter(external_id="17850", deleted_at=None).exists()
        again = import_rows(ROWS, tmp_path, by=ada, name="again.csv")
    assert again.created == 6
    alive = Order.objects.filter(deleted_at=None)
    assert sorted(alive.values_list("number", "total")) == sorted((row[0], row[4]) for row in before[0])


def test_the_same_line_twice_can_be_meant(tmp_path):
    ada = make_shop().cast.ada
    with clock_at(NOON):
        done = import_rows(ROWS[:4], tmp_path, by=ada, options={"same": "keep"})
        again = import_rows(ROWS[:4], tmp_path, by=ada, options={"same": "keep"}, name="again.csv")
    assert (done.created, done.skipped) == (4, 0)
    assert (again.created, again.unchanged) == (0, 4)


def test_another_currency_needs_its_rate(tmp_path):
    from datetime import date

    from perennial.commerce.rates import set_rate

    ada = make_shop().cast.ada
    with clock_at(NOON):
        refused = import_rows(ROWS[:1], tmp_path, by=ada, options={"currency": "EUR"})
        assert list(SkippedRow.objects.values_list("code", flat=True)) == ["rate_missing"]
        assert refused.created == 0
        set_rate("EUR", date(2010, 11, 30), Decimal("0.85"))
        import_rows(ROWS[:1], tmp_path, by=ada, options={"currency": "EUR"}, name="again.csv")
    order = Order.objects.get()
    assert (order.total, order.base_total, order.rate) == (Decimal("15.30"), Decimal("13.005"), Decimal("0.85"))


def test_options_that_cannot_be_read_stop_before_anything_is_written(tmp_path):
    ada = make_shop().cast.ada
    path = tmp_path / "orders.csv"
    path.write_text(",".join(HEAD) + "\n" + ",".join(ROWS[0]) + "\n")
    importing = uploads.take_path(KEY, path, by=ada)
    uploads.set_up(importing, mapping=importing.mapping, options={"codes": "postage: X"})
    with pytest.raises(Invalid):
        previewing.preview(importing, by=ada)
    assert not Order.objects.exists()


def test_a_name_set_by_hand_outlives_the_next_import(tmp_path):
    ada = make_shop().cast.ada
    from perennial.objects.types import object_types
    from perennial.objects.writing import update_record

    with clock_at(NOON):
        import_rows(ROWS[:1], tmp_path, by=ada)
        product = Product.objects.get()
        newer = ("536400", "85123A", "CREAM HEART HOLDER", "1", "2011-02-01 08:26", "2.95", "17850", "United Kingdom")
        import_rows([newer], tmp_path, by=ada, name="newer.csv")
        product.refresh_from_db()
        assert (product.name, product.price) == ("CREAM HEART HOLDER", Decimal("2.95"))
        update_record(object_types["commerce.product"], product.pk, {"name": "Heart"}, by=ada)
        newest = ("536401", "85123A", "PINK HEART HOLDER", "1", "2011-03-01 08:26", "3.95", "17850", "United Kingdom")
        import_rows([newest], tmp_path, by=ada, name="newest.csv")
    product.refresh_from_db()
    assert (product.name, product.price) == ("Heart", Decimal("2.95"))
