from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from perennial.foundation.sql import execute
from perennial.lake import registry
from perennial.lake.tests.world import MIXED, MODELS, ORCHARD, PLANTED, SPENT, VISITS, WALK
from perennial.lake.watch import install_watches
from perennial.objects.facts import facts
from perennial.objects.types import object_types
from perennial.timeline.types import event_types


@pytest.fixture
def world(transactional_db: None) -> Iterator[None]:
    """Only what the tests declare is known to the house: orchards, walks, their facts, a table of every kind."""
    registries: list[dict[str, Any]] = [object_types, facts, event_types, registry._asked]
    known = [dict(each) for each in registries]
    for each in registries:
        each.clear()
    object_types.update({kind.key: kind for kind in (ORCHARD, WALK)})
    facts.update({fact.key: fact for fact in (VISITS, SPENT)})
    event_types[PLANTED.key] = PLANTED
    registry.register_table("mixed", "lake_tests_mixed")
    with connection.schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)
    execute("TRUNCATE timeline_event, timeline_change, timeline_consumer")
    execute(MIXED)
    install_watches()
    yield
    execute("DROP TABLE lake_tests_mixed")
    with connection.schema_editor() as editor:
        for model in reversed(MODELS):
            editor.delete_model(model)
    for each, kept in zip(registries, known, strict=True):
        each.clear()
        each.update(kept)


@pytest.fixture
def lake(world: None, settings: Any, tmp_path: Path) -> Path:
    """The folder of a lake that is still empty."""
    settings.LAKE_URL = str(tmp_path / "lake")
    return tmp_path / "lake"
