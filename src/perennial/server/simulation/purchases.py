"""Orders, their lines and returns as records, and the events that tell of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from perennial.foundation.text import fold
from perennial.server.simulation.columns import (
    gram_lists,
    joined,
    moments,
    money,
    only_where,
    pick,
    texts,
    whole,
)
from perennial.server.simulation.loading import copy_columns, reserve_ids
from perennial.server.simulation.model import NEVER, Lives, Model, Numbers
from perennial.server.simulation.names import COLOURS, COUNTRIES, MATERIALS, THINGS
from perennial.server.simulation.people import Cast

PRODUCTS = 800
MORE_LINES = 1.2  # beside the first: Poisson
SOURCE = "simulated"


@dataclass(frozen=True, slots=True)
class Goods:
    first_id: int
    names: list[str]
    cents: Numbers

    @property
    def codes(self) -> list[str]:
        return [f"S{self.first_id + number:05d}" for number in range(len(self.names))]


@dataclass(frozen=True, slots=True)
class Invoices:
    """Orders and returns as they are stored. `order` is the row of the life's orders that each belongs to."""

    first_id: int
    order: Numbers
    is_return: Numbers
    who: Numbers
    at: Numbers
    cents: Numbers
    lines: Numbers
    number: pa.Array

    @property
    def ids(self) -> Numbers:
        return np.asarray(self.first_id + np.arange(len(self.at)))


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines of orders, those of one order beside each other; a product of -1 is a discount."""

    order: Numbers
    product: Numbers
    quantity: Numbers
    price: Numbers
    starts: Numbers
    counts: Numbers


def load_goods(random: np.random.Generator, *, known: int) -> Goods:
    places = random.permutation(len(MATERIALS) * len(THINGS) * len(COLOURS))[:PRODUCTS]
    names = [f"{COLOURS[place % 6]} {MATERIALS[place // 6 % 16]} {THINGS[place // 96]}" for place in places.tolist()]
    cents = np.maximum(150, np.exp(random.normal(7.2, 0.7, len(names))).astype(np.int64))
    goods = Goods(reserve_ids("commerce_product", len(names)), names, cents)
    folded = texts([fold(f"{code} {name}") for code, name in zip(goods.codes, names, strict=True)])
    since = moments(np.full(len(names), known))
    copy_columns("commerce_product", {
        "id": pa.array(goods.first_id + np.arange(len(names))), "sku": texts(goods.codes), "name": texts(names),
        "kind": "goods", "price": money(cents), "version": 1, "is_sample": False, "custom": "{}", "created_at": since,
        "updated_at": since, "sort_key": texts([fold(name) for name in names]), "folded": folded,
        "grams": gram_lists(folded),
    })  # fmt: skip
    return goods


def load_orders(lives: Lives, cast: Cast, goods: Goods, *, currency: str, random: np.random.Generator,
                model: Model) -> Invoices:  # fmt: skip
    lines = _lines(lives, goods, random, model)
    invoices = _invoices(lives, lines)
    ids, at = invoices.ids, moments(invoices.at)
    total, number = money(invoices.cents), invoices.number
    folded = pc.utf8_lower(number)
    copy_columns("commerce_order", {
        "id": pa.array(ids), "number": number, "source": SOURCE, "kind": pick(("order", "return"), invoices.is_return),
        "customer_id": pa.array(cast.first_person + invoices.who), "profile_id": pa.array(cast.profile[invoices.who]),
        "placed_at": at, "currency": currency, "rate": 1, "total": total, "base_total": total,
        "line_count": pa.array(invoices.lines), "channel": "web",
        "country": pick([each.code for each in COUNTRIES], cast.country[invoices.who]), "version": 1,
        "is_sample": False, "custom": "{}", "created_at": at, "updated_at": at, "sort_key": folded, "folded": folded,
        "grams": gram_lists(folded),
    })  # fmt: skip
    _load_lines(invoices, lines, goods)
    return invoices


def order_properties(invoices: Invoices, rows: Numbers, currency: str) -> pa.Array:
    """What `commerce.sums.summary` says of each."""
    total = money(invoices.cents[rows])
    return joined('{"number": "', invoices.number.take(pa.array(rows)), '", "lines": ', whole(invoices.lines[rows]),
                  ', "total": {"amount": "', total, f'", "currency": "{currency}"}}, "base_total": {{"amount": "',
                  total, f'", "currency": "{currency}"}}}}')  # fmt: skip


def _lines(lives: Lives, goods: Goods, random: np.random.Generator, model: Model) -> _Lines:
    orders = lives.orders
    sold = 1 + random.poisson(MORE_LINES, len(orders))
    reduced = orders.discounted > 0
    counts = sold + reduced
    starts = np.cumsum(counts) - counts
    order = np.repeat(np.arange(len(orders)), counts)
    product = (len(goods.names) * random.random(len(order)) ** 2.2).astype(np.int64)  # a few sell most
    quantity = 1 + random.geometric(0.6, len(order)) // 2
    price = goods.cents[product].copy()
    last = (starts + counts - 1)[reduced]
    price[last] = 0
    if len(order):
        sums = np.add.reduceat(price * quantity, starts)
        off = np.array([0.0, *(campaign.discount for campaign in model.campaigns)])[orders.discounted[reduced]]
        product[last], quantity[last], price[last] = -1, 1, -(sums[reduced] * off).astype(np.int64)
    return _Lines(order, product, quantity, price, starts, counts)


def _invoices(lives: Lives, lines: _Lines) -> Invoices:
    """Returns take a whole order back."""
    orders = lives.orders
    back = np.flatnonzero(orders.returned_at < NEVER)
    order = np.concatenate([np.arange(len(orders)), back])
    is_return = np.arange(len(order)) >= len(orders)
    at = np.where(is_return, orders.returned_at[order], orders.at[order])
    sums = np.add.reduceat(lines.price * lines.quantity, lines.starts) if len(orders) else np.zeros(0, np.int64)
    rows = np.lexsort((order, at))
    order, is_return, at = order[rows], is_return[rows], at[rows]
    first = reserve_ids("commerce_order", len(order))
    number = joined(pick(("S", "R"), is_return.astype(np.int8)), whole(first + np.arange(len(order)), digits=7))
    return Invoices(first, order, is_return.astype(np.int8), orders.who[order], at,
                    np.where(is_return, -sums[order], sums[order]), lines.counts[order], number)  # fmt: skip


def _load_lines(invoices: Invoices, lines: _Lines, goods: Goods) -> None:
    counts = invoices.lines
    begins = np.cumsum(counts) - counts
    position = np.arange(counts.sum()) - np.repeat(begins, counts)
    line = np.repeat(lines.starts[invoices.order], counts) + position
    sign = np.repeat(np.where(invoices.is_return, -1, 1), counts)
    product, price = lines.product[line], lines.price[line]
    quantity = sign * lines.quantity[line]
    place = pa.array(position + 1)
    copy_columns("commerce_order_line", {
        "order_id": pa.array(np.repeat(invoices.ids, counts)),
        "product_id": only_where(pa.array(goods.first_id + product), product >= 0), "position": place,
        "kind": pick(("discount", "goods"), (product >= 0).astype(np.int8)),
        "description": pick(["Discount", *goods.names], product + 1), "quantity": pa.array(quantity),
        "unit_price": money(price), "amount": money(price * quantity), "fingerprint": place,
    })  # fmt: skip
