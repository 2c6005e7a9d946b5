from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from perennial.customers.models import Customer
from perennial.lake.kept import close_kept
from perennial.lifecycle.tests.shop import empty
from tests.metrics.shop import open_with_orders


@pytest.fixture
def shop(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[dict[str, Customer]]:
    empty()
    yield open_with_orders(settings, tmp_path)
    close_kept()
    empty()
