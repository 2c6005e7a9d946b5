"""The Retention page: every number opens its customers, nobody's sums hold what they may not see."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from re import findall
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from perennial.commerce.tests.shop import make_customer
from perennial.conditions.text import parse
from perennial.customers.models import Customer
from perennial.customers.objects import CUSTOMER
from perennial.foresight.purchases.models import Expected, Fitted
from perennial.foresight.retention.panels import show_expected
from perennial.foresight.retention.queries import at_stake, most_at_stake, reasons_by_money, stake_by, unlikely
from perennial.foresight.training.models import Leaving
from perennial.objects import query
from perennial.objects.schema import schema_of
from perennial.workspace.models import Role, User
from perennial.workspace.ready_made import ROLES
from perennial.workspace.rights import FieldRight, Rights
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
NEXT = datetime(2026, 12, 24, tzinfo=UTC)
CHECK = {"customers": 400, "brier": 0.2, "brier_of_all": 0.25, "orders": 0.9, "money": 0.8, "covered": 0.93,
         "bands": [{"customers": 200, "said": 0.3, "came": 0.35}]}  # fmt: skip


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def expected(
    name: str, *, chance: float, at_stake: int, owner: User | None = None, stage: str = "retention"
) -> Customer:
    customer = make_customer(name, kind="person")
    Customer.objects.filter(pk=customer.pk).update(owner=owner, stage=stage)
    Expected.objects.create(
        customer=customer, chance=chance, orders=1, worth=2 * at_stake, worth_low=0, worth_high=5 * at_stake,
        at_stake=at_stake, next_at=NEXT if at_stake else None, late_at=None,
    )  # fmt: skip
    return customer


def fitted(*, is_used: bool = True, **more: Any) -> None:
    given: dict[str, Any] = {"as_of": NEXT, "days": 90, "customers": 400, "buyers": 400, "numbers": {}, "check": CHECK}
    Fitted.objects.create(is_used=is_used, **{**given, **more})


@pytest.fixture
def customers(cast: Cast) -> dict[str, Customer]:
    fitted()
    known = [
        expected("Cleo", chance=80, at_stake=100, owner=cast.ben_user), expected("Brandt", chance=20, at_stake=900),
        expected("Peltier", chance=10, at_stake=50, stage="loyalty"), expected("Gone", chance=1, at_stake=0),
    ]  # fmt: skip
    return {each.name: each for each in known}


def test_sums_are_of_whom_the_reader_may_see(cast: Cast, customers: dict[str, Customer]) -> None:
    everybody, own = at_stake(by=cast.ada), at_stake(by=cast.ben)
    assert (everybody.customers, everybody.money, everybody.worth) == (3, Decimal(1050), Decimal(2100))
    assert (own.customers, own.money) == (1, Decimal(100))
    assert at_stake(by=cast.dov).customers == 0
    assert unlikely(by=cast.ada).money == 950
    assert unlikely(by=cast.ben).money == 0
    assert [(value, each.money) for value, each in stake_by("stage", by=cast.ada)] == [
        ("retention", 1000),
        ("loyalty", 50),
    ]
    assert [row.title for row in most_at_stake(by=cast.ada)] == ["Brandt", "Cleo", "Peltier"]
    assert [row.title for row in most_at_stake(by=cast.ben)] == ["Cleo"]


def test_every_number_opens_its_customers(client: Client, cast: Cast, customers: dict[str, Customer]) -> None:
    client.force_login(cast.ada_user)
    page = client.get("/retention/").content.decode()
    parts = page + "".join(client.get(url).content.decode() for url in findall(r'hx-get="(/retention/[^"]+)"', page))
    addresses = {unescape(each) for each in findall(r'href="(/o/customers\.customer/\?[^"]+)"', parts)}
    opened = {_names(each, cast) for each in addresses}
    assert ("Brandt", "Cleo", "Peltier") in opened
    assert ("Brandt", "Peltier") in opened
    assert ("Peltier",) in opened
    assert "£1,050" in parts
    assert "93" in parts


def _names(address: str, cast: Cast) -> tuple[str, ...]:
    (text,) = parse_qs(urlsplit(address).query)["filter"]
    rows = query.select(CUSTOMER, by=cast.ada, where=parse(text, schema_of(CUSTOMER)), sort="name").rows
    return tuple(sorted(row.title for row in rows))


def test_reasons_are_ranked_by_the_money_at_stake_with_whom_they_weigh_most(
    client: Client, cast: Cast, customers: dict[str, Customer]
) -> None:
    silence, few = "fact:commerce.last_order_at", "fact:commerce.order_count"
    for name, reasons in (("Cleo", [[few, -2, 9], [silence, 0.8, 61]]), ("Brandt", [[few, 0.9, 1], [silence, 0.8, 90]]),
                          ("Peltier", [[silence, 1, 90]])):  # fmt: skip
        Leaving.objects.create(customer=customers[name], score=64, low=58, high=70, version=1, reasons=reasons)
    found = [(key, each.customers, each.money) for key, each in reasons_by_money(by=cast.ada)]
    assert found == [(few, 1, 900), (silence, 2, 150)]
    assert [key for key, _sum in reasons_by_money(by=cast.ben)] == [silence]
    assert reasons_by_money(by=cast.dov) == []
    client.force_login(cast.ada_user)
    page = client.get("/retention/why/").content.decode()
    assert page.index("£900") < page.index("£150")


def test_who_may_not_see_customers_or_the_money_finds_no_page(
    client: Client, cast: Cast, customers: dict[str, Customer]
) -> None:
    addresses = ("/retention/", "/retention/figures/", "/retention/by/?by=stage", "/retention/why/")
    client.force_login(cast.dov_user)
    assert [client.get(each).status_code for each in addresses] == [404] * 4
    everything = ROLES["manager"][1]
    blind = Rights(everything.reaches, everything.permissions, {"commerce.order": {"total": FieldRight.NONE}})
    cast.ben_user.role = Role.objects.create(key="blind", name="Blind", rights_json=blind.to_json())
    cast.ben_user.save()
    client.force_login(cast.ben_user)
    assert [client.get(each).status_code for each in addresses] == [404] * 4
    client.force_login(cast.ada_user)
    assert client.get("/retention/by/?by=email").status_code == 404


def test_what_to_expect_stands_on_the_customers_page(cast: Cast, customers: dict[str, Customer]) -> None:
    shown = show_expected(customers["Cleo"].pk, cast.ben, {})
    assert shown is not None
    assert shown["expected"].chance == 80
    assert shown["leaving"] == ""
    assert show_expected(customers["Brandt"].pk, cast.ben, {}) is None
    Leaving.objects.create(
        customer=customers["Cleo"], score=64, low=58, high=70, version=1,
        reasons=[["fact:commerce.last_order_at", 0.8, 61.2], ["fact:commerce.order_count", -0.3, 7],
                 ["fact:commerce.spent_year", 0.1, 1200.5], ["country", 0, "GB"], ["fact:gone.away", 2, 1]],
    )  # fmt: skip
    shown = show_expected(customers["Cleo"].pk, cast.ben, {})
    assert shown is not None
    assert (shown["leaving"], shown["range"]) == ("64%", "between 58% and 70%")
    assert [(each["text"], each["way"]) for each in shown["reasons"]] == [
        ("Last order: 61 days ago", "more likely"), ("Orders: 7", "less likely"),
        ("Spent in 12 months: £1,200", "more likely"),
    ]  # fmt: skip
    gone = show_expected(customers["Gone"].pk, cast.ada, {})
    assert gone is not None
    assert gone["has_left"]


def test_where_nothing_is_known_the_page_says_why(client: Client, cast: Cast) -> None:
    client.force_login(cast.ada_user)
    assert "Too few customers" in client.get("/retention/").content.decode()
    fitted(is_used=False)
    assert "no better than saying the same" in client.get("/retention/").content.decode()
