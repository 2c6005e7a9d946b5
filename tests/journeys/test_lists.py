"""Finding somebody among many: search, filter, sort, scroll, keyboard, export, palette."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.visitor import Visitor

CUSTOMERS = "/o/customers.customer/"


def test_search_then_a_clause_then_a_sort(ada: Visitor) -> None:
    page = ada.go(CUSTOMERS)
    box = page.get_by_role("searchbox")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("124")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=124"))
    names = page.locator("tbody [data-row-link]").all_inner_texts()
    assert names
    assert all("124" in name for name in names)
    ada.go(CUSTOMERS)
    page.locator(".filters summary").click()
    page.locator("#clause-field").select_option(label="Country")
    page.locator(".clause-form select[name=value]").select_option(label="United Kingdom")
    page.get_by_role("button", name="Show them").click()
    clause = page.locator(".clause")
    expect(clause).to_contain_text("Country")
    expect(page.locator("tbody tr").first).to_contain_text("United Kingdom")
    page.locator("th .sort", has_text="Name").click()
    expect(page.locator("th[aria-sort]")).to_contain_text("Name")
    names = page.locator("tbody [data-row-link]").all_inner_texts()
    assert names == sorted(names)
    clause.get_by_role("link").click()
    expect(page.locator(".clause")).to_have_count(0)


def test_a_value_that_means_nothing_is_answered_by_a_sentence(ada: Visitor) -> None:
    page = ada.go(f"{CUSTOMERS}?filter=nonsense+%3D+5")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main")).to_contain_text("nonsense")


def test_scrolling_brings_more_and_j_k_enter_walk(ada: Visitor) -> None:
    page = ada.go(CUSTOMERS)
    rows = page.locator("tbody [data-row-link]")
    expect(rows.nth(49)).to_be_attached()
    ada.scroll_for(rows.nth(99))
    names = rows.all_inner_texts()
    assert len(set(names)) == len(names) >= 100
    page.evaluate("window.scrollTo(0, 0)")
    for key in ("j", "j", "k", "j"):
        page.keyboard.press(key)
    expect(page.locator(":focus")).to_have_text(names[1])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(names[1])


def test_export_gives_what_the_list_shows(ada: Visitor, tmp_path: Path) -> None:
    page = ada.go(f"{CUSTOMERS}?filter=standing+%3D+%22quiet%22")
    count = int(re.sub(r"\D", "", page.get_by_role("heading", level=1).inner_text()))
    page.get_by_role("link", name="Export").click()
    with page.expect_download() as waiting:
        page.locator("#dialog").get_by_role("button", name="Export").click()
    waiting.value.save_as(tmp_path / "quiet.csv")
    with (tmp_path / "quiet.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == count > 0


def test_the_palette_finds_a_record_a_page_and_an_action(ada: Visitor) -> None:
    page = ada.go("/")
    name = page.locator(".need .who a").first.inner_text()
    for asked, found, heading in (
        (name, name, name),
        ("lifecyc", "Lifecycle", "in five stages"),
        ("new person", "New person", "New person"),
    ):
        page.keyboard.press("Control+k")
        box = page.locator("#palette input")
        expect(box).to_be_focused()
        box.fill(asked)
        expect(page.locator("#palette [role=option]").first).to_contain_text(found)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)


def test_a_customer_nobody_has_says_so_and_offers_the_way_on(ada: Visitor) -> None:
    page = ada.go(f"{CUSTOMERS}?q=nobodyiscalledthis")
    expect(page.locator("main")).to_contain_text("Nothing matches")
    page = ada.go("/o/customers.person/99999999/")
    expect(page.locator("body")).to_contain_text(re.compile("not here|not found|There is no", re.I))
