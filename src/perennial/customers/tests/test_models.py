"""What the database itself refuses."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from perennial.customers.models import Company, Customer, Person

pytestmark = pytest.mark.django_db


def refuses(**values: object) -> bool:
    try:
        with transaction.atomic():
            Customer.objects.create(**values)
    except IntegrityError:
        return True
    return False


def test_people_and_companies_keep_to_their_own_columns() -> None:
    assert not refuses(kind="person", name="Cleo", first_name="Cleo")
    assert refuses(kind="person", name="Cleo", domain="example.com")
    assert refuses(kind="company", name="Acme", last_name="Acme")
    assert refuses(kind="robot", name="R2")
    assert refuses(kind="person", name="")


def test_an_external_id_belongs_to_one_living_customer_of_a_kind() -> None:
    first = Person.objects.create(kind="person", name="Cleo", external_id="7")
    assert refuses(kind="person", name="Other", external_id="7")
    assert not refuses(kind="company", name="Acme", external_id="7")
    first.deleted_at = first.created_at
    first.save()
    assert not refuses(kind="person", name="Other", external_id="7")


def test_two_people_may_share_an_address() -> None:
    assert not refuses(kind="person", name="Cleo", email="home@example.com")
    assert not refuses(kind="person", name="Theo", email="home@example.com")


def test_nobody_is_their_own_company_or_merged_while_visible() -> None:
    acme = Company.objects.create(kind="company", name="Acme")
    assert refuses(kind="person", name="Cleo", merged_into=acme)
    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.filter(pk=acme.pk).update(kind="person", company=acme)
