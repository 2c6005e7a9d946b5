"""What the guide says of the API is true: its examples run."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import perennial_client
import pytest

from perennial.rest.tests.program import Inside, Program
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
GUIDE = (Path(__file__).parents[4] / "docs" / "guide" / "api.md").read_text()
EXAMPLES = re.findall(r"^(GET|POST|PUT) (/\S.*)$", GUIDE, re.MULTILINE)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_the_guide_has_examples_of_everything() -> None:
    said = " ".join(path for _method, path in EXAMPLES)
    assert len(EXAMPLES) > 20
    for name in ("filter=", "search=", "sort=", "limit=", "count=", "fields=", "expand=", "facts=", "after=", "batch"):
        assert name in said, name


@pytest.mark.parametrize(("method", "asked"), EXAMPLES)
def test_an_example_runs(cast: Cast, method: str, asked: str) -> None:
    program = Program(cast, "administrator")
    acme = program.call("POST", "companies", {"name": "Acme", "country": "GB"}).json()["id"]
    program.call("POST", "people", {"name": "Cleo", "city": "York", "company": acme, "email": "cleo@example.com"})
    path, brace, body = asked.partition(" {") if method != "GET" else (asked, "", "")
    address, _mark, query = path.removeprefix("/").partition("?")
    pairs = [each.partition("=") for each in query.split("&") if each]
    encoded = "&".join(f"{name}={quote(value)}" for name, _equals, value in pairs)
    answer = program.call(method, f"{address}?{encoded}", json.loads("{" + body) if brace else None)
    assert answer.status_code in (200, 201, 202), answer.content


def test_the_python_example_runs(
    cast: Cast, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (python,) = re.findall(r"```python\n(.+?)```", GUIDE, re.DOTALL)
    inside: Any = partial(perennial_client.Perennial, transport=Inside())
    monkeypatch.setattr(perennial_client, "Perennial", inside)
    exec(python, {"key": Program(cast, "administrator").secret})  # noqa: S102
    assert capsys.readouterr().out == "Cleo\n"
