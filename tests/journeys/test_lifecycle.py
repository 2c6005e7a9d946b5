"""Every number of the Lifecycle page opens exactly that many customers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.visitor import Visitor


@pytest.mark.parametrize("days", [30, 90, 365])
def test_every_number_opens_its_records(ada: Visitor, days: int) -> None:
    page = ada.go(f"/lifecycle/?days={days}")
    found = page.evaluate(
        """() => [...document.querySelectorAll("main a[href^='/o/']")].map((each) => [
            each.getAttribute("href"), (each.querySelector("b, .figure, strong") || each).innerText])"""
    )
    numbers = {href: int(text.replace(",", "")) for href, text in found if re.fullmatch(r"[\d,]+", text.strip())}
    assert len(numbers) >= 15
    for href, count in numbers.items():
        ada.go(href)
        if count == 0:
            expect(page.locator("main")).to_contain_text("Nothing matches")
        else:
            said = re.search(r"[\d,]+", page.get_by_role("heading", level=1).inner_text())
            assert said, href
            assert int(said[0].replace(",", "")) == count, href


def test_the_rules_are_told_in_sentences(ada: Visitor) -> None:
    page = ada.go("/lifecycle/")
    page.get_by_role("link", name="What makes a stage").click()
    expect(page.locator("main")).to_contain_text("They placed their first order.")
