from __future__ import annotations

import pytest

from perennial.rules.index import forget_index
from tests.segments.world import it_is


@pytest.fixture(autouse=True)
def shop(transactional_db: None) -> None:
    forget_index()
    it_is(100)
