"""A firm begins: it sets itself up in an empty house, looks at the sample, and leaves it behind by one click."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.small_sample import load_sample
from tests.journeys.visitor import visit
from tests.processes.running import Running, running, wait_for

PASSWORD = "three quiet elephants"


@pytest.fixture
def empty() -> Iterator[Running]:
    with running() as it:
        wait_for(lambda: it.status("/readyz") == 200, patience=120)
        yield it


def test_from_an_empty_house_to_ones_own_customers(browser: Browser, empty: Running, small_sample: Path) -> None:
    visitor = visit(browser, empty.url)
    page = visitor.go("/")
    assert visitor.path() == "/welcome/"
    page.get_by_label("Your name").fill("Nadia")
    page.get_by_label("E-mail address").fill("nadia@example.org")
    page.get_by_label("Password").fill("short")
    page.get_by_label("Name of the firm").fill("Orchard & Daughters")
    page.get_by_label("Currency").select_option("GBP")
    page.get_by_role("button", name="Begin").click()
    expect(page.locator("#error-password")).to_be_visible()
    expect(page.get_by_label("Name of the firm")).to_have_value("Orchard & Daughters")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your customers will be here")
    page.get_by_role("link", name="Import a file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bring in what you have")
    for path in ("/o/customers.customer/", "/o/commerce.order/", "/lifecycle/", "/o/customers.task/"):
        visitor.go(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    visitor.go("/welcome/")
    assert visitor.path() == "/"

    load_sample(small_sample, empty.environment)
    visitor.go("/")
    page.get_by_role("link", name="Start with your own firm").click()
    expect(page.locator("main")).to_contain_text("This cannot be undone")
    page.get_by_role("button", name="Remove the sample").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your firm")
    visitor.go("/o/customers.customer/")
    expect(page.locator("main")).to_contain_text("No customers yet")
    expect(page.locator(".clock")).to_have_count(0)
    visitor.go("/lifecycle/")
    expect(page.locator("main")).not_to_contain_text("1,")
    visitor.go("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your customers will be here")
    visitor.context.close()
    assert not visitor.mistakes
