"""A marketer asks for those who ordered twice, are quiet for twice their own rhythm and opened nothing in 60 days, sees
how that would have been, lets a task be opened for whoever enters, and finds one on Today when the website tells that
somebody who ordered works for a firm that is quiet. All by clicking, and without a restart."""

from __future__ import annotations

import base64
import json
import urllib.parse
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import get
from tests.journeys.visitor import Visitor
from tests.processes.running import Running, wait_for

OVERDUE = "Usual gaps since the last order"
QUIET_WITH_ONE_ORDER = "fact:commerce.order_count = 1 and fact:lifecycle.overdue_ratio >= 3"
SEGMENT = "Quiet beyond their rhythm"


@pytest.mark.slow
def test_who_goes_quiet_is_called(ada: Visitor, shop: Running) -> None:
    site = shop.command("key", "create", "--name", "site", "--intake").split()[-1]
    api = shop.command("key", "create", "--name", "quiet", "--role", "administrator").split()[-1]
    tell(shop, site, type="track", event="Email Opened", userId="somebody-who-reads", properties={"campaign": "spring"})
    firm = one_who_is_quiet(shop, api)
    ordered(shop, api, "Cleo", firm["created_at"][:10])  # and nobody knows yet for whom she works
    page = ada.page
    build_rule(page, ada)
    replay(page)
    members = make_segment(page, ada)
    attach_automation(page, ada)
    tell(shop, site, type="identify", userId="cleo", traits={"company": {"id": firm["external_id"]}})
    find_on_today(page, ada, firm["name"])
    assert members_of_segment(page, ada) == members + 1
    ordered(shop, api, "Dov", "2011-01-10", "2011-02-10")
    find_on_today(page, ada, "Dov")
    tell(shop, site, type="track", event="Email Opened", userId="dov", properties={"campaign": "summer"})
    wait_for(lambda: members_of_segment(page, ada) == members + 1, patience=20)  # he reads what he is sent


def one_who_is_quiet(shop: Running, key: str) -> Any:
    asked = urllib.parse.urlencode({"filter": QUIET_WITH_ONE_ORDER, "limit": 1})
    return get(f"{shop.url}/api/v1/companies?{asked}", key)["data"][0]


def ordered(shop: Running, key: str, name: str, *days: str) -> None:
    """Somebody whom nobody knew, with an order on each of these days."""
    line = {"product": None, "description": "A lamp", "quantity": 1, "unit_price": 20, "kind": "goods"}
    made = post(f"{shop.url}/api/v1/people", f"Bearer {key}", {"name": name, "external_id": name.lower()})
    for day in days:
        order = {"customer": made["id"], "placed_at": f"{day}T20:00:00Z", "lines": [line]}
        post(f"{shop.url}/api/v1/orders", f"Bearer {key}", order)


def build_rule(page: Page, ada: Visitor) -> None:
    """Three conditions; the sentence, the count and some of them follow."""
    ada.go("/segments/")
    page.get_by_role("link", name="New segment").first.click()
    add(page, "orders", "Orders")
    page.get_by_role("textbox", name="Orders", exact=True).fill("2")
    add(page, "gap", OVERDUE)
    page.get_by_role("textbox", name=OVERDUE, exact=True).fill("2")
    add(page, "opened", "Email opened")
    page.get_by_label("Counted, or one value made of many").select_option(label="never happened")
    page.get_by_role("combobox", name="When", exact=True).select_option(label="in the last")
    page.get_by_label("How many of them").fill("60")
    page.get_by_label("How many of them").press("Tab")
    sentence = page.locator(".rule-sentence")
    expect(sentence).to_contain_text(f"Orders is at least 2, {OVERDUE} is at least 2")
    expect(sentence).to_contain_text("never Email opened in the last 60 days")
    expect(page.locator(".rule-count")).to_contain_text("match now")
    expect(page.locator(".rule-people a").first).to_be_visible()


def add(page: Page, typed: str, name: str) -> None:
    """What a website sent for the first time is offered as soon as the lake has it."""
    page.get_by_role("button", name="Condition", exact=True).last.click()
    box, found = page.locator("#rule-find"), page.locator("#rule-offers")
    offer = found.get_by_role("button").filter(has=page.get_by_text(name, exact=True)).first

    def is_offered() -> bool:
        box.fill("")
        box.fill(typed)
        found.locator(f"[data-q='{typed}']").wait_for(state="attached")
        return offer.count() > 0

    wait_for(is_offered, patience=60)
    offer.click()
    box.wait_for(state="detached")


def replay(page: Page) -> None:
    page.get_by_role("button", name="Replay the past").click()
    past = page.locator("#rule-replayed")
    expect(past.locator("rect")).to_have_count(26, timeout=60_000)
    expect(past.get_by_role("row", name="Bought")).to_contain_text("%")


def make_segment(page: Page, ada: Visitor) -> int:
    """How many are in it, once it has been filled: as many as the builder had counted."""
    counted = int(page.locator(".rule-count .figure").inner_text().replace(",", ""))
    page.get_by_label("Name", exact=True).fill(SEGMENT)
    page.get_by_role("button", name="Make the segment").click()
    ada.toast(f"{SEGMENT} is there")
    wait_for(lambda: members_of_segment(page, ada) == counted, patience=20)
    return counted


def members_of_segment(page: Page, ada: Visitor) -> int:
    ada.go("/segments/")
    row = page.get_by_role("row", name=SEGMENT)
    return int(row.locator("td.number").first.inner_text().replace(",", ""))


def attach_automation(page: Page, ada: Visitor) -> None:
    """From the segment's own page: a task for Ada, due at once, for whoever enters."""
    ada.go("/segments/")
    page.get_by_role("link", name=SEGMENT).click()
    page.get_by_role("link", name="New automation").click()
    page.get_by_label("Name", exact=True).fill("Call who went quiet")
    page.get_by_role("button", name="Build it").click()
    expect(page.get_by_text(f"When it enters “{SEGMENT}”")).to_be_visible()
    page.locator(".flow-spot summary").first.click()
    page.locator(".flow-spot[open]").get_by_role("button", name="Make a record", exact=True).click()
    page.get_by_label("What is made").select_option(label="Task")
    page.get_by_label("What to do").fill("Call {{ name }}, who went quiet")
    page.get_by_label("Customer").select_option(label="The record on its way")
    page.get_by_label("Due: days from then").fill("0")
    page.get_by_role("combobox", name="Owner").select_option(label="Ada")
    page.get_by_role("button", name="Put it in").click()
    page.get_by_role("button", name="Publish").click()
    page.locator("dialog[open]").get_by_role("button", name="Publish").click()
    ada.toast("Version 1 is published")


def find_on_today(page: Page, ada: Visitor, name: str) -> None:
    need = page.locator(".need", has_text=f"Call {name}, who went quiet")

    def is_there() -> bool:
        ada.go("/")
        return need.count() > 0

    wait_for(is_there, patience=20)
    expect(need).to_contain_text("Due today")
    need.get_by_role("link", name=f"Call {name}, who went quiet").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Call {name}, who went quiet")


def tell(shop: Running, write_key: str, **call: Any) -> None:
    opens = base64.b64encode(f"{write_key}:".encode()).decode()
    post(f"{shop.url}/v1/batch", f"Basic {opens}", {"batch": [call]})


def post(url: str, authorization: str, body: Any) -> Any:
    headers = {"Authorization": authorization, "Content-Type": "application/json"}
    asked = urllib.request.Request(url, data=json.dumps(body).encode(), headers=headers)
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return json.load(answer)
