from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from perennial.objects.facts import facts
from perennial.objects.tests.world import GARDEN, MODELS, SPENT, VISIT, VISITS
from perennial.objects.types import object_types
from perennial.workspace.tests.cast import Cast, make_cast


@pytest.fixture(scope="session")
def garden_tables(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        there = set(connection.introspection.table_names())  # tests of rooms above use these tables too
        for model in MODELS:
            if model._meta.db_table not in there:
                editor.create_model(model)


@pytest.fixture
def cast(garden_tables: None, db: None) -> Iterator[Cast]:
    """The cast, with gardens and visits known to the house for the length of a test."""
    object_types.update({kind.key: kind for kind in (GARDEN, VISIT)})
    facts.update({fact.key: fact for fact in (VISITS, SPENT)})
    yield make_cast()
    for kind in (GARDEN, VISIT):
        object_types.pop(kind.key)
    for fact in (VISITS, SPENT):
        facts.pop(fact.key)
