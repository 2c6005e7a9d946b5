from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.chromium import chromium
from tests.journeys.small_sample import load_sample, write_small_sample
from tests.journeys.visitor import Visitor, visit
from tests.processes.running import Running, running, wait_for

expect.set_options(timeout=15_000)  # a busy machine
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-gpu"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    without = pytest.mark.skip(reason="There is no Chromium: see tests/chromium.py.")
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if chromium() is None:
                item.add_marker(without)


@pytest.fixture(scope="session")
def small_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_small_sample(tmp_path_factory.mktemp("sample"))
    for part in (folder, *folder.parents[:3]):
        part.chmod(0o755)
    return folder


@pytest.fixture(scope="session")
def shop(small_sample: Path) -> Iterator[Running]:
    """The product with the small sample in it, and an administrator Ada."""
    with running() as it:
        wait_for(lambda: it.status("/readyz") == 200, patience=120)
        load_sample(small_sample, it.environment)
        yield it


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Closed with each file: while it is open, Django takes this thread for an asynchronous one.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def cookies() -> dict[str, Any]:
    """Of Ada, by the address of the shop that she came into."""
    return {}


@pytest.fixture(scope="module")
def signed_in(browser: Browser, shop: Running, cookies: dict[str, Any]) -> Any:
    """The cookies of Ada, who came in by a link: once, though each file has a browser of its own."""
    if shop.url not in cookies:
        visitor = visit(browser, shop.url)
        visitor.page.goto(fresh_link(shop))
        cookies[shop.url] = visitor.context.storage_state()
        visitor.context.close()
    return cookies[shop.url]


@pytest.fixture
def ada(browser: Browser, shop: Running, signed_in: Any) -> Iterator[Visitor]:
    visitor = visit(browser, shop.url, storage_state=signed_in)
    yield visitor
    visitor.context.close()
    assert not visitor.mistakes


def fresh_link(shop: Running, email: str = "ada@example.com") -> str:
    """A sign-in link."""
    return next(word for word in shop.command("user", "link", email).split() if "/sign-in/" in word)


def get(url: str, key: str) -> Any:
    """What the API answers to a program with this key."""
    asked = urllib.request.Request(url, headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return json.load(answer)
