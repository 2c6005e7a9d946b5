"""Whose events count for whom, asked from both sides."""

from __future__ import annotations

import pytest

from perennial.customers.models import Customer, Profile
from perennial.foundation.sql import fetch
from perennial.objects.belonging import pairs_of, records_of_profiles

pytestmark = pytest.mark.django_db


def make(name: str, *, kind: str = "person", company: Customer | None = None) -> tuple[Customer, int]:
    """A customer and the profile that is theirs."""
    made = Customer.objects.create(kind=kind, name=name, company=company)
    return made, Profile.objects.create(kind="record", customer=made, made_for=made).pk


def test_what_a_person_does_counts_for_the_company_too():
    company, _own = make("Cleo & Co", kind="company")
    cleo, cleos = make("Cleo", company=company)
    dov, dovs = make("Dov")
    assert records_of_profiles("customers.customer", [cleos]) == {cleo.pk, company.pk}
    assert records_of_profiles("customers.customer", [dovs, -1]) == {dov.pk}
    assert records_of_profiles("customers.customer", []) == set()
    pairs = pairs_of("customers.company")
    found = fetch(f"SELECT profile_id FROM ({pairs}) w WHERE record_id = %s", [company.pk])
    assert (cleos,) in found
    assert (dovs,) not in found


def test_somebody_who_was_deleted_counts_for_the_company_no_more():
    company, _own = make("Cleo & Co", kind="company")
    cleo, cleos = make("Cleo", company=company)
    Customer.objects.filter(pk=cleo.pk).update(deleted_at="2020-01-01T00:00Z")
    assert company.pk not in records_of_profiles("customers.customer", [cleos])


def test_a_kind_nobody_speaks_for_has_no_pairs():
    assert pairs_of("customers.task") is None
    assert records_of_profiles("customers.task", [1]) == set()
