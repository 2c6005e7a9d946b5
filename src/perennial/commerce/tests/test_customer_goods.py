"""What customers have bought, as lists: compared with a slow reference; followed in the log; asked in lists."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from perennial.commerce.customer_goods import refresh_all_goods, refresh_goods
from perennial.commerce.jobs import follow_goods
from perennial.commerce.models import CustomerGoods, Order, OrderLine, Product
from perennial.commerce.tests.shop import NOON, Shop, make_customer, make_order, make_shop
from perennial.customers.models import Customer
from perennial.customers.objects import CUSTOMER
from perennial.objects import query
from perennial.objects.schema import condition_of, schema_of
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import SYSTEM, actor_of_user
from perennial.workspace.models import Role
from perennial.workspace.rights import Reach, Rights, same_for_all


def products(count: int) -> list[Product]:
    return [Product.objects.create(sku=f"S{n}", name=f"Thing {n}", sort_key=f"thing {n}") for n in range(count)]


def bought(customer: Customer, *goods: Product, kind: str = "order", channel: str = "web") -> Order:
    order = make_order(customer, NOON - timedelta(days=3), "5" if kind == "order" else "-5", kind=kind)
    Order.objects.filter(pk=order.pk).update(channel=channel)
    for number, product in enumerate(goods):
        OrderLine.objects.create(order=order, product=product, position=number, quantity=1, unit_price=5, amount=5,
                                 fingerprint=number)  # fmt: skip
    return order


@pytest.mark.django_db
def test_the_lists_are_what_a_slow_reading_of_the_orders_says() -> None:
    shop, random, things = make_shop(), Random(5), products(6)
    customers = [shop.cleo, shop.company, make_customer("Other")]
    for _order in range(25):
        kind = random.choice(("order", "order", "return"))
        bought(random.choice(customers), *random.sample(things, random.randint(0, 3)), kind=kind,
               channel=random.choice(("web", "mail", "")))  # fmt: skip
    Order.objects.filter(pk__in=Order.objects.order_by("pk").values_list("pk", flat=True)[:4]).update(deleted_at=NOON)
    for refresh in (refresh_all_goods, lambda: refresh_goods(customer.pk for customer in customers)):
        refresh()
        for customer in customers:
            buyers = [customer.pk, *customer.people.values_list("pk", flat=True)]
            orders = Order.objects.filter(customer_id__in=buyers, kind="order", deleted_at=None)
            found = CustomerGoods.objects.filter(customer=customer).first()
            lines = OrderLine.objects.filter(order__in=orders).values_list("product_id", flat=True)
            assert (found.product_ids if found else []) == sorted(set(lines))
            assert (found.channels if found else []) == sorted({order.channel for order in orders if order.channel})


@pytest.mark.django_db
def test_lists_are_shown_and_filtered_by_what_somebody_bought() -> None:
    shop, (one, other) = make_shop(), products(2)
    bought(shop.cleo, one)
    refresh_goods([shop.cleo.pk])
    key = "fact:commerce.products"
    rows = query.select(CUSTOMER, by=SYSTEM, columns=[key, "fact:commerce.channels"], sort="name",
                        where=condition_of(CUSTOMER, f"{key} = {one.pk}", by=SYSTEM)).rows  # fmt: skip
    assert {row.title for row in rows} == {"Cleo", "Cleo & Co"}
    assert [link.title for link in rows[0].values[key]] == ["Thing 0"]
    assert rows[0].values["fact:commerce.channels"] == ["web"]
    asked = condition_of(CUSTOMER, f'{key} in ({other.pk}) or fact:commerce.channels = "mail"', by=SYSTEM)
    assert query.select(CUSTOMER, by=SYSTEM, where=asked).rows == []


@pytest.mark.django_db
def test_who_may_not_see_products_does_not_see_who_bought_them() -> None:
    shop = make_shop()
    rights = Rights({**same_for_all(view=Reach.ALL), "commerce.product": {"view": Reach.NONE}})
    shop.cast.ben_user.role = Role.objects.create(key="half", name="Half", rights_json=rights.to_json())
    shop.cast.ben_user.save()
    assert schema_of(CUSTOMER, by=actor_of_user(shop.cast.ben_user)).field("fact:commerce.products") is None
    assert schema_of(CUSTOMER, by=shop.cast.ada).field("fact:commerce.products") is not None


@pytest.mark.django_db(transaction=True)
def test_the_loop_follows_orders_that_come_and_go() -> None:
    shop: Shop = make_shop()
    (one,) = products(1)
    while follow_goods():
        pass
    order = bought(shop.cleo, one)
    log_changes([Change("commerce.order", order.pk, "create", {"customer": shop.cleo.pk})], actor="t", action="t")
    assert follow_goods() == 1
    assert CustomerGoods.objects.get(customer=shop.company).product_ids == [one.pk]
    Order.objects.filter(pk=order.pk).update(deleted_at=NOON)
    log_changes([Change("commerce.order", order.pk, "delete", {})], actor="t", action="t")
    assert follow_goods() == 1
    assert CustomerGoods.objects.get(customer=shop.cleo).product_ids == []
