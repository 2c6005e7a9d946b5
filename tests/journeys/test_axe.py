"""No page has a serious or critical violation, in either theme and at either width; the keyboard reaches everything."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.journeys.visitor import Visitor, visit
from tests.processes.running import Running

PAGES = (
    "/", "/o/customers.customer/", "{customer}", "/o/customers.person/new/", "/lifecycle/", "/lifecycle/rules/",
    "/o/customers.task/", "/o/commerce.order/", "{order}", "/o/commerce.product/", "/import/", "/import/1/",
    "/import/new/customers.person/", "/settings/firm/", "/settings/users/", "/settings/users/invite/",
    "/settings/roles/", "/settings/roles/4/", "/settings/roles/4/fields/customers.person/", "{customer}seeing/",
    "/me/absence/", "/settings/objects/", "/settings/objects/new/", "/settings/objects/customers.person/",
    "/settings/objects/customers.person/layout/?part=panels", "/settings/keys/", "/settings/keys/new/",
    "/settings/outbox/", "/automations/", "/automations/new/", "{automation}",
    "{automation}try/", "{automation}runs/", "{automation}versions/",
    "/settings/health/", "/settings/sample/", "/me/", "/nowhere/", "/o/customers.customer/?q=nobodyatall", "/kit/",
    "/o/customers.customer/?layout=board&totals=sum:worth", "/o/customers.customer/?group=stage&totals=sum:worth",
    "/o/customers.task/?layout=calendar", "/o/customers.customer/?layout=split",
    "/o/customers.customer/?filter=x+%3D+1", "/segments/", "/segments/new/",
    "/segments/new/?filter=stage+%3D+%22retention%22+and+did+commerce.order_placed+within+30+days",
    "/metrics/", "/metrics/commerce.revenue/", "/metrics/lifecycle.customers_by_stage/?by=to", "/metrics/new/",
    "/rules/ask/customers.customer/?filter=stage+%3D+%22retention%22",
    "/retention/", "/plays/", "/settings/webhooks/", "/settings/events/",
)  # fmt: skip
OUTSIDE = ("/sign-in/", "/password/", "/invitation/nonsense/")
WIDE, PHONE = (1320, 900), (390, 844)
LOOKS = (
    ("light", WIDE),
    ("dark", PHONE),
    pytest.param("dark", WIDE, marks=pytest.mark.slow),
    pytest.param("light", PHONE, marks=pytest.mark.slow),
)
GRAVE = ("serious", "critical")


def grave_violations(visitor: Visitor) -> list[str]:
    """As "page: rule, how often, where first"."""
    answer: dict[str, Any] = Axe().run(visitor.page, options={"resultTypes": ["violations"]}).response
    return [
        f"{visitor.path()}: {each['id']}, {len(each['nodes'])} times, {each['nodes'][0]['html'][:160]}"
        for each in answer["violations"]
        if each["impact"] in GRAVE
    ]


@pytest.mark.parametrize(("theme", "size"), LOOKS)
def test_no_page_keeps_anybody_out(browser: Browser, shop: Running, signed_in: Any, theme: str, size: Any) -> None:
    look = {"color_scheme": theme, "viewport": {"width": size[0], "height": size[1]}, "reduced_motion": "reduce"}
    ada = visit(browser, shop.url, storage_state=signed_in, bypass_csp=True, **look)
    found = []
    places = {"customer": first_of(ada, "/o/customers.customer/"), "order": first_of(ada, "/o/commerce.order/"),
              "automation": an_automation(ada)}  # fmt: skip
    for path in PAGES:
        ada.go(path.format(**places))
        ada.page.wait_for_timeout(150)
        found += grave_violations(ada)
        width = ada.page.evaluate("document.documentElement.scrollWidth")
        if width > size[0]:
            found.append(f"{ada.path()}: {width} wide on a screen of {size[0]}")
    for opened in ("dialog", "later", "palette"):
        open_something(ada, opened)
        found += [f"{opened} on {each}" for each in grave_violations(ada)]
    ada.context.close()
    stranger = visit(browser, shop.url, bypass_csp=True, **look)
    for path in OUTSIDE:
        stranger.go(path)
        found += grave_violations(stranger)
    stranger.context.close()
    assert not found, "\n".join(found)


def an_automation(ada: Visitor) -> str:
    """One that asks, waits and stops, with a card open."""
    ada.go("/automations/").get_by_role("button", name="Decide before anybody calls").click()
    ada.page.locator("#open-approval1").click()
    ada.page.get_by_label("The question").wait_for()
    assert not grave_violations(ada)
    return ada.path()


def open_something(ada: Visitor, what: str) -> None:
    page = ada.go("/")
    if what == "dialog":
        page.locator(".need .acts .btn.primary").first.click()
        page.locator("dialog[open] h2").wait_for()
    elif what == "later":
        page.locator(".need .menu summary").first.click()
    else:
        page.keyboard.press("Control+k")
        page.locator("#palette input").fill("124")
        page.locator("#palette [role=option]").first.wait_for()


@pytest.mark.parametrize("path", ["/", "/o/customers.customer/", "/lifecycle/", "/import/", "/settings/firm/"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(ada: Visitor, path: str) -> None:
    page = ada.go(path)
    wanted = page.evaluate(REACHABLE)
    reached: set[str] = set()
    for _ in range(wanted + 20):
        page.keyboard.press("Tab")
        mark, is_visible = page.evaluate(FOCUSED)
        if mark is None or mark in reached:
            continue
        assert is_visible, f"nobody sees that {mark} has the focus"
        reached.add(mark)
    missing = page.evaluate("() => [...document.querySelectorAll('[data-wanted]')].map((e) => e.dataset.wanted)")
    assert set(missing) - reached == set()


REACHABLE = """() => {
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")];
  const seen = all.filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.disabled
    && each.tabIndex >= 0 && !(each.type === "radio" && !each.checked));
  seen.forEach((each, index) => { each.dataset.wanted = `${index} ${each.outerHTML.slice(0, 90)}`; });
  return seen.length;
}"""
FOCUSED = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return [null, true];
  const style = getComputedStyle(at);
  const isVisible = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
    || style.boxShadow !== "none" || (at.closest("label") && at.type === "file");
  return [at.dataset.wanted || null, isVisible];
}"""


def first_of(ada: Visitor, path: str) -> str:
    page = ada.go(path)
    return str(page.locator("tbody [data-row-link]").first.get_attribute("href"))
