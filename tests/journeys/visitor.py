"""Somebody with a browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request

EXPECTED = (
    "status of 404",
    "status of 422",
    "status of 403",
    "status of 410",  # the browser's own words for a refusal that we show
    "htmx:sendAbort",
    "htmx:afterRequest",  # htmx's for what a page that is left was still asking for
)


@dataclass
class Visitor:
    """`page` is what they look at. `mistakes` is what the console said that it should not have."""

    url: str
    context: BrowserContext
    page: Page
    mistakes: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def path(self) -> str:
        return self.page.url.removeprefix(self.url)

    def tab_to(self, name: str, *, most: int = 250) -> Locator:
        """Press Tab until something of this name has the focus, as somebody without a mouse does."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(_FOCUSED_NAME).strip().startswith(name):
                return self.page.locator(":focus")
        raise AssertionError(f"Tab does not lead to {name!r}.")

    def scroll_for(self, row: Locator) -> None:
        """Scroll to the end, as often as it takes until the row has come."""
        for _time in range(40):
            if row.count():
                return
            self.page.evaluate("window.scrollBy(0, -200); window.scrollTo(0, document.documentElement.scrollHeight)")
            self.page.wait_for_timeout(300)
        raise AssertionError("Scrolling brings no more rows.")

    def toast(self, text: str) -> Locator:
        toast = self.page.locator(".toast", has_text=text).last
        toast.wait_for()
        return toast


_FOCUSED_NAME = """() => {
  const at = document.activeElement;
  const label = at.labels?.[0]?.innerText;
  return at.getAttribute("aria-label") || label || at.innerText || at.value || "";
}"""


def visit(browser: Browser, url: str, **options: Any) -> Visitor:
    """A fresh window: nobody is signed in unless `storage_state` says so."""
    context = browser.new_context(**{"viewport": {"width": 1320, "height": 900}, "locale": "en-GB", **options})
    context.set_default_timeout(15_000)
    visitor = Visitor(url, context, context.new_page())

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(each in message.text for each in EXPECTED):
            visitor.mistakes.append(f"{visitor.path()}: {message.text}")

    def failed(request: Request) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):  # leaving a page gives up what it was still asking for
            visitor.mistakes.append(f"{request.url}: {request.failure}")

    visitor.page.on("console", note)
    visitor.page.on("requestfailed", failed)
    visitor.page.on("pageerror", lambda error: visitor.mistakes.append(f"{visitor.path()}: {error}"))
    return visitor
