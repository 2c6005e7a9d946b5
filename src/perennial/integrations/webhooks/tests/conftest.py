from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings

from perennial.workspace.tests.cast import Cast, make_cast


@pytest.fixture
def loopback() -> Iterator[None]:
    with override_settings(OUTBOUND_ALLOW=("127.0.0.1",)):
        yield


@pytest.fixture
def cast() -> Cast:
    return make_cast()
