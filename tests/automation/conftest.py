from __future__ import annotations

import pytest

from perennial.workspace.tests.cast import Cast, make_cast


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()
