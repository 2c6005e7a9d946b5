"""Events in the API: only those about customers and kinds of records that the key may see."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from perennial.customers.api import list_events
from perennial.customers.objects import PERSON, TASK
from perennial.foundation.errors import Invalid, NotFound
from perennial.objects.schema import KindSchema
from perennial.objects.writing import create_record
from perennial.workspace.actor import Actor
from perennial.workspace.rights import EVERY, Reach, Rights
from perennial.workspace.tests.cast import Cast


@pytest.fixture
def cleo(cast: Cast) -> int:
    cleo = create_record(PERSON, {"name": "Cleo"}, by=cast.ada)
    create_record(TASK, {"customer": cleo, "title": "Ask about the merger"}, by=cast.ada)
    return cleo


def without_tasks(by: Actor) -> Actor:
    view = {"view": Reach.ALL}
    return replace(by, rights=Rights({EVERY: view, "customers.task": {}}))


def told(by: Actor, **asked: str) -> list[dict[str, Any]]:
    return list_events(by, asked)[0]


def test_events_about_a_kind_that_is_not_to_be_seen_are_left_out(cast: Cast, cleo: int) -> None:
    for asked in ({}, {"customer": str(cleo)}):
        assert "merger" in str(told(cast.ada, **asked))
        seen = told(without_tasks(cast.ada), **asked)
        assert seen
        assert "merger" not in str(seen)


def test_a_filter_does_not_tell_of_them_either(cast: Cast) -> None:
    for by, is_known in ((cast.ada, True), (without_tasks(cast.ada), False)):
        schema = KindSchema(PERSON, by)
        assert (schema.event("customers.task_created") is not None) is is_known


def test_anothers_customer_has_no_events(cast: Cast, cleo: int) -> None:
    assert told(cast.ben) == []
    for by in (cast.ben, cast.dov):
        with pytest.raises(NotFound):
            told(by, customer=str(cleo))


@pytest.mark.parametrize("cursor", ["2024 or so_", "2024-13-01_", "9" * 30 + "_", "²_", "_", "x"])
def test_a_cursor_of_somebody_elses_making_is_refused(cast: Cast, cleo: int, cursor: str) -> None:
    for asked in ({}, {"customer": str(cleo)}):
        with pytest.raises(Invalid):
            told(cast.ada, cursor=f"{cursor}018f0000-0000-7000-8000-000000000000", **asked)
