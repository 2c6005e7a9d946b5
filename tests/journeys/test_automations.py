"""Somebody builds an automation that opens a task when a person enters a segment, tries it, and publishes it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.visitor import Visitor


def test_a_task_is_opened_when_somebody_enters_a_segment(ada: Visitor) -> None:
    page = ada.go('/segments/new/?kind=customers.person&filter=city = "Tuzla"')
    page.get_by_label("Name", exact=True).fill("People in Tuzla")
    page.locator("main form button.primary").last.click()
    ada.toast("People in Tuzla is there")

    page = ada.go("/automations/new/")
    page.get_by_label("Name", exact=True).fill("Call them in Tuzla")
    page.get_by_label("What it is about").select_option("customers.person")
    page.get_by_role("button", name="Build it").click()
    expect(page.get_by_text("Add a step")).to_be_visible()
    expect(page.get_by_role("button", name="Publish")).to_be_disabled()

    page.locator("[id='open-@trigger']").click()
    page.get_by_label("What starts it").select_option("segment")
    page.get_by_label("Which segment").select_option(label="People in Tuzla")
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("When it enters “People in Tuzla”")).to_be_visible()

    put_in(page, "Make a record")
    page.get_by_label("What is made").select_option("customers.task")
    page.get_by_label("What to do").fill("Call {{ name }} in Tuzla")
    page.get_by_label("Customer").select_option(label="The record on its way")
    page.get_by_role("button", name="Put it in").click()
    expect(page.get_by_text("Make: Task “Call {{ name }} in Tuzla”")).to_be_visible()

    put_in(page, "Wait")
    page.locator("#in-days").fill("2")
    page.get_by_role("button", name="Put it in").click()
    expect(page.locator(".flow-step b").first).to_have_text("Wait 2 days")
    page.locator("#open-wait1").focus()
    page.keyboard.press("Alt+ArrowDown")  # the task comes first
    expect(page.locator(".flow-step b").first).to_contain_text("Make: Task")

    page.get_by_role("button", name="Publish").click()
    page.locator("dialog[open]").get_by_role("button", name="Publish").click()
    ada.toast("Version 1 is published")
    address = ada.path()

    page = ada.go("/o/customers.person/new/")
    page.locator("#in-name").fill("Cleo of Tuzla")
    page.locator("#in-city").fill("Tuzla")
    page.locator("main button.primary").last.click()
    page.wait_for_url("**/o/customers.person/*/")
    for _look in range(30):  # the rule, the event and the first step, each a turn of the worker
        page = ada.go("/o/customers.task/?q=Cleo")
        if page.get_by_text("Call Cleo of Tuzla in Tuzla").count():
            break
        page.wait_for_timeout(500)
    expect(page.get_by_text("Call Cleo of Tuzla in Tuzla").first).to_be_visible()
    page = ada.go(address)
    expect(page.get_by_role("link", name="1 here")).to_be_visible()
    page.get_by_role("link", name="1 here").click()
    page.get_by_role("link", name="Cleo of Tuzla").click()
    page.get_by_role("button", name="Wait no longer").click()
    ada.toast("It waits no longer")


def put_in(page: Page, kind: str) -> None:
    """A step at the beginning, with the keyboard: the menu opens, and the kind is chosen in it."""
    page.locator(".flow-spot summary").first.focus()
    page.keyboard.press("Enter")
    page.locator(".flow-spot[open]").get_by_role("button", name=kind, exact=True).press("Enter")
    expect(page.get_by_role("button", name="Put it in")).to_be_visible()
