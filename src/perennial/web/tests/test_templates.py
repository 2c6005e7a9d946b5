"""The templates of every room as they are written, and the kit's page, which shows every component."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.test import Client

from perennial.workspace.tests.cast import PASSWORD, make_cast

PRODUCT = Path(__file__).parents[2]
TEMPLATES = sorted(PRODUCT.glob("*/templates/**/*.html"))
INLINE = re.compile(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)", re.IGNORECASE)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PRODUCT)))
def test_a_template_compiles_and_holds_no_inline_style_or_script(path: Path) -> None:
    get_template(str(path).split("/templates/")[1])
    assert not INLINE.search(path.read_text())


@pytest.mark.django_db
def test_the_kits_page_is_for_administrators_and_draws_every_component() -> None:
    make_cast()
    ada, ben = Client(), Client()
    assert ada.login(username="ada@example.com", password=PASSWORD)
    assert ben.login(username="ben@example.com", password=PASSWORD)
    html = ada.get("/kit/").text
    assert html.count("<h1") == 1
    assert not INLINE.search(html)
    assert ben.get("/kit/").status_code == 404
