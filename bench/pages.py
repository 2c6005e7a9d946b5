"""Pages as a browser asks for them: lists, search, a customer's page, and how many statements each takes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, islice
from urllib.parse import quote

from bench.asking import warm
from bench.deployment import Deployment, costs
from bench.figures import Figure, times

REQUESTS = 200
_MISSPELT = "a letter wrong"  # looked for when the text as it stands finds little; DESIGN gives it no budget
_ALIVE = "deleted_at IS NULL"


def first_page(it: Deployment, requests: int) -> list[Figure]:
    return [Figure("start to the first page", it.first_page, "s", 180)]


def lists(it: Deployment, requests: int) -> list[Figure]:
    """Fifty rows by several orders and filters, and the pages that follow, beside the bare index."""
    browser = it.browser()
    paths = [
        *("/o/customers.customer/", "/o/customers.person/", "/o/customers.company/", "/o/commerce.order/"),
        *("/o/customers.person/?sort=name", "/o/customers.person/?sort=-created_at"),
        _filtered("customers.customer", 'standing = "quiet"'),
        _filtered("customers.customer", 'stage = "loyalty"'),
        _filtered("customers.person", 'country = "KZ"'),
    ]
    asked = list(islice(cycle(paths), requests))
    warm(browser, paths)
    bare = it.repeat(
        "SELECT id, name, kind, stage, standing, worth, owner_id, country, version FROM customers_customer"
        f" WHERE {_ALIVE} ORDER BY worth DESC, id DESC LIMIT 50", [()] * requests,
    )  # fmt: skip
    seconds, cost = costs(it, "list page of 50", requests, lambda: browser.timed(asked))
    return [*times("list page of 50", seconds, (20, 60), yardstick=bare, yardstick_name="bare indexed query"), cost]


def search(it: Deployment, requests: int) -> list[Figure]:
    """By what people type: the beginning of a name, its middle, an address, a number."""
    browser = it.browser()
    known = it.fetch(
        "SELECT lower(first_name), folded, email, phone FROM customers_customer TABLESAMPLE SYSTEM (1)"
        " WHERE kind = 'person' AND email IS NOT NULL AND phone IS NOT NULL LIMIT 3000"
    )
    if len(known) < requests:
        known = it.fetch("SELECT lower(first_name), folded, email, phone FROM customers_customer"
                         " WHERE kind = 'person' AND email IS NOT NULL AND phone IS NOT NULL LIMIT 500")  # fmt: skip
    typed: dict[str, list[str]] = {"1 letter": [], "2 letters": [], "3 letters": [], "part of a name": [],
                                   "mail": [], "telephone": [], _MISSPELT: []}  # fmt: skip
    for _time in range(max(5, requests // 5)):
        _first, folded, email, phone = it.random.choice(known)
        given, family = (*folded.split(" "), "aaa")[:2]
        typed["1 letter"].append(given[:1])
        typed["2 letters"].append(family[:2])
        typed["3 letters"].append(given[1:4] if len(given) > 3 else given)
        typed["part of a name"].append(f"{given} {family[:4]}")
        typed["mail"].append(email.split("@")[0])
        typed["telephone"].append(phone[-7:])
        typed[_MISSPELT].append(f"{family[:2]}x{family[3:]}")
    searches = sum(map(len, typed.values()))
    seconds, cost = costs(it, "search", searches, lambda: {kind: _found(it, words) for kind, words in typed.items()})
    bare = it.repeat(
        "SELECT id, name, email FROM customers_customer WHERE grams @> %s::int[] AND folded LIKE %s"
        f" AND {_ALIVE} LIMIT 8", [(_grams(each), f"%{each}%") for each in typed["mail"]],
    )  # fmt: skip
    asked_for = [each for kind, of in seconds.items() if kind != _MISSPELT for each in of]
    figures = times("search", asked_for, (15, 60), yardstick=bare,
                    yardstick_name="bare query over the trigrams")  # fmt: skip
    figures.append(cost)
    for kind, values in seconds.items():
        figures += times(f"search, {kind}", values, None if kind == _MISSPELT else (15, 60))
    browser.connection.close()
    return figures


def customer_page(it: Deployment, requests: int) -> list[Figure]:
    """Customers with at least fifty entries, each asked once, beside the bare last fifty events."""
    browser = it.browser()
    ids = busy_customers(it, requests)
    paths = [f"/o/customers.customer/{id}/" for id in ids]
    warm(browser, paths[:10])
    bare = it.repeat(
        "SELECT e.id, e.occurred_at, e.type, e.channel, e.properties FROM timeline_event e WHERE profile_id = ANY("
        "ARRAY(SELECT id FROM customers_profile WHERE customer_id = %s)) ORDER BY occurred_at DESC, id DESC LIMIT 50",
        [(id,) for id in ids],
    )
    seconds, cost = costs(it, "customer page, 50 entries", requests, lambda: browser.timed(paths))
    return [
        *times("customer page, 50 entries", seconds, (30, 80), yardstick=bare, yardstick_name="bare last 50 events"),
        cost,
    ]


def overviews(it: Deployment, requests: int) -> list[Figure]:
    """Pages that sum up everybody. DESIGN gives them no budget; they are looked at most often."""
    browser = it.browser()
    figures = []
    for name, path in (("Today", "/"), ("Lifecycle page", "/lifecycle/")):
        warm(browser, [path] * 3)
        figures += times(name, browser.timed([path] * max(5, requests // 4)), None)
    return figures


def statements(it: Deployment, requests: int) -> list[Figure]:
    """The most that any of these pages takes."""
    id = busy_customers(it, 1)[0]
    paths = {
        "Today": "/", "list": "/o/customers.customer/", "search": "/search/?q=ana",
        "customer": f"/o/customers.customer/{id}/", "lifecycle": "/lifecycle/", "orders": "/o/commerce.order/",
    }  # fmt: skip
    counts = it.inside("statements", it.session, *paths.values())
    return [Figure(f"statements, {name}", counts[path], "", 12) for name, path in paths.items()]


def busy_customers(it: Deployment, count: int) -> list[int]:
    """Customers all over the table who have fifty events or more."""
    rows = it.fetch(
        "SELECT p.customer_id FROM customers_profile p JOIN customers_customer c ON c.id = p.customer_id"
        " WHERE c.kind = 'person' AND c.id %% %s = 0 GROUP BY 1 HAVING sum((SELECT count(*) FROM (SELECT 1 FROM"
        " timeline_event e WHERE e.profile_id = p.id LIMIT 50) x)) >= 50 LIMIT %s",
        [max(1, it.people // 20_000), count],
    )
    rows = rows or it.fetch("SELECT id FROM customers_customer WHERE kind = 'person' LIMIT %s", [count])
    ids = [id for (id,) in rows]
    it.random.shuffle(ids)
    return (ids * count)[:count] if len(ids) < count else ids


def _filtered(kind: str, condition: str) -> str:
    return f"/o/{kind}/?filter={quote(condition)}"


def _found(it: Deployment, words: Sequence[str]) -> list[float]:
    browser = it.browser()
    paths = [f"/search/?q={quote(word)}" for word in words]
    warm(browser, paths, 5)
    return browser.timed(paths)


def _grams(text: str) -> str:
    data = text.encode()
    codes = {data[i] << 16 | data[i + 1] << 8 | data[i + 2] for i in range(len(data) - 2)}
    return "{" + ",".join(map(str, sorted(codes))) + "}"
