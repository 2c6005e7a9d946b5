"""Profiles and identities: made once, joined once, never taken from somebody who is known."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from perennial.customers import identities
from perennial.customers.models import Customer, Identity, Profile


def person(name: str) -> int:
    customer = Customer.objects.create(kind="person", name=name)
    identities.make_record_profiles([customer.pk])
    return customer.pk


@pytest.mark.django_db
def test_profiles_are_made_once() -> None:
    keys = [identities.anonymous("a1"), identities.user("u1"), identities.anonymous("a1")]
    first = identities.ensure_profiles(keys)
    assert {(identity.kind, identity.profile.kind) for identity in Identity.objects.all()} == {
        ("anonymous_id", "anonymous"), ("user_id", "user")}  # fmt: skip
    assert identities.ensure_profiles(keys) == first == identities.find(keys)
    assert Profile.objects.count() == Identity.objects.count() == 2


@pytest.mark.django_db
def test_a_profile_that_has_a_customer_stays_with_it() -> None:
    cleo, theo = person("Cleo"), person("Theo")
    visitor = identities.ensure_profiles([identities.anonymous("a1")])[identities.anonymous("a1")].profile_id
    assert identities.attach({visitor: cleo}) == {visitor: cleo}
    assert identities.attach({visitor: theo}) == {}
    assert identities.find([identities.anonymous("a1")])[identities.anonymous("a1")].customer_id == cleo


@pytest.mark.django_db
def test_an_address_goes_to_the_first_and_is_free_again_when_they_are_deleted() -> None:
    cleo, theo = person("Cleo"), person("Theo")
    profiles = identities.record_profiles([cleo, theo])
    home = identities.email("Home@Example.com")
    assert identities.claim([(home, profiles[cleo])]) == {home}
    assert identities.claim([(home, profiles[theo])], from_deleted=True) == set()
    Customer.objects.filter(pk=cleo).update(deleted_at="2026-01-01T00:00:00Z")
    assert identities.claim([(home, profiles[theo])], from_deleted=True) == {home}
    assert identities.find([home])[home].customer_id == theo
    assert identities.release([(home, cleo)]) == 0
    assert identities.release([(home, theo)]) == 1


@pytest.mark.django_db
def test_merged_customers_lead_to_where_they_went() -> None:
    one, two, three = person("One"), person("Two"), person("Three")
    gone = {"deleted_at": "2026-01-01T00:00:00Z"}
    Customer.objects.filter(pk=one).update(merged_into=two, **gone)
    Customer.objects.filter(pk=two).update(merged_into=three, **gone)
    assert identities.current([one, two, three]) == {one: three, two: three, three: three}
    visitor = identities.ensure_profiles([identities.anonymous("a1")])[identities.anonymous("a1")].profile_id
    assert identities.attach({visitor: one}) == {visitor: three}


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_profile() -> None:
    keys = [identities.user(f"u{number}") for number in range(50)]
    made: list[dict[identities.Key, identities.Known]] = []

    def arrive() -> None:
        with transaction.atomic():
            made.append(identities.ensure_profiles(keys))
        connection.close()

    threads = [threading.Thread(target=arrive) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made[0] == made[1] == made[2]
    assert Profile.objects.count() == 50
