"""The lake finds the events of a customer as the database does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from perennial.conditions.text import parse
from perennial.customers.models import Profile
from perennial.customers.objects import COMPANY, CUSTOMER, PERSON
from perennial.lake.exporting import export_all
from perennial.lake.reader import open_lake
from perennial.lake.records import records_of
from perennial.objects.query import select
from perennial.objects.schema import schema_of
from perennial.objects.writing import create_record, update_record
from perennial.timeline.record import NewEvent, record
from perennial.workspace.actor import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)


def test_events_are_found_through_profiles_and_roll_up_to_companies(settings: Any, tmp_path: Path) -> None:
    settings.LAKE_URL = str(tmp_path)
    acme = create_record(COMPANY, {"name": "Acme"}, by=SYSTEM)
    cleo = create_record(PERSON, {"name": "Cleo", "company": acme}, by=SYSTEM)
    create_record(PERSON, {"name": "Dora"}, by=SYSTEM)
    visitor = Profile.objects.create(kind=Profile.Kind.ANONYMOUS, customer_id=cleo)
    at_acme = Profile.objects.create(kind=Profile.Kind.ANONYMOUS, customer_id=acme)
    record([NewEvent("customers.note_added", visitor.pk), NewEvent("customers.note_added", None)])
    record([NewEvent("customers.note_added", at_acme.pk)])
    export_all()
    update_record(PERSON, cleo, {"name": "Cleo B"}, by=SYSTEM)
    export_all()
    with open_lake() as lake:
        for kind in (PERSON, COMPANY, CUSTOMER):
            for text in (
                "did customers.note_added at least 1 times", "did customers.note_added at most 0 times",
                "did customers.note_added at least 2 times", "did customers.note_added exactly 1 time",
            ):  # fmt: skip
                where = parse(text, schema_of(kind))
                expected = sorted(row.id for row in select(kind, by=SYSTEM, where=where).rows)
                found = lake.answer(records_of(lake, kind, by=SYSTEM, where=where).select("id"))
                assert sorted(row["id"] for row in found) == expected, (kind.key, text)
        where = parse("did customers.note_added at least 2 times", schema_of(COMPANY))
        assert lake.answer(records_of(lake, COMPANY, by=SYSTEM, where=where).id) == [acme]
        assert lake.answer(records_of(lake, CUSTOMER, by=SYSTEM, where=where).id) == [acme]
