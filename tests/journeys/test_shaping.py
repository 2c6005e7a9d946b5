"""Somebody gives objects their shape: order by keyboard and pointer, rules, formulas, layouts; and forms follow."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.visitor import Visitor


def make(ada: Visitor, one: str, many: str) -> str:
    page = ada.go("/settings/objects/new/")
    page.get_by_label("One of them is called").fill(one)
    page.get_by_label("Many are called").fill(many)
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(many)
    return ada.path()


def add(page: Page, label: str, type: str, **options: str) -> None:
    page.get_by_label("New field").fill(label)
    if page.get_by_label("What it holds").input_value() != type:
        with page.expect_response(re.compile("/options/")):
            page.get_by_label("What it holds").select_option(type)
    for name, value in options.items():
        page.locator(f'[name="options.{name}"]').fill(value)
    page.get_by_label("New field").press("Enter")
    expect(page.locator("li.field-row b", has_text=re.compile(f"^{label}$"))).to_be_visible()


def order(page: Page) -> list[str]:
    return page.locator("ol.sortlist[data-url] b").all_inner_texts()


def test_fields_are_put_in_order_by_keyboard_and_by_pointer(ada: Visitor) -> None:
    place = make(ada, "Kayak", "Kayaks")
    page = ada.page
    for label in ("Length", "Colour", "Seats"):
        add(page, label, "text")
    expect(page.get_by_label("New field")).to_be_focused()
    page.get_by_role("button", name="Move Seats").focus()
    with page.expect_response(re.compile("/order/")):
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
    expect(page.get_by_role("button", name="Move Seats")).to_be_focused()
    expect(page.locator("#sort-told")).to_have_text("Moved to place 1 of 3.")
    grip, first = (page.get_by_role("button", name=f"Move {name}").bounding_box() for name in ("Colour", "Seats"))
    assert grip is not None
    assert first is not None
    with page.expect_response(re.compile("/order/")):
        page.mouse.move(grip["x"] + 9, grip["y"] + 9)
        page.mouse.down()
        page.mouse.move(grip["x"] + 9, grip["y"] - 20, steps=5)
        page.mouse.move(first["x"] + 9, first["y"] + 2, steps=8)
        page.mouse.up()
    ada.go(place)
    assert order(page) == ["Colour", "Seats", "Length"]


def test_a_form_follows_rules_that_were_chosen_by_clicking(ada: Visitor) -> None:
    make(ada, "Ferry", "Ferries")
    page = ada.page
    add(page, "State", "choice", choices="Afloat\nAshore")
    add(page, "Berth", "text")
    page.get_by_role("link", name=re.compile("^Berth")).click()
    with page.expect_response(re.compile("/rule/")):
        page.get_by_label("Shown: Field").select_option(label="when State")
    page.locator('[name="visible_when.value"]').select_option(label="Afloat")
    page.get_by_role("button", name="Keep").click()
    ada.toast("Saved")
    expect(page.locator(".chip", has_text="shown when")).to_be_visible()
    ada.go("/o/made.ferry/new/")
    page.get_by_label("Name").fill("Queen")
    expect(page.get_by_label("Berth")).to_have_count(0)
    with page.expect_response(re.compile("/rules/")):
        page.get_by_label("State").select_option(label="Afloat")
    page.get_by_label("Berth").fill("A 4")
    with page.expect_response(re.compile("/rules/")):
        page.get_by_label("State").select_option(label="Ashore")
    expect(page.get_by_label("Berth")).to_have_count(0)
    with page.expect_response(re.compile("/rules/")):
        page.get_by_label("State").select_option(label="Afloat")
    page.get_by_label("Berth").fill("A 4")
    page.locator("main button.primary").click()
    ada.toast("Added")
    expect(page.locator("main")).to_contain_text("A 4")


def test_a_formula_says_what_is_wrong_with_it_and_then_computes(ada: Visitor) -> None:
    make(ada, "Canoe", "Canoes")
    page = ada.page
    add(page, "Span", "number")
    add(page, "Price", "money")
    page.get_by_label("New field").fill("Per metre")
    with page.expect_response(re.compile("/options/")):
        page.get_by_label("What it holds").select_option("formula")
    page.get_by_label("Formula").fill("prise / span")
    page.get_by_label("New field").press("Enter")
    expect(page.locator(".error")).to_contain_text(
        "At letter 1: There is no field “prise” in Canoes. Did you mean price?"
    )
    page.get_by_label("Formula").fill("price / span")
    page.get_by_label("New field").press("Enter")
    expect(page.locator("li.field-row b", has_text="Per metre")).to_be_visible()
    ada.go("/o/made.canoe/new/")
    for label, text in (("Name", "Reed"), ("Span", "4"), ("Price", "1000")):
        page.get_by_label(label).fill(text)
    page.locator("main button.primary").click()
    ada.toast("Added")
    expect(page.locator("main")).to_contain_text("£250.00")


def test_a_form_is_laid_out_by_keyboard(ada: Visitor) -> None:
    place = make(ada, "Raft", "Rafts")
    page = ada.page
    add(page, "Story", "rich_text")
    add(page, "Secret", "text")
    ada.go(f"{place}layout/")
    page.get_by_role("button", name="Add a section").click()
    page.keyboard.type("Background")
    page.get_by_role("button", name="Move Story").focus()
    for _ in range(8):
        page.keyboard.press("ArrowDown")
        if page.locator("li.section-row + li[data-key=story]").count():
            break
    page.get_by_role("button", name="Move Secret").focus()
    for _ in range(9):
        page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Keep").click()
    ada.toast("Kept")
    ada.go("/o/made.raft/new/")
    expect(page.get_by_role("heading", name="Background")).to_be_visible()
    expect(page.get_by_label("Secret")).to_have_count(0)
    page.get_by_label("Name").fill("Log")
    story = page.get_by_role("textbox", name="Story")
    story.click()
    page.keyboard.type("Carried ")
    page.get_by_role("button", name="Bold").click()
    page.keyboard.type("timber")
    page.locator("main button.primary").click()
    ada.toast("Added")
    expect(page.locator(".rich b, .rich strong")).to_have_text("timber")
