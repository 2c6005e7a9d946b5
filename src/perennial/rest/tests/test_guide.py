"""What the guide says of the API is true: its examples run."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import perennial_client
import pytest

from perennial.foundation import clock
from perennial.objects.made.defining import make_field, make_kind
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
    asked = told(asked, world(program, cast))
    path, brace, body = asked.partition(" {") if method != "GET" else (asked, "", "")
    address, _mark, query = path.removeprefix("/").partition("?")
    pairs = [each.partition("=") for each in query.split("&") if each]
    encoded = "&".join(f"{name}={quote(value)}" for name, _equals, value in pairs)
    answer = program.call(method, f"{address}?{encoded}", json.loads("{" + body) if brace else None)
    assert answer.status_code in (200, 201, 202), answer.content


def world(program: Program, cast: Cast) -> dict[str, int]:
    """What the examples speak of; the ids of those that they name by a number."""
    boat = make_kind(label="Boat", label_plural="Boats", by=cast.ada)
    trip = make_kind(label="Trip", label_plural="Trips", by=cast.ada)
    make_field(trip.key, type="refs", label="Escorts", options={"object_key": boat.key}, by=cast.ada)
    acme = program.call("POST", "companies", {"name": "Acme", "country": "GB"}).json()["id"]
    cleo = {"name": "Cleo", "city": "York", "company": acme, "email": "cleo@example.com"}
    person = program.call("POST", "people", cleo).json()["id"]
    lines = [{"description": "Rope", "quantity": "1", "unit_price": "5"}]
    order = program.call("POST", "orders", {"number": "A1", "customer": person, "placed_at": "2026-05-01T09:00:00Z",
                                            "currency": "GBP", "lines": lines})  # fmt: skip
    ayan = program.call("POST", "boats", {"name": "Ayan"})
    return {"/people/7": person, "/orders/7": order.json()["id"], "/boats/3": ayan.json()["id"],
            '"user": 5': cast.ben_user.pk, '"deputy": 6': cast.dov_user.pk}  # fmt: skip


def soon() -> str:
    return (clock.real_now() + timedelta(days=9)).isoformat()


def told(asked: str, ids: dict[str, int]) -> str:
    """The example with the ids that there are, and a day that is still to come."""
    asked = re.sub(r"20\d\d-\d\d-\d\dT00:00:00Z", soon(), asked)
    for said, number in ids.items():
        asked = re.sub(rf"{said}\b", f"{said.rstrip('0123456789')}{number}", asked)
    return asked


def test_the_python_example_runs(
    cast: Cast, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (python,) = re.findall(r"```python\n(.+?)```", GUIDE, re.DOTALL)
    inside: Any = partial(perennial_client.Perennial, transport=Inside())
    monkeypatch.setattr(perennial_client, "Perennial", inside)
    exec(python, {"key": Program(cast, "administrator").secret})  # noqa: S102
    assert capsys.readouterr().out == "Cleo\n"
