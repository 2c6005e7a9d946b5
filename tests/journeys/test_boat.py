"""A newcomer makes an object of their own, fills it from a messy workbook, looks at it as a board, shares that, and a
program reads it: all without a restart."""

from __future__ import annotations

import random
import urllib.parse
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from xlsxwriter import Workbook

from tests.journeys.conftest import fresh_link, get
from tests.journeys.visitor import Visitor, visit
from tests.processes.running import Running, wait_for

FIELDS = (("State", "choice"), ("Length", "number"), ("Price", "money"), ("Built", "day"), ("Owner of the boat", "ref"),
          ("Insured", "flag"), ("Harbour", "text"), ("Remarks", "long_text"))  # fmt: skip
STATES = ("Planned", "Afloat", "Docked", "Sold")
ROWS, WRONG = 5_000, 7


def messy(path: Path) -> Path:
    """A title above the headings, empty rows, dates as words and as numbers, sums with signs, spaces, wrong lengths."""
    some = random.Random(5)
    book = Workbook(path)
    sheet, day = book.add_worksheet("Fleet"), book.add_format({"num_format": "d.m.yyyy"})
    sheet.write(0, 0, "Fleet of the harbour master")
    headings = ("Boat name", "State", "LENGTH", "Price", "Built", "Insured?", "harbour", "Remarks")
    for column, heading in enumerate(headings):
        sheet.write(2, column, heading)
    for number in range(ROWS):
        row = 3 + number + number // 1000  # now and then an empty row
        built = datetime(some.randint(1990, 2025), some.randint(1, 12), some.randint(1, 28))  # noqa: DTZ001 - as workbooks are
        state = some.choice(STATES)
        sheet.write(row, 0, f"  Boat {number:04} ")
        sheet.write(row, 1, state.upper() if number % 3 else state)
        sheet.write(row, 2, "long" if number < WRONG else f"{some.randint(4, 40)},5")
        sheet.write(row, 3, f"£ {some.randint(1, 90)}.500,00")
        if number % 2:
            sheet.write_datetime(row, 4, built, day)
        else:
            sheet.write(row, 4, f"{built.day}.{built.month}.{built.year}")
        sheet.write(row, 5, some.choice(["yes", "no", "x", ""]))
        sheet.write(row, 6, "Neum" if number % 2 else "Ақтау")
    book.close()
    return path


def make_object(page: Page, ada: Visitor) -> None:
    ada.go("/settings/objects/")
    page.get_by_role("link", name="New object").click()
    page.get_by_label("One of them is called").fill("Boat")
    page.get_by_label("Many are called").fill("Boats")
    page.get_by_role("button", name="Make it").click()
    for label, type in FIELDS:
        page.get_by_label("New field").fill(label)
        page.get_by_label("What it holds").select_option(type)
        if type == "choice":
            page.locator("#add-options textarea, #add-options input").first.fill("\n".join(STATES))
        if type == "ref":
            page.locator("#add-options select").select_option("customers.person")
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.locator(".field-row", has_text=label).first).to_be_visible()


@pytest.mark.slow
def test_a_newcomer_makes_boats(ada: Visitor, browser: Browser, shop: Running, tmp_path: Path) -> None:
    page = ada.page
    make_object(page, ada)
    import_fleet(page, ada, messy(tmp_path / "fleet.xlsx"))
    share_board(page, ada)
    open_shared(browser, shop, ada.path())
    read_by_program(shop)


def import_fleet(page: Page, ada: Visitor, file: Path) -> None:
    ada.go("/import/")
    page.locator("main").get_by_role("link", name="Boats").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Check it").click()
    page.locator("main form button.primary").click()
    page.get_by_role("link", name="These rows as a file").first.wait_for(timeout=90_000)
    ada.go("/o/made.boat/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("4,993")


def share_board(page: Page, ada: Visitor) -> None:
    """The lanes of what the boats are at, kept under a name that everybody sees."""
    ada.go("/o/made.boat/?layout=board")
    expect(page.locator("main")).to_contain_text("Afloat")
    page.get_by_role("button", name="Save as a view").click()
    page.get_by_label("Name", exact=True).fill("Harbour")
    page.get_by_label("Who sees it").select_option(label="Everybody")
    page.locator("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("navigation", name="Views").get_by_text("Harbour")).to_be_visible()


def open_shared(browser: Browser, shop: Running, address: str) -> None:
    """Ben has the link, and sees the same board."""
    shop.command("user", "create", "ben@example.com", "--name", "Ben", "--role", "sales")
    ben = visit(browser, shop.url)
    ben.page.goto(fresh_link(shop, "ben@example.com"))
    ben.go(address)
    expect(ben.page.locator("main")).to_contain_text("Afloat")
    expect(ben.page.get_by_role("navigation", name="Views").get_by_text("Harbour")).to_be_visible()
    ben.context.close()


def read_by_program(shop: Running) -> None:
    key = shop.command("key", "create", "--name", "harbour", "--role", "administrator").split()[-1]
    wait_for(lambda: "/boats" in get(f"{shop.url}/api/v1/openapi.json", key)["paths"], patience=10)
    asked = urllib.parse.urlencode({"filter": 'state = "afloat" and length > 30', "limit": 200})
    answer = get(f"{shop.url}/api/v1/boats?{asked}", key)
    assert answer["data"]
    assert all(boat["state"] == "afloat" and boat["length"] > 30 for boat in answer["data"])
    assert not any(str(boat["remarks"] or "").startswith("http") for boat in answer["data"])
