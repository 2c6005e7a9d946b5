"""A rule is built by clicking and typing a few letters, counted as it grows, and kept as a segment."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.visitor import Visitor


def add(page: Page, typed: str) -> None:
    page.get_by_role("button", name="Condition", exact=True).last.click()
    page.locator("#rule-find").press_sequentially(typed)
    page.keyboard.press("Enter")
    expect(page.locator("#rule-find")).to_have_count(0)


def test_ordered_twice_and_no_page_viewed_in_sixty_days(ada: Visitor) -> None:
    page = ada.go("/segments/new/")
    add(page, "order placed")
    page.locator("#n0__low").fill("2")
    add(page, "page viewed")
    page.locator("#n1__how").select_option("never")
    expect(page.locator("#n1__low")).to_have_count(0)
    page.locator("#n1__span").select_option("last")
    page.locator("#n1__count").fill("60")
    page.keyboard.press("Enter")
    said = page.locator("#rule-said")
    expect(said).to_contain_text("Order placed at least 2 times and never Page viewed in the last 60 days")
    expect(said.locator(".figure")).to_be_visible()
    assert ada.path() == "/segments/new/"
    page.locator("#in-name").fill("Buyers who look no more")
    page.get_by_role("button", name="Make the segment").click()
    expect(page.locator("h1")).to_have_text("Buyers who look no more")
    page.goto(f"{page.url}edit/")
    page.get_by_role("button", name="Remove: never Page viewed", exact=False).click()
    expect(page.locator("#n1__times")).to_have_count(0)
    expect(page.locator("#rule-said")).to_contain_text("would enter")
