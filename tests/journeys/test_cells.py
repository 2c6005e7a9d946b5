"""Changing records from their table: in the cells, by a block from a spreadsheet, many at once; and talking."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.journeys.visitor import Visitor, visit
from tests.processes.running import Running

PEOPLE = "/o/customers.customer/"


def paste(page: Page, text: str) -> None:
    page.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
          document.activeElement.dispatchEvent(event);
        }""",
        text,
    )


def column_of(page: Page, label: str) -> int:
    """The place of a column's cells within their row, from 1."""
    headings = [text.strip() for text in page.locator("thead th").all_inner_texts()]
    return headings.index(label) + 1


def test_cells_are_edited_by_keyboard_and_taken_back(ada: Visitor) -> None:
    page = ada.go(PEOPLE)
    country = column_of(page, "Country")
    cell = page.locator(f"tbody tr:nth-child(1) > :nth-child({country})").first
    before = cell.inner_text()
    page.locator("[data-row-link]").first.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(cell).to_be_focused()
    page.keyboard.press("F2")
    box = cell.locator("select")
    expect(box).to_be_focused()
    box.select_option(label="Kazakhstan")
    page.keyboard.press("Escape")
    expect(cell).to_have_text(before)
    expect(cell).to_be_focused()
    page.keyboard.press("Enter")
    box = cell.locator("select")
    expect(box).to_be_focused()
    box.select_option(label="Kazakhstan")
    page.keyboard.press("Enter")
    expect(cell).to_have_text("Kazakhstan")
    below = page.locator(f"tbody tr:nth-child(2) > :nth-child({country})").first
    expect(below).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Control+z")
    expect(page.locator(f"tbody tr:nth-child(1) > :nth-child({country})").first).to_have_text(before)


def test_a_refusal_stands_at_the_cell_and_the_name_is_a_cell_too(ada: Visitor) -> None:
    page = ada.go("/o/customers.person/")
    if not page.locator("[data-row-link]").count():
        page.goto(ada.url + "/o/customers.person/new/")
        page.locator("#in-name").fill("Cleo Cell")
        page.get_by_role("button", name="Add").click()
        ada.go("/o/customers.person/")
    email = column_of(page, "E-mail")
    cell = page.locator(f"tbody tr:nth-child(1) > :nth-child({email})").first
    cell.dblclick()
    box = cell.locator("input[name=value]")
    expect(box).to_be_focused()
    box.fill("no address")
    page.keyboard.press("Enter")
    expect(cell.locator(".error")).to_be_visible()
    expect(cell.locator("input[name=value]")).to_have_value("no address")
    cell.locator("input[name=value]").fill("cell@example.com")
    page.keyboard.press("Tab")
    expect(cell).to_contain_text("cell@example.com")
    name = page.locator("tbody tr:nth-child(1) > th").first
    page.locator("[data-row-link]").first.focus()
    page.keyboard.press("F2")
    name.locator("input[name=value]").fill("Cleo Renamed")
    page.keyboard.press("Enter")
    expect(page.locator("[data-row-link]").first).to_have_text("Cleo Renamed")


def test_a_block_is_pasted_after_a_look(ada: Visitor) -> None:
    page = ada.go(PEOPLE)
    country = column_of(page, "Country")
    cells = [page.locator(f"tbody tr:nth-child({row}) > :nth-child({country})").first for row in (1, 2)]
    before = [cell.inner_text() for cell in cells]
    cells[0].click()
    paste(page, "Bosnia & Herzegovina\nKazakhstan\n")
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("Change 2 records?")
    dialog.get_by_role("button", name="Change 2 records").click()
    expect(cells[1]).to_have_text("Kazakhstan")
    ada.toast("2 records changed.").get_by_role("button", name="Undo").click()
    expect(cells[1]).to_have_text(before[1])
    expect(cells[0]).to_have_text(before[0])


def test_many_are_changed_at_once_after_a_look(ada: Visitor) -> None:
    page = ada.go(PEOPLE)
    for box in page.locator("tbody .pick input").all()[:3]:
        box.check()
    bar = page.locator(".bulk")
    expect(bar).to_contain_text("3 chosen")
    bar.get_by_role("button", name="Change fields").click()
    dialog = page.locator("#dialog")
    dialog.locator("select[name=field-0]").select_option(label="City")
    dialog.locator("[name=value-0-city]").fill("Leeds")
    dialog.get_by_role("button", name="Look at it first").click()
    expect(dialog).to_contain_text("Change 3 records?")
    dialog.get_by_role("button", name="Change 3 records").click()
    toast = ada.toast("3 records changed.")
    toast.get_by_role("button", name="Undo").click()
    ada.toast("Taken back.")
    expect(page.locator("tbody .pick input:checked")).to_have_count(0)  # the list has come anew


def test_all_that_match_are_asked_about(ada: Visitor) -> None:
    page = ada.go(PEOPLE)
    bar, dialog = page.locator(".bulk"), page.locator("#dialog")
    page.locator("tbody .pick input").first.check()
    page.locator("[name=bulk_all]").check()
    expect(bar.get_by_role("button", name="Change fields")).to_be_visible()
    bar.get_by_role("button", name="Delete").click()
    expect(dialog.get_by_role("heading")).to_have_text(re.compile(r"Delete [\d,]{2,} records\?"))
    dialog.get_by_role("button", name="Cancel").click()


def test_a_comment_is_said_and_the_record_kept_at_hand(ada: Visitor) -> None:
    page = ada.go(PEOPLE)
    link = page.locator("[data-row-link]").first
    name = link.inner_text()
    link.click()
    talk = page.locator("#talk")
    talk.get_by_role("textbox").fill("They asked for the blue one")
    talk.get_by_role("button", name="Say it").click()
    expect(talk).to_contain_text("They asked for the blue one")
    talk.get_by_role("button", name="Favourite").click()
    expect(page.locator(".side #mine")).to_contain_text(name)
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_contain_text("Recently viewed")
    expect(page.locator("#palette")).to_contain_text(name)


def test_two_on_one_record_see_each_other(ada: Visitor, browser: Browser, shop: Running) -> None:
    shop.command("user", "create", "ben@example.com", "--name", "Ben", "--role", "administrator")
    link = next(word for word in shop.command("user", "link", "ben@example.com").split() if "/sign-in/" in word)
    ben = visit(browser, shop.url)
    ben.page.goto(link)
    page = ada.go("/o/customers.company/")
    page.locator("[data-row-link]").first.click()
    page.wait_for_url(re.compile(r"/o/customers.company/\d+/"))
    ben.go(f"{ada.path().split('?')[0]}edit/")
    expect(ada.page.locator("#viewers")).to_contain_text("Ben")
    expect(ben.page.locator(".viewers")).to_contain_text("Ada")
    ben.context.close()
    expect(ada.page.locator("#viewers")).to_have_text("")
