"""An import of 100,000 rows, taken back, leaves what is current as it was, in every table that it touched. The logs
grow, and what is deleted stays in its table, where nobody sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from perennial.foundation.sql import fetch
from perennial.objects.bulk import working as bulk_working
from perennial.objects.bulk.models import Bulk
from perennial.objects.importing import working
from perennial.objects.importing.uploads import revert, set_up, start, take_path
from perennial.objects.types import object_types
from perennial.objects.writing import create_records
from perennial.workspace.tests.cast import make_cast

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
ROWS, OLD = 100_000, 2_000
_CUSTOMERS = (
    "SELECT id, kind, name, first_name, last_name, email, phone, company_id, owner_id, country, city, external_id,"
    " sort_key, folded, ARRAY(SELECT unnest(grams) ORDER BY 1), custom, stage, standing, worth FROM customers_customer"
    " WHERE deleted_at IS NULL ORDER BY id"
)  # the trigrams are a set: their order says nothing
_IDENTITIES = (
    "SELECT i.kind, i.value, p.customer_id FROM customers_identity i JOIN customers_profile p ON p.id = i.profile_id"
    " JOIN customers_customer c ON c.id = p.customer_id WHERE c.deleted_at IS NULL ORDER BY 1, 2"
)


def current() -> tuple[list[tuple[object, ...]], ...]:
    return fetch(_CUSTOMERS), fetch(_IDENTITIES)


def test_a_hundred_thousand_rows_go_back_to_what_was_before(tmp_path: Path) -> None:
    ada = make_cast().ada
    old = [{"name": f"Old {n}", "email": f"p{n}@example.com", "city": "Leeds"} for n in range(OLD)]
    create_records(object_types["customers.person"], old, by=ada)
    before = current()
    path = tmp_path / "people.csv"
    with path.open("w") as file:
        file.write("name,email,city,country,company,external id\n")
        file.writelines(f"New {n},p{n}@example.com,Almaty,KZ,Firm {n % 500},x{n}\n" for n in range(ROWS))
    importing = take_path("customers.person", path, by=ada)
    set_up(importing, mapping=importing.mapping, options=importing.options | {"match": "email"})
    start(importing, by=ada)
    working.work(importing.pk)
    importing.refresh_from_db()
    assert (importing.created, importing.updated, importing.skipped) == (ROWS - OLD, OLD, 0)
    logged = fetch("SELECT count(*) FROM timeline_change")[0][0]

    bulk = revert(importing, by=ada)
    assert isinstance(bulk, Bulk)
    bulk_working.work(bulk.pk)
    bulk.refresh_from_db()
    assert (bulk.status, bulk.refused) == ("done", 0)
    assert current() == before
    assert fetch("SELECT count(*) FROM timeline_change")[0][0] > logged
