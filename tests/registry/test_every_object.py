"""Every registered object type passes the free tests of `objects.testing`: none, one and many records."""

from __future__ import annotations

import pytest

from perennial.objects.testing import CHECKS, Check
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.tests.cast import Cast, make_cast

KINDS = [kind for kind in object_types.values() if not kind.key.startswith("tests.")]


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.mark.parametrize("count", [0, 1, 7], ids=["none", "one", "many"])
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__.removeprefix("check_"))
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_every_object(kind: ObjectType, check: Check, count: int, cast: Cast) -> None:
    check(kind, cast, count)
