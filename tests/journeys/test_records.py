"""A person is made, refused with a sentence, corrected, and changed."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.visitor import Visitor

NAME = re.compile("^Name")  # "optional" stands in the label


def test_a_person_with_a_wrong_address_is_refused_and_what_was_typed_stays(ada: Visitor) -> None:
    page = ada.go("/o/customers.customer/")
    page.get_by_role("link", name="New person").click()
    page.get_by_label(NAME).fill("Zita Novak")
    page.get_by_label("E-mail").fill("zita at example")
    page.locator("main button.primary").click()
    expect(page.locator("#error-email")).to_contain_text("e-mail address")
    expect(page.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label(NAME)).to_have_value("Zita Novak")
    page.get_by_label("E-mail").fill("zita@example.com")
    page.locator("main button.primary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zita Novak")
    assert re.search(r"/o/customers\.person/\d+/$", page.url)

    page.get_by_label("More").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("City").fill("Mostar")
    page.locator("main button.primary").click()
    expect(page.locator(".aside")).to_contain_text("Mostar")
    page.get_by_role("link", name="Changes").click()
    expect(page.locator("#tab")).to_contain_text("Mostar")


def test_a_very_long_name_breaks_no_page(ada: Visitor) -> None:
    long = "Wholesale" * 22
    page = ada.go("/o/customers.company/new/")
    page.get_by_label("Name", exact=True).fill(long)
    page.locator("main button.primary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(long)
    for path in (ada.path(), f"/o/customers.customer/?q={long[:30]}"):
        ada.go(path)
        for width in (1320, 390):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


def test_a_task_is_added_to_a_customer_and_done(ada: Visitor) -> None:
    page = ada.go("/")
    page.locator(".need .who a").first.click()
    name = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Add a task").click()
    page.get_by_label("What to do").fill("Send the new catalogue")
    page.locator("main button.primary").click()
    expect(page.locator("main")).to_contain_text("Send the new catalogue")
    page.get_by_role("link", name=name).first.click()
    line = page.locator(".lines > *", has_text="Send the new catalogue")
    line.get_by_role("button", name="Done").click()
    expect(page.locator(".lines > *", has_text="Send the new catalogue")).to_have_count(0)
