"""Looking at a list in other ways: a board by mouse and keyboard, groups, a calendar, beside the record; saving it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.visitor import Visitor

CUSTOMERS = "/o/customers.customer/"
BOARD = f"{CUSTOMERS}?layout=board&lanes=qualification&totals=sum:worth"


def lane(page: Page, name: str) -> Locator:
    return page.locator(f'[data-lane="{name}"]')


def drag(page: Page, card: Locator, to: Locator) -> None:
    card.scroll_into_view_if_needed()
    begin, end = card.bounding_box(), to.locator("[data-cards]").bounding_box()
    assert begin
    assert end
    page.mouse.move(begin["x"] + 40, begin["y"] + begin["height"] - 6)
    page.mouse.down()
    page.mouse.move(begin["x"] + 10, begin["y"] + 50, steps=5)
    page.mouse.move(end["x"] + 60, end["y"] + 60, steps=12)
    page.mouse.up()


def test_a_card_is_dragged_walks_by_keyboard_and_comes_back(ada: Visitor) -> None:
    page = ada.go(BOARD)
    cards = lane(page, "none").locator(".board-card")
    expect(cards).to_have_count(20)
    drag(page, cards.first, lane(page, "unqualified"))
    ada.toast("Undo")
    moved = lane(page, "unqualified").locator(".board-card")
    expect(moved).to_have_count(1)
    expect(lane(page, "unqualified").locator(".count")).to_have_text("1")
    moved.locator("[data-row-link]").focus()
    name = moved.locator("[data-row-link]").inner_text()
    page.keyboard.press("Shift+ArrowLeft")
    expect(lane(page, "qualified").locator(".count")).to_have_text("1")
    expect(page.locator(":focus")).to_have_text(name)
    page.reload()
    expect(lane(page, "qualified").locator("[data-row-link]")).to_have_text(name)
    lane(page, "qualified").locator(".move").click(force=True)
    page.locator("#dialog select[name=to]").select_option("none")
    page.locator("#dialog").get_by_role("button", name="Move", exact=True).click()
    ada.toast("Undo")
    expect(lane(page, "qualified").locator(".board-card")).to_have_count(0)


def test_what_is_refused_goes_back_to_its_lane(ada: Visitor) -> None:
    page = ada.go(BOARD)
    page.route("**/move/", lambda route: route.fulfill(status=403, body="", headers={"HX-Reswap": "none"}))
    card = lane(page, "none").locator(".board-card").first
    card.locator("[data-row-link]").focus()
    name = card.locator("[data-row-link]").inner_text()
    page.keyboard.press("Shift+ArrowLeft")
    expect(lane(page, "unqualified").locator(".board-card")).to_have_count(0)
    expect(lane(page, "none").locator("[data-row-link]").first).to_have_text(name)


def test_a_lane_goes_on_when_it_is_scrolled(ada: Visitor) -> None:
    page = ada.go(f"{CUSTOMERS}?layout=board&lanes=kind")
    full = page.locator(".lane", has=page.locator(".more-cards")).first
    full.locator(".more-cards").scroll_into_view_if_needed()
    expect(full.locator(".board-card")).to_have_count(40)


def test_columns_groups_and_a_view_that_is_saved_changed_and_deleted(ada: Visitor) -> None:
    page = ada.go(CUSTOMERS)
    page.get_by_role("button", name="Columns and order").click()
    drawer = page.locator("#drawer")
    drawer.get_by_label("In groups by").select_option(label="Standing")
    drawer.get_by_label("Total").first.select_option(label="Sum of Worth")
    drawer.get_by_role("button", name="Kind: further down").click()
    drawer.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("thead th a, thead th").filter(has_text="Stage").first).to_be_visible()
    assert page.locator("thead th").all_inner_texts()[2:4] == ["Stage", "Kind"]
    expect(page.locator(".group-head").first).to_contain_text("Sum of Worth")
    page.get_by_role("button", name="Save as a view").click()
    page.locator("#in-name").fill("By standing")
    page.locator("#dialog").get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile(r"view=\d+$"))
    address = page.url
    tab = page.locator(".view-tabs").get_by_role("link", name="By standing")
    expect(tab).to_have_attribute("aria-current", "page")
    page.locator("thead .sort", has_text="Name").click()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(address)
    expect(page.locator("th[aria-sort]")).to_contain_text("Name")
    page.get_by_label("This view").click()
    page.get_by_role("button", name="Delete this view").click()
    expect(tab).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(tab).to_be_visible()
    page.get_by_label("This view").click()
    page.get_by_role("button", name="Delete this view").click()
    expect(tab).to_have_count(0)


def test_a_filter_in_groups_and_as_text(ada: Visitor) -> None:
    page = ada.go(CUSTOMERS)
    page.locator(".filters summary").click()
    page.get_by_role("button", name="Several, in groups or as text").click()
    drawer = page.locator("#drawer")
    drawer.get_by_role("button", name="Clause").click()
    drawer.locator("select[name=field]").select_option(label="Country")
    drawer.locator("select[name=value]").select_option(label="Germany")
    drawer.get_by_role("button", name="Add", exact=True).click()
    expect(drawer.locator("textarea")).to_have_value('country = "DE"')
    drawer.locator("textarea").fill('country = "DE" or country = "FR"')
    drawer.get_by_role("button", name="Read the text").click()
    expect(drawer.locator(".builder-clause")).to_have_count(2)
    drawer.get_by_role("button", name="Show them").click()
    expect(page.locator(".clause")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text([re.compile("Germany|France")])


def test_a_calendar_and_the_list_beside_the_record(ada: Visitor) -> None:
    page = ada.go("/o/commerce.order/?layout=calendar&day=placed_at")
    heading = page.locator(".calendar-bar h2").inner_text()
    page.get_by_role("link", name="Earlier").click()
    expect(page.locator(".calendar-bar h2")).not_to_have_text(heading)
    page = ada.go(f"{CUSTOMERS}?layout=split")
    rows = page.locator(".beside-row")
    expect(page.locator("#beside h1")).to_contain_text(rows.first.locator("b").inner_text())
    rows.nth(2).click()
    expect(page.locator("#beside h1")).to_contain_text(rows.nth(2).locator("b").inner_text())
    expect(page).to_have_url(re.compile("open="))
    page.locator("#beside [data-tab]").last.click()
    expect(page.locator("#beside [data-tab]").last).to_have_attribute("aria-current", "page")
    expect(page).to_have_url(re.compile("layout=split"))


def test_rows_far_away_leave_the_layout_and_come_back(ada: Visitor) -> None:
    page = ada.go(CUSTOMERS)
    rows = page.locator("tbody [data-row-link]")
    first = rows.first.inner_text()
    for count in (50, 150):
        ada.scroll_for(rows.nth(count))
    expect(page.locator(".chunk.away").first).to_be_attached()
    page.evaluate("window.scrollTo(0, 0)")
    expect(rows.first).to_have_text(first)
    expect(rows.first).to_be_visible()
    expect(page.locator(".chunk.away").first).to_be_attached()
