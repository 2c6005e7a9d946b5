"""A file comes in: its columns are recognised, it is tried, it runs, what was skipped comes back, all is taken back."""

from __future__ import annotations

import csv
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.visitor import Visitor

ROWS = """Full name,Mail,Town,Nonsense
Yusuf Ferhad,yusuf.ferhad@example.org,Sarajevo,1
Yana Ferhad,yana.ferhad@example.org,Almaty,2
Yolanda Ferhad,this is no address,London,3
"""


def test_a_file_comes_in_and_goes_again(ada: Visitor, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(ROWS)
    page = ada.go("/import/")
    page.get_by_role("link", name="People").click()
    page.locator("input[type=file]").set_input_files(tmp_path / "people.csv")
    expect(page.get_by_label("Full name")).to_have_value("name")
    expect(page.get_by_label("Mail")).to_have_value("email")
    page.get_by_label("Nonsense").select_option(label="leave out")
    page.get_by_role("button", name="Check it").click()
    expect(page.locator("main")).to_contain_text("Yusuf Ferhad")
    expect(page.locator("main")).to_contain_text("e-mail address")
    page.locator("main form button.primary").click()
    link = page.get_by_role("link", name="These rows as a file")
    link.first.wait_for(timeout=20_000)
    with page.expect_download() as waiting:
        link.first.click()
    waiting.value.save_as(tmp_path / "skipped.csv")
    with (tmp_path / "skipped.csv").open(encoding="utf-8-sig") as file:
        (row,) = csv.DictReader(file)
    assert row["Full name"] == "Yolanda Ferhad"
    assert any("e-mail" in value for value in row.values())

    run = ada.path()
    ada.go("/o/customers.person/?q=Ferhad")
    expect(page.locator("tbody [data-row-link]")).to_have_count(2)
    ada.go(run)
    page.get_by_role("button", name="Take it all back").click()
    page.wait_for_timeout(500)
    ada.go("/o/customers.person/?q=Ferhad")
    expect(page.locator("main")).to_contain_text("Nothing matches")


def test_a_file_that_cannot_be_read_is_told_so(ada: Visitor, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("")
    page = ada.go("/import/new/customers.person/")
    page.locator("input[type=file]").set_input_files(tmp_path / "empty.csv")
    expect(page.locator("main")).to_contain_text("empty")
