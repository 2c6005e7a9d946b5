"""The logs are no models: a test that commits clears them itself, for the tests that come after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from perennial.customers.intake.app import Intake
from perennial.customers.intake.tests.asking import Answer, an_intake, ask, basic
from perennial.customers.intake.tests.serving import make_key
from perennial.foundation.sql import execute


@pytest.fixture(autouse=True)
def clean_logs(request: pytest.FixtureRequest) -> Iterator[None]:
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction", False)
    if commits:
        request.getfixturevalue("transactional_db")
    yield
    if commits:
        execute("TRUNCATE timeline_event, timeline_change, customers_received, customers_quarantine")


@pytest.fixture
def key() -> tuple[int, str]:
    return make_key()


@pytest.fixture
def intake() -> Iterator[Intake]:
    with an_intake() as made:
        yield made


@pytest.fixture
def post(intake: Intake, key: tuple[int, str]) -> Callable[..., Answer]:
    def post(path: str, body: object, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return ask(intake, f"/v1/{path}", body, headers=basic(key[1]) | named)

    return post
