"""The sample comes in by the import and goes without a trace; what is the firm's own stays."""

from __future__ import annotations

import pyarrow.parquet as parquet
import pytest

from perennial.commerce.models import CustomerFacts, Order, OrderLine, Product
from perennial.commerce.objects import ORDER
from perennial.commerce.sample import after_removal, remove_sample, sample_path, start_sample
from perennial.commerce.sample.loading import ENDS
from perennial.commerce.sample.removing import then
from perennial.commerce.tests.shop import make_customer
from perennial.customers.models import Customer, Note, Person
from perennial.foundation import clock
from perennial.foundation.errors import Conflict, Forbidden
from perennial.foundation.sql import fetch
from perennial.objects.importing.working import work
from perennial.objects.models import Import
from perennial.objects.writing import create_record
from perennial.workspace.firm import forget_firm, the_firm
from perennial.workspace.models import Firm
from perennial.workspace.tests.cast import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def part(tmp_path, monkeypatch):
    """The first 2,000 lines in place of the whole."""
    path = tmp_path / "part.parquet"
    parquet.write_table(parquet.read_table(sample_path()).slice(0, 2_000), path)
    monkeypatch.setattr("perennial.commerce.sample.loading.sample_path", lambda: path)
    yield path
    forget_firm()


def load(cast) -> Import:
    importing = start_sample()
    work(importing.pk)
    importing.refresh_from_db()
    assert importing.status == Import.Status.DONE
    return importing


def test_the_sample_sets_the_clock_and_marks_its_records(part):
    load(make_cast())
    assert abs((clock.now() - ENDS).total_seconds()) < 60
    assert the_firm().has_sample
    assert Order.objects.exists()
    for model in (Order, Product, Customer):
        assert not model.objects.filter(is_sample=False).exists()


def test_starting_it_twice_starts_it_once(part):
    first = load(make_cast())
    assert start_sample().pk == first.pk
    assert Import.objects.count() == 1


def test_a_firm_with_orders_of_its_own_gets_no_sample(part):
    cast = make_cast()
    create_record(ORDER, {"lines": [{"quantity": 1, "unit_price": 1}]}, by=cast.ada)
    with pytest.raises(Conflict):
        start_sample()
    assert not Firm.objects.get().has_sample


def test_removing_it_alone_empties_the_house(part):
    cast = make_cast()
    load(cast)
    with pytest.raises(Forbidden):
        remove_sample(by=cast.ben)
    called = []
    after_removal(lambda: called.append(1))
    try:
        remove_sample(by=cast.ada)
    finally:
        then.pop()
    for model in (Order, OrderLine, Product, Customer, CustomerFacts):
        assert not model.objects.exists()
    assert fetch("SELECT count(*) FROM timeline_event") == [(0,)]
    assert fetch("SELECT DISTINCT kind FROM timeline_change") == [("configure",)]
    assert not the_firm().has_sample
    assert abs((clock.now() - clock.real_now()).total_seconds()) < 5
    assert called == [1]
    with pytest.raises(Forbidden):
        remove_sample(by=cast.ada)


def test_removing_it_leaves_what_is_the_firms_own(part):
    cast = make_cast()
    load(cast)
    sample = Customer.objects.first()
    mine = make_customer("Cleo & Co")
    worker = Person.objects.create(kind="person", name="Zed", company=sample)
    Note.objects.create(customer=sample, text="tried it")
    product = Product.objects.first()
    own = create_record(ORDER, {"customer": mine.pk, "lines": [
        {"quantity": 1, "unit_price": 1, "product": product.pk}]}, by=cast.ada)  # fmt: skip
    regular = Customer.objects.filter(is_sample=True).last()
    theirs = create_record(ORDER, {"customer": regular.pk, "lines": [{"quantity": 1, "unit_price": 7}]}, by=cast.ada)
    remove_sample(by=cast.ada)
    assert set(Order.objects.values_list("pk", flat=True)) == {own, theirs}
    assert set(Customer.objects.values_list("pk", flat=True)) == {mine.pk, worker.pk, regular.pk}
    assert CustomerFacts.objects.get(customer=regular).spent == 7
    assert Customer.objects.get(pk=worker.pk).company_id is None
    assert list(Product.objects.values_list("pk", "is_sample")) == [(product.pk, False)]
    assert not Note.objects.exists()
    assert fetch("SELECT subject_id FROM timeline_event WHERE subject_kind = 'commerce.order' ORDER BY 1") == [
        (own,), (theirs,)]  # fmt: skip
    assert OrderLine.objects.count() == 2
