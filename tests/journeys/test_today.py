"""A salesperson's morning: in by a link, the first need, a call logged by keyboard alone, one put off."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.journeys.conftest import fresh_link
from tests.journeys.visitor import Visitor, visit
from tests.processes.running import Running


def test_a_link_lets_in_once(browser: Browser, shop: Running) -> None:
    link = fresh_link(shop)
    visitor = visit(browser, shop.url)
    visitor.page.goto(link)
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("need you today")
    visitor.page.goto("about:blank")  # an open page would notice that nobody is signed in, and go away by itself
    visitor.context.clear_cookies()
    visitor.page.goto(link)
    expect(visitor.page.get_by_role("heading", level=1)).not_to_contain_text("need you today")
    visitor.go("/o/customers.customer/")
    assert visitor.path().startswith("/sign-in/?next=")
    assert not visitor.mistakes


def test_a_call_is_logged_and_taken_back_with_the_keyboard_only(ada: Visitor) -> None:
    page = ada.go("/")
    name = page.locator(".need .who a").first.inner_text()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    ada.tab_to("Log a call")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open] h2")).to_be_visible()
    ada.tab_to("What was said?")
    page.keyboard.type("They order again next week")
    ada.tab_to("Log a call")
    page.keyboard.press("Enter")
    ada.toast("Logged the call")
    entry = page.locator(".timeline .entry", has_text="They order again next week")
    expect(entry).to_be_visible()
    expect(entry).to_contain_text("Ada")
    ada.tab_to("Undo")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.wait_for_timeout(300)
    page.reload()
    page.get_by_role("link", name="Changes").wait_for()
    expect(page.locator(".toast", has_text="did not work")).to_have_count(0)


def test_later_asks_until_when_and_the_need_can_be_brought_back(ada: Visitor) -> None:
    page = ada.go("/")
    first = page.locator(".need").first
    name = first.locator(".who a").inner_text()
    first.get_by_text("Later", exact=True).click()
    expect(first.get_by_text(f"When shall {name} be here again?")).to_be_visible()
    first.get_by_role("button", name="Next week").click()
    toast = ada.toast("Back on")
    expect(toast).to_contain_text(re.compile(r"16 December 2011"))  # a week after the shop's own today
    expect(page.locator(".need .who a", has_text=name)).to_have_count(0)
    toast.get_by_role("button", name="Undo").click()
    expect(page.locator(".need .who a", has_text=name)).to_have_count(1)


def test_figures_and_stages_of_today_open_what_they_count(ada: Visitor) -> None:
    page = ada.go("/")
    quiet = page.locator(".strip a", has_text=re.compile("^\\s*Gone quiet"))
    count = quiet.locator(".figure").inner_text()
    quiet.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{count} customers")
    page.go_back()
    expect(page.locator(".stage-row a")).to_have_count(5)
