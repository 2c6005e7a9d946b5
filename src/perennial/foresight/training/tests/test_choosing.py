"""The horizon is the firm's to choose, by who may shape facts; the change is in the log."""

from __future__ import annotations

import pytest

from perennial.foresight.predictions import LEAVING
from perennial.foresight.training.choosing import choose_horizon
from perennial.foresight.training.keeping import horizon_of, mark_of
from perennial.foundation.errors import Forbidden, Invalid
from perennial.foundation.sql import fetch
from perennial.workspace.tests.cast import make_cast

pytestmark = pytest.mark.django_db


def test_the_horizon_is_chosen_by_who_may() -> None:
    cast = make_cast()
    assert horizon_of(LEAVING) == 90
    for wrong in (0, 6, 10_000):
        with pytest.raises(Invalid):
            choose_horizon(wrong, by=cast.ada)
    with pytest.raises(Forbidden):
        choose_horizon(60, by=cast.dov)
    before = mark_of(LEAVING, horizon_of(LEAVING))
    choose_horizon(60, by=cast.ada)
    assert horizon_of(LEAVING) == 60
    assert mark_of(LEAVING, 60) != before  # what was learnt for 90 days is out of date
    asked = "SELECT values ->> 'days' FROM timeline_change WHERE object_key = 'foresight.horizon'"
    assert fetch(asked) == [("[90, 60]",)]
