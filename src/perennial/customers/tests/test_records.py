"""People and companies as records: what comes with them, who sees them, what their addresses lead to."""

from __future__ import annotations

import pytest

from perennial.conditions.text import parse
from perennial.customers import identities
from perennial.customers.models import Customer, Profile
from perennial.customers.objects import COMPANY, CUSTOMER, NOTE, PERSON, TASK
from perennial.foundation.errors import Invalid, NotFound, Refused
from perennial.foundation.sql import fetch
from perennial.objects.query import get, select
from perennial.objects.running import run_action, undo_run
from perennial.objects.schema import schema_of
from perennial.objects.searching import find
from perennial.objects.writing import create_record, create_records, delete_record, restore_record, update_record
from perennial.workspace.tests.cast import Cast


def events_of(customer_id: int) -> list[str]:
    return [
        row[0]
        for row in fetch(
            "SELECT e.type FROM timeline_event e JOIN customers_profile p ON p.id = e.profile_id"
            " WHERE p.customer_id = %s ORDER BY e.id",
            [customer_id],
        )
    ]


def test_a_person_comes_with_a_profile_identities_and_an_event(cast: Cast) -> None:
    cleo = create_record(PERSON, {"name": "Cleo Marsh", "email": "Cleo@Example.com", "external_id": "C-7"}, by=cast.ada)
    profile = Profile.objects.get(made_for=cleo)
    assert profile.kind == "record"
    known = identities.find([identities.email("cleo@example.com"), identities.external("person", "C-7")])
    assert {each.customer_id for each in known.values()} == {cleo}
    assert len(known) == 2
    assert events_of(cleo) == ["customers.person_created"]


def test_a_person_without_a_name_is_called_by_what_there_is(cast: Cast) -> None:
    parts = create_record(PERSON, {"first_name": "Cleo", "last_name": "Marsh"}, by=cast.ada)
    address = create_record(PERSON, {"email": "theo@example.com"}, by=cast.ada)
    assert get(PERSON, parts, by=cast.ada).title == "Cleo Marsh"
    assert get(PERSON, address, by=cast.ada).title == "theo@example.com"
    with pytest.raises(Invalid) as refused:
        create_record(PERSON, {"city": "Almaty"}, by=cast.ada)
    assert set(refused.value.fields) == {"name"}


def test_a_changed_address_leads_to_nobody_else(cast: Cast) -> None:
    cleo = create_record(PERSON, {"name": "Cleo", "email": "old@example.com"}, by=cast.ada)
    update_record(PERSON, cleo, {"email": "new@example.com"}, by=cast.ada)
    known = identities.find([identities.email("old@example.com"), identities.email("new@example.com")])
    assert [key.value for key in known] == ["new@example.com"]


def test_two_people_at_one_address_are_two_customers(cast: Cast) -> None:
    cleo, theo = (
        create_record(PERSON, {"name": name, "email": "home@example.com"}, by=cast.ada) for name in ("Cleo", "Theo")
    )
    assert cleo != theo
    assert (
        identities.find([identities.email("home@example.com")])[identities.email("home@example.com")].customer_id
        == cleo
    )
    delete_record(PERSON, cleo, by=cast.ada)
    third = create_record(PERSON, {"name": "Third", "email": "home@example.com"}, by=cast.ada)
    restore_record(PERSON, cleo, by=cast.ada)
    assert (
        identities.find([identities.email("home@example.com")])[identities.email("home@example.com")].customer_id
        == third
    )


def test_owner_and_qualification_stand_on_the_timeline(cast: Cast) -> None:
    cleo = create_record(PERSON, {"name": "Cleo"}, by=cast.ada)
    update_record(PERSON, cleo, {"owner": cast.ben_user.pk, "qualification": "working"}, by=cast.ada)
    update_record(PERSON, cleo, {"owner": None}, by=cast.ada)
    assert events_of(cleo)[1:] == ["customers.owner_changed", "customers.qualification_set", "customers.owner_removed"]


def test_ben_sees_his_own_and_dov_nothing(cast: Cast) -> None:
    acme = create_record(COMPANY, {"name": "Acme"}, by=cast.ada)
    cleo = create_record(PERSON, {"name": "Cleo", "company": acme, "owner": cast.ben_user.pk}, by=cast.ada)
    create_record(NOTE, {"customer": acme, "text": "About Acme"}, by=cast.ada)
    create_record(NOTE, {"customer": cleo, "text": "About Cleo"}, by=cast.ada)
    create_record(TASK, {"title": "Ring Acme", "customer": acme}, by=cast.ada)
    create_record(TASK, {"title": "Ring Cleo", "customer": cleo, "owner": cast.ben_user.pk}, by=cast.ada)
    for kind, mine in ((CUSTOMER, "Cleo"), (NOTE, "About Cleo"), (TASK, "Ring Cleo")):
        assert len(select(kind, by=cast.ada).rows) == 2
        assert [row.title for row in select(kind, by=cast.ben).rows] == [mine]
        assert select(kind, by=cast.dov).rows == []
    assert select(PERSON, by=cast.ben).rows[0].values["company"].title == ""
    with pytest.raises(NotFound):
        get(COMPANY, acme, by=cast.ben)
    with pytest.raises(Refused):
        create_record(NOTE, {"customer": acme, "text": "sneaky"}, by=cast.ben)
    assert [hit.title for hit in find("ring", by=cast.ada)] != []
    assert find("cleo", by=cast.dov) == []


def test_many_people_are_made_at_once(cast: Cast) -> None:
    rows = [{"name": f"Person {number}", "email": f"p{number}@example.com"} for number in range(300)]
    run = create_records(PERSON, rows, by=cast.ada)
    assert all(result.is_done for result in run.results)
    assert Customer.objects.count() == Profile.objects.count() == 300
    assert fetch("SELECT count(*) FROM customers_identity")[0][0] == 300


def test_what_an_action_did_is_undone_with_it(cast: Cast) -> None:
    cleo = create_record(PERSON, {"name": "Cleo"}, by=cast.ada)
    acme = create_record(COMPANY, {"name": "Acme"}, by=cast.ada)
    run = run_action("customers.assign_owner", [cleo, acme], {"owner": cast.ben_user.pk}, by=cast.ada)
    assert len(select(CUSTOMER, by=cast.ben).rows) == 2
    assert undo_run(run.id, by=cast.ada).restored == 2
    assert select(CUSTOMER, by=cast.ben).rows == []
    run = run_action("customers.add_note", [cleo], {"text": "Likes blue"}, by=cast.ada)
    undo_run(run.id, by=cast.ada)
    assert select(NOTE, by=cast.ada).rows == []


def test_ready_filters_mean_something(cast: Cast) -> None:
    for kind in (PERSON, COMPANY, CUSTOMER, TASK):
        for label, text in kind.list.filters:
            condition = parse(text, schema_of(kind))
            assert select(kind, by=cast.ben, where=condition).rows == [], label
