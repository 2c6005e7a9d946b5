"""A page asks the database at most twelve times, however much there is to show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from perennial.foundation import clock
from perennial.lifecycle.live import catch_up
from perennial.objects.types import object_types
from perennial.objects.writing import create_record
from perennial.workspace.tests.cast import PASSWORD, Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
MOST = 12


@pytest.fixture
def shop() -> tuple[Cast, int, int]:
    """A company with people, orders, tasks and a history; and one of its people."""
    cast = make_cast()
    company = create_record(
        object_types["customers.company"], {"name": "Fenwick", "email": "f@example.com"}, by=cast.ada
    )
    people = [create_record(object_types["customers.person"], {"name": f"Cleo {n}", "company": company, "email":
                            f"c{n}@example.com"}, by=cast.ada) for n in range(4)]  # fmt: skip
    product = create_record(object_types["commerce.product"], {"name": "Vase", "sku": "V1", "price": "4"}, by=cast.ada)
    start = clock.now() - timedelta(days=300)
    for number in range(8):
        create_record(object_types["commerce.order"], {
            "number": f"N{number}", "customer": company if number % 2 else people[0], "currency": "GBP",
            "placed_at": (start + timedelta(days=number * 20)).astimezone(UTC).isoformat(),
            "lines": [{"product": product, "quantity": "2", "unit_price": str(Decimal(4))}]}, by=cast.ada)  # fmt: skip
    create_record(object_types["customers.task"], {"title": "Call", "customer": company, "owner": cast.ada.user_id,
                                                   "due_at": datetime.now(UTC).isoformat()}, by=cast.ada)  # fmt: skip
    catch_up()
    return cast, company, people[0]


def pages(company: int, person: int) -> list[str]:
    lists = [f"/o/{key}/{layout}" for key in object_types for layout in ("", "?layout=calendar", "?layout=split")]
    lists += [f"/o/{key}/{layout}" for key in ("customers.customer", "customers.task", "commerce.order")
              for layout in ("?layout=board", "?layout=board&lanes=owner", "?layout=board&lanes=customer",
                             "?group=owner&totals=sum:worth")]  # fmt: skip
    return ["/", "/lifecycle/", *lists, f"/o/customers.company/{company}/", f"/o/customers.person/{person}/",
            f"/o/customers.customer/{company}/", f"/o/customers.company/{company}/?tab=history", "/search/?q=cleo",
            "/settings/users/", "/settings/roles/", "/import/"]  # fmt: skip


def test_no_page_asks_more_than_its_budget(shop: tuple[Cast, int, int]) -> None:
    _cast, company, person = shop
    client = Client()
    client.post("/sign-in/", {"email": "ada@example.com", "password": PASSWORD})
    over = {}
    for address in pages(company, person):
        client.get(address)  # caches of the process are warm on every page but the first
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200, address
        count = sum(not each["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")) for each in asked)
        if count > MOST:
            over[address] = (count, [each["sql"][:160] for each in asked])
    assert not over, "\n".join(f"{key}: {value[0]}\n  " + "\n  ".join(value[1]) for key, value in over.items())
