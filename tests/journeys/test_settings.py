"""An administrator lets people and programs in; everybody sets the product up for their own eyes."""

from __future__ import annotations

import re
import urllib.error

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import get
from tests.journeys.visitor import Visitor, visit
from tests.processes.running import Running

PASSWORD = "seven green bicycles"


def test_an_invited_user_comes_in_and_their_role_holds_at_once(ada: Visitor, browser: Browser, shop: Running) -> None:
    page = ada.go("/settings/users/invite/")
    page.get_by_label("E-mail address").fill("ben@example.org")
    page.get_by_label("Name").fill("Ben")
    page.get_by_label("Role").select_option(label="Viewer")
    page.get_by_role("button", name="Invite").click()
    ada.toast("Ben is invited")
    ada.go("/settings/outbox/")
    page.locator("details.mail summary", has_text="ben@example.org").click()
    link = page.locator("details.mail[open] a").first.get_attribute("href")

    ben = visit(browser, shop.url)
    ben.page.goto(str(link))
    ben.page.get_by_label(re.compile("password", re.I)).first.fill("short")
    ben.page.locator("button.primary").click()
    expect(ben.page.locator(".error")).to_be_visible()
    ben.page.get_by_label(re.compile("password", re.I)).first.fill(PASSWORD)
    ben.page.locator("button.primary").click()
    expect(ben.page.get_by_role("heading", level=1)).to_contain_text("need you today")
    assert ben.page.locator("a[href='/settings/']").count() == 0
    expect(ben.page.get_by_role("button", name="Log a call")).to_have_count(0)
    ben.go("/settings/users/")
    expect(ben.page.locator("body")).not_to_contain_text("Invite somebody")

    ada.go("/settings/users/")
    page.get_by_role("link", name="Ben").click()
    page.get_by_label("Role").select_option(label="Sales")
    page.locator("main button.primary").click()
    ada.toast("Saved")
    ben.go("/")
    expect(ben.page.get_by_role("heading", level=1)).to_be_visible()
    ben.go("/o/customers.person/new/")
    expect(ben.page.get_by_role("heading", level=1)).to_have_text("New person")
    ben.context.close()
    assert not ben.mistakes


def test_a_key_is_shown_once_works_and_is_revoked(ada: Visitor, shop: Running) -> None:
    page = ada.go("/settings/keys/new/")
    page.get_by_label("What uses it?").fill("Journey")
    page.get_by_label("What may it do?").select_option(label="Analyst")
    page.get_by_role("button", name="Make the key").click()
    key = page.locator(".secret code").inner_text()
    assert get(f"{shop.url}/api/v1/companies?limit=2", key)["data"]
    ada.go("/settings/keys/")
    expect(page.locator("main")).not_to_contain_text(key)
    row = page.locator("tr", has_text="Journey")
    row.get_by_role("button", name="Revoke").click()
    expect(page.locator("tr", has_text="Journey")).to_contain_text("revoked")
    with pytest.raises(urllib.error.HTTPError, match="401"):
        get(f"{shop.url}/api/v1/companies", key)


def test_language_theme_and_zone_are_each_users_own(ada: Visitor) -> None:
    page = ada.go("/me/")
    page.get_by_label("Language").select_option(label="Bosanski")
    page.get_by_label("Time zone").select_option("Asia/Almaty")
    page.locator("main button.primary").click()
    page.wait_for_load_state()
    try:
        expect(page.locator("html")).to_have_attribute("lang", "bs")
        expect(page.locator("h1")).not_to_have_text("Your settings")
        page.locator(".side .me").click()
        page.locator(".side [data-theme-choice=dark]").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.wait_for_timeout(300)
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    finally:
        page.locator(".side .me").click()
        page.locator(".side [data-theme-choice=auto]").click()
        page.wait_for_timeout(300)
        ada.go("/me/")
        page.locator("select[name=language]").select_option("")
        page.locator("select[name=timezone]").select_option("")
        page.locator("main button.primary").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("path", ["firm", "users", "roles", "keys", "outbox", "health", "sample"])
def test_every_settings_page_opens(ada: Visitor, path: str) -> None:
    page = ada.go(f"/settings/{path}/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
