"""The sweep over the lake, as the worker starts it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from perennial.lake.duplicates.sweep import sweep_kind
from perennial.lake.duplicates.tests.test_matching import word
from perennial.lake.exporting import export_all
from perennial.lake.tests.world import ORCHARD
from perennial.objects.duplicates.pairs import open_pairs
from perennial.objects.writing import create_record, delete_records
from perennial.workspace.tests.cast import make_cast


@pytest.mark.django_db(transaction=True)
def test_records_in_the_lake_that_are_alike_are_proposed_until_they_are_gone(lake: Path) -> None:
    cast, chance = make_cast(), random.Random(2)
    names = [f"{word(chance, 2)} {word(chance, 3)} {word(chance, 2)}" for _number in range(60)]
    ids = [create_record(ORCHARD, {"name": name}, by=cast.ada) for name in [*names, *names[:6]]]
    export_all()
    assert sweep_kind(ORCHARD) == 6
    pairs = open_pairs(ORCHARD, by=cast.ada)
    assert {(pair.one_id, pair.other_id) for pair in pairs} == {(ids[n], ids[60 + n]) for n in range(6)}
    assert all(pair.reasons == (("name", True),) for pair in pairs)
    assert open_pairs(ORCHARD, by=cast.dov) == []
    delete_records(ORCHARD, [ids[0]], by=cast.ada)
    export_all()
    assert sweep_kind(ORCHARD) == 5
