"""Boards as a browser asks for them: by several fields, whole and filtered, the pages of a lane, a calendar."""

from __future__ import annotations

import re
from itertools import cycle, islice
from urllib.parse import quote

from bench.asking import warm
from bench.deployment import Deployment, costs
from bench.figures import Figure, times

STAGES = ("reach", "acquisition", "conversion", "retention", "loyalty")
CARDS = 20


def boards(it: Deployment, requests: int) -> list[Figure]:
    """All lanes of a page at once, beside the same lanes written by hand over the same indexes."""
    browser = it.browser()
    lane = ("SELECT id, name, kind, standing, worth, owner_id, version FROM customers_customer WHERE stage = '{}' AND"
            f" deleted_at IS NULL ORDER BY worth DESC, id DESC LIMIT {CARDS + 1}")  # fmt: skip
    bare = it.repeat(" UNION ALL ".join(f"({lane.format(stage)})" for stage in STAGES), [()] * requests)
    paths = [
        *(_board("customers.customer", key) for key in ("stage", "standing", "owner", "qualification")),
        _board("customers.person", "stage"), _board("customers.company", "stage"),
        _board("customers.customer", "stage", 'country = "KZ"'),
        _board("customers.customer", "stage", "owner is empty"),
    ]  # fmt: skip
    asked = list(islice(cycle(paths), requests))
    warm(browser, paths)
    seconds, cost = costs(it, "board", requests, lambda: browser.timed(asked))
    figures = [*times("board", seconds, (25, 80), yardstick=bare, yardstick_name="bare lanes by index"), cost]
    return figures + _beside(it, requests)


def _beside(it: Deployment, requests: int) -> list[Figure]:
    """What a board asks for after itself, groups of a table, and a calendar. DESIGN gives them no budget."""
    browser = it.browser()
    browser.headers = {**browser.headers, "HX-Request": "true", "Accept-Encoding": "identity"}
    page = browser.ask("GET", _board("customers.customer", "stage")).decode()
    more = [url.replace("&amp;", "&") for url in re.findall(r'hx-get="([^"]*after=[^"]*)"', page)]
    paths = {
        "next page of a lane": more or [_board("customers.customer", "stage")],
        "totals of all lanes": ["/o/customers.customer/totals/?layout=board&lanes=stage&totals=sum:worth"],
        "table in groups": ["/o/customers.customer/?group=stage&totals=sum:worth"],
        "calendar of a month": ["/o/commerce.order/?layout=calendar&day=placed_at"],
        "sorted by two columns": ["/o/customers.customer/?sort=-worth,name", "/o/customers.person/?sort=-worth,name"],
    }
    figures = []
    for name, of in paths.items():
        warm(browser, of)
        figures += times(name, browser.timed(list(islice(cycle(of), max(5, requests // 10)))), None)
    return figures


def _board(kind: str, lanes: str, condition: str = "") -> str:
    return f"/o/{kind}/?layout=board&lanes={lanes}" + (f"&filter={quote(condition)}" if condition else "")
