"""The logs are no models: a test that commits clears them itself, for the tests that come after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

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
