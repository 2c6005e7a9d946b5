from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import get_template
from django.test import RequestFactory

from perennial.web.kit.reader import Reader
from perennial.web.tests.contexts import contexts
from perennial.workspace.actor import Actor
from perennial.workspace.rights import EVERYTHING

pytestmark = pytest.mark.django_db

ADA = Actor("user", 1, "Ada", EVERYTHING)
NAMES = sorted(
    [
        "sign-in",
        "sign-in-wrong",
        "forgotten",
        "sent",
        "invitation",
        "expired",
        "first-run",
        "today",
        "today-done",
        "today-new",
        "customers",
        "customers-empty",
        "customers-none",
        "customer",
        "form",
        "lifecycle",
        "imports",
        "import-file",
        "import-columns",
        "import-check",
        "import-run",
        "import-done",
        "firm",
        "users",
        "roles",
        "role",
        "keys",
        "health",
        "outbox",
        "missing",
        "forbidden",
        "broken",
    ]
)


class SomeUser:
    is_authenticated = True
    theme = "dark"


@pytest.fixture
def request_of_ada(rf: RequestFactory) -> Any:
    request = rf.get("/today/")
    request.__dict__.update(actor=ADA, user=SomeUser(), _messages=[])
    return request


@pytest.mark.parametrize("name", NAMES)
def test_every_page_renders_from_its_written_context_without_inline_style_or_script(
    request_of_ada: Any, name: str
) -> None:
    template, context = contexts(request_of_ada, Reader("en_GB", currency="GBP"))[name]
    html = get_template(template).render(context, request_of_ada)
    assert "<h1>" in html
    assert html.count("<h1") == 1
    assert not re.search(r"\sstyle=", html)
    assert not re.search(r"\son[a-z]+=", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert "https://" not in re.sub(r'href="https://[^"]*"', "", html).replace("http://www.w3.org", "")


def test_every_page_of_the_kit_has_a_context_here(request_of_ada: Any) -> None:
    assert sorted(contexts(request_of_ada, Reader())) == NAMES


def test_every_template_compiles() -> None:
    folder = Path(__file__).parents[1] / "templates"
    for path in folder.rglob("*.html"):
        get_template(str(path.relative_to(folder)))
