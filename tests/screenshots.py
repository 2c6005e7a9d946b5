"""Takes the pictures under docs/screenshots from the demo itself: `make screenshots`.

Every page in light and dark, wide and on a phone; the main ones in the three languages. The shop's calendar stands
still, so a picture changes when the page does.
"""

from __future__ import annotations

import base64
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import chromium
from tests.journeys.small_sample import WHOLE, load_sample
from tests.processes.running import Running, end_what_is_left, free_port, start, wait_for

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
WIDE, PHONE = (1320, 900), (390, 844)
LANGUAGES = {"en": "English", "bs": "Bosnian", "kk": "Kazakh"}
QUALITY = 82
COVER = "today-light-en"  # the README shows it, as a PNG


@dataclass(frozen=True)
class Shown:
    """A page by its address; `click` opens something on it first, `waits` names what comes to it later, `is_main` is
    taken in every language."""

    name: str
    path: str
    label: str
    click: str = ""
    waits: str = ""
    is_main: bool = False


# {customer}, {order} and {product} are the ids of the first of each list; {segment} and {automation} are made for it.
PAGES = (
    Shown("today", "/", "Today", is_main=True),
    Shown("today-later", "/", "Today: “Later” asks until when", ".need .menu summary"),
    Shown("customers", "/o/customers.customer/", "Customers", is_main=True),
    Shown("customers-quiet", "/o/customers.customer/?filter=standing+%3D+%22quiet%22", "Customers: the quiet ones"),
    Shown("board", "/o/customers.customer/?layout=board", "Customers as a board"),
    Shown("calendar", "/o/commerce.order/?layout=calendar", "Orders on a calendar"),
    Shown("beside", "/o/customers.customer/?layout=split", "A list beside its record"),
    Shown("customer", "/o/customers.customer/{customer}/", "A customer", is_main=True),
    Shown("customer-call", "/o/customers.customer/{customer}/", "Logging a call", ".page-head .acts button"),
    Shown("person-new", "/o/customers.person/new/", "A new person"),
    Shown("lifecycle", "/lifecycle/", "Lifecycle", is_main=True),
    Shown("lifecycle-rules", "/lifecycle/rules/", "What makes a stage"),
    Shown("segments", "/segments/", "Segments"),
    Shown("segment", "/segments/{segment}/", "A segment"),
    Shown("segment-rule", "/segments/{segment}/edit/", "The rule of a segment", waits=".rule-count .figure"),
    Shown("segment-offers", "/segments/new/", "What a rule can ask", "#rule button.primary"),
    Shown("automations", "/automations/", "Automations"),
    Shown("automation", "/automations/{automation}/", "An automation"),
    Shown("automation-branch", "/automations/{automation}/", "Asking for each way of a branch", "#open-branch1"),
    Shown("automation-try", "/automations/{automation}/try/", "A test run"),
    Shown("metrics", "/metrics/", "Metrics"),
    Shown("metric", "/metrics/commerce.revenue/", "A metric"),
    Shown("metric-new", "/metrics/new/", "A new metric"),
    Shown("tasks", "/o/customers.task/", "Tasks"),
    Shown("orders", "/o/commerce.order/", "Orders"),
    Shown("order", "/o/commerce.order/{order}/", "An order"),
    Shown("products", "/o/commerce.product/", "Products"),
    Shown("product", "/o/commerce.product/{product}/", "A product"),
    Shown("import", "/import/", "Import", is_main=True),
    Shown("import-result", "/import/1/", "An import and what it left out"),
    Shown("firm", "/settings/firm/", "Settings: firm"),
    Shown("objects", "/settings/objects/", "Settings: objects"),
    Shown("object", "/settings/objects/customers.person/", "Settings: the fields of people"),
    Shown("users", "/settings/users/", "Settings: users"),
    Shown("roles", "/settings/roles/", "Settings: roles"),
    Shown("role", "/settings/roles/4/", "Settings: a role"),
    Shown("keys", "/settings/keys/", "Settings: keys"),
    Shown("outbox", "/settings/outbox/", "Settings: mail"),
    Shown("health", "/settings/health/", "Settings: health"),
    Shown("sample", "/settings/sample/", "Leaving the sample behind"),
    Shown("me", "/me/", "One's own settings"),
    Shown("missing", "/nowhere/", "A page that is not there"),
)
PALETTE = Shown("palette", "/", "Ctrl-K", is_main=True)
SIGN_IN = Shown("sign-in", "/sign-in/", "Sign in", is_main=True)


def main(only: Sequence[str] = ()) -> None:
    """All pages, or those of these names, beside the pictures that there are."""
    program = chromium()
    if program is None:
        raise SystemExit("There is no Chromium. Run make browser.")
    home = Path(tempfile.mkdtemp(prefix="perennial-screenshots-"))
    home.chmod(0o711)
    it = start(home, free_port())
    try:
        wait_for(lambda: it.status("/readyz") == 200, patience=180)
        load_sample(WHOLE.parent, it.environment, patience=600)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
            take_all(browser, it, only)
            browser.close()
    finally:
        if it.process.poll() is None:
            it.stop()
        end_what_is_left(home)
        shutil.rmtree(home, ignore_errors=True)
    write_gallery()


def take_all(browser: Browser, it: Running, only: Sequence[str]) -> None:
    if not only:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    link = next(word for word in it.command("user", "link", "ada@example.com").split() if "/sign-in/" in word)
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    ids = {name: first_id(page, it, f"/o/{kind}/") for name, kind in (
        ("customer", "customers.customer"), ("order", "commerce.order"), ("product", "commerce.product"))}  # fmt: skip
    ids |= {"segment": made_segment(page, it), "automation": made_automation(page, it)}
    state = context.storage_state()
    for theme in ("light", "dark"):
        for size in (WIDE, PHONE):
            width, height = size
            inside = browser.new_context(storage_state=state, color_scheme=theme, reduced_motion="reduce",
                                         viewport={"width": width, "height": height})  # fmt: skip
            page = inside.new_page()
            for language in LANGUAGES:
                wanted = [each for each in (*PAGES, PALETTE) if language == "en" or each.is_main]
                wanted = [each for each in wanted if not only or each.name in only]
                if not wanted:
                    continue
                speak(page, it, language)
                for each in wanted:
                    take(page, it, each, ids, file_name(each, theme, size, language))
            speak(page, it, "en")
            inside.close()
            outside = browser.new_context(color_scheme=theme, viewport={"width": width, "height": height})
            if not only:
                take(outside.new_page(), it, SIGN_IN, ids, file_name(SIGN_IN, theme, size, "en"))
            outside.close()


def take(page: Page, it: Running, shown: Shown, ids: dict[str, str], name: str) -> None:
    page.goto(it.url + shown.path.format(**ids))
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("domcontentloaded")
    page.wait_for_timeout(450)  # what a page asks for by itself once it is there
    if shown.waits:
        page.locator(shown.waits).first.wait_for()
    if shown is PALETTE:
        page.keyboard.press("Control+k")
        page.locator("#palette input").fill("124")
        page.wait_for_timeout(500)
    if shown.click:
        page.locator(shown.click).first.click()
        page.wait_for_timeout(400)
    if name == COVER:
        page.screenshot(path=FOLDER / f"{name}.png")
    session = page.context.new_cdp_session(page)
    answer = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    session.detach()
    (FOLDER / f"{name}.webp").write_bytes(base64.b64decode(answer["data"]))


def speak(page: Page, it: Running, language: str) -> None:
    page.goto(f"{it.url}/me/")
    page.locator("select[name=language]").select_option(language)
    page.locator("select[name=number_format]").select_option("en_GB" if language == "en" else "")
    page.locator("main button.primary").click()
    page.wait_for_load_state()


def first_id(page: Page, it: Running, path: str) -> str:
    page.goto(it.url + path)
    return str(page.locator("tbody [data-row-link]").first.get_attribute("href")).rstrip("/").rpartition("/")[2]


def made_segment(page: Page, it: Running) -> str:
    page.goto(f"{it.url}/segments/new/?kind=customers.customer&filter=standing+%3D+%22quiet%22+and+worth+%3E%3D+1000")
    page.locator("#in-name").fill("Quiet, and worth a call")
    page.get_by_role("button", name="Make the segment").click()
    page.wait_for_load_state()
    page.wait_for_timeout(4000)  # everybody is looked at
    return page.url.rstrip("/").rpartition("/")[2]


def made_automation(page: Page, it: Running) -> str:
    """An example, with a branch in front."""
    page.goto(f"{it.url}/automations/")
    page.get_by_role("button", name="Ask after the first order").click()
    page.locator(".flow-spot summary").first.click()
    page.locator("button[name=new][value=branch]").first.click()
    page.locator("#rule-when0 summary", has_text="The same as text").click()
    page.locator("#rule-when0-text").fill('stage = "loyalty"')
    page.locator("#rule-when0").get_by_role("button", name="Read the text").click()
    page.locator("#rule-when0 .rule-clause").wait_for()
    page.get_by_role("button", name="Put it in").click()
    page.locator("#open-branch1").wait_for()
    return page.url.rstrip("/").rpartition("/")[2]


def file_name(shown: Shown, theme: str, size: tuple[int, int], language: str) -> str:
    return "-".join((shown.name, theme, *(["phone"] if size == PHONE else []), language))


def write_gallery() -> None:
    """docs/screenshots/README.md: a row a page."""
    lines = [
        "# Every page",
        "",
        "Taken by `make screenshots` from the demo, whose calendar stands at 9 December 2011.",
        "",
    ]
    for each in (SIGN_IN, *PAGES, PALETTE):
        lines += [f"## {each.label}", "", *gallery_rows(each), ""]
    (FOLDER / "README.md").write_text("\n".join(lines))


def gallery_rows(shown: Shown) -> Iterable[str]:
    wide = [picture(shown, theme, WIDE, "en") for theme in ("light", "dark")]
    phone = [picture(shown, theme, PHONE, "en") for theme in ("light", "dark")]
    yield f"{' '.join(wide)}"
    yield ""
    yield f"{' '.join(phone)}"
    others = [picture(shown, "light", WIDE, language) for language in LANGUAGES if language != "en"]
    found = [each for each in others if each]
    if found:
        yield ""
        yield " ".join(found)


def picture(shown: Shown, theme: str, size: tuple[int, int], language: str) -> str:
    name = file_name(shown, theme, size, language)
    if not (FOLDER / f"{name}.webp").exists():
        return ""
    alt = f"{shown.label}, {theme}{', on a phone' if size == PHONE else ''}, {LANGUAGES[language]}"
    return f'<img src="{name}.webp" width="{200 if size == PHONE else 400}" alt="{alt}">'


if __name__ == "__main__":
    os.environ.pop("DATABASE_URL", None)
    main(sys.argv[1:])
