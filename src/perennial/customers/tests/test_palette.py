"""The palette: records by kind with the matching part marked; nothing that is not one's own to see."""

from __future__ import annotations

from django.test import Client

from perennial.customers.objects import COMPANY, PERSON
from perennial.objects.writing import create_record, create_records
from perennial.workspace.tests.cast import PASSWORD, Cast


def signed_in(email: str) -> Client:
    client = Client()
    assert client.login(username=email, password=PASSWORD)
    return client


def test_hits_stand_by_kind_and_the_matching_part_is_marked(cast: Cast) -> None:
    create_records(PERSON, [{"name": f"Шолпан {number}"} for number in range(7)], by=cast.ada)
    create_record(COMPANY, {"name": "Bright", "domain": "sholpan.example"}, by=cast.ada)
    html = signed_in("ada@example.com").get("/search/?q=sholp").text
    assert html.count("<mark>Шолп</mark>ан") == 5
    assert "<mark>sholp</mark>an.example" in html
    assert html.index('aria-label="People"') < html.index('aria-label="Companies"')
    assert 'href="/o/customers.person/?q=sholp"' in html
    assert 'href="/o/customers.company/?q=sholp"' not in html
    assert "Шолп" not in signed_in("ben@example.com").get("/search/?q=sholp").text
    assert "Шолп" not in signed_in("dov@example.com").get("/search/?q=sholp").text


def test_what_is_misspelt_is_offered_as_a_question(cast: Cast) -> None:
    create_record(PERSON, {"name": "Đorđe Šarić"}, by=cast.ada)
    html = signed_in("ada@example.com").get("/search/?q=dordr").text
    assert "Perhaps one of these?" in html
    assert "<mark>Đorđe</mark> Šarić" in html
    assert "Perhaps" not in signed_in("ada@example.com").get("/search/?q=dorde").text


def test_what_is_found_is_text_whatever_it_says(cast: Cast) -> None:
    create_record(PERSON, {"name": "<script>alert(1)</script> Cleo"}, by=cast.ada)
    html = signed_in("ada@example.com").get("/search/", {"q": "cleo <b>"}).text
    assert "<script>" not in html
    assert "<b>" not in html
    assert "&lt;" in signed_in("ada@example.com").get("/search/", {"q": "script"}).text
    for hostile in (
        "%",
        "'",
        '"',
        "\\",
        "(",
        "[",
        "a" * 5000,
        "😀😀😀😀😀😀",
        "(((((",
        "*****",
        "ab\tcd",
    ):
        assert signed_in("ada@example.com").get("/search/", {"q": hostile}).status_code == 200
