"""Fields that hold several values: one more or one less in many records, of a kind that users made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from perennial.foundation.errors import Invalid
from perennial.objects import query
from perennial.objects.bulk.changes import FieldChange
from perennial.objects.bulk.chosen import Chosen
from perennial.objects.bulk.preview import preview
from perennial.objects.bulk.starting import start_delete, start_edit
from perennial.objects.made.catalogue import changed
from perennial.objects.made.defining import make_field, make_kind
from perennial.objects.types import ObjectType, object_types
from perennial.objects.undoing import undo_run
from perennial.objects.writing import create_records
from perennial.workspace.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def boats(cast: Cast) -> Iterator[ObjectType]:
    made = make_kind(label="Boat", label_plural="Boats", by=cast.ada)
    choices = {"choices": [{"key": key, "label": key.title()} for key in ("red", "blue", "green")]}
    make_field(made.key, type="choices", label="Colours", options=choices, by=cast.ada)
    make_field(made.key, type="whole", label="Length", options={}, by=cast.ada)
    yield object_types[made.key]
    for key in [each for each in object_types if each.startswith("made.")]:
        object_types.pop(key)
    changed()


def test_one_more_and_one_less(cast: Cast, boats: ObjectType) -> None:
    keys = {str(field.label): field.key for field in boats.fields}
    colours, length = keys["Colours"], keys["Length"]
    rows = [{"name": "A", colours: ["red"]}, {"name": "B", colours: ["red", "blue"]}, {"name": "C", length: 5}]
    ids = [result.id or 0 for result in create_records(boats, rows, by=cast.ada).results]
    chosen = Chosen(tuple(ids))

    def held() -> list[object]:
        return [query.get(boats, id, by=cast.ada).values[colours] or [] for id in ids]

    more = [FieldChange(colours, "add", ["blue"])]
    seen = preview(boats, chosen, more, by=cast.ada, verb="edit")
    assert (seen.count, seen.fields[0].new) == (3, ["blue"])
    bulk = start_edit(boats, chosen, more, by=cast.ada)
    assert (bulk.changed, bulk.unchanged) == (2, 1)
    assert held() == [["red", "blue"], ["red", "blue"], ["blue"]]
    less = start_edit(boats, chosen, [FieldChange(colours, "remove", ["red", "blue"])], by=cast.ada)
    assert held() == [[], [], []]
    undo_run(less.run_id, by=cast.ada)
    undo_run(bulk.run_id, by=cast.ada)
    assert held() == [["red"], ["red", "blue"], []]
    both = [FieldChange(length, value="7"), FieldChange(colours, "clear")]
    assert start_edit(boats, chosen, both, by=cast.ada).changed == 3
    assert [query.get(boats, id, by=cast.ada).values[length] for id in ids] == [7, 7, 7]
    with pytest.raises(Invalid):
        start_edit(boats, chosen, [FieldChange(colours, "add", ["mauve"])], by=cast.ada)
    with pytest.raises(Invalid):
        start_edit(boats, chosen, [FieldChange(length, "add", 7)], by=cast.ada)
    assert start_delete(boats, chosen, by=cast.ada).changed == 3
