"""The richer types of field in records: written, read, asked about, refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from perennial.objects import query
from perennial.objects.fields import (
    Choices,
    Day,
    Field,
    File,
    FileLink,
    Flag,
    Link,
    Moment,
    Money,
    Number,
    Percent,
    Phone,
    Refs,
    RichText,
    Time,
)  # fmt: skip
from perennial.objects.files.keeping import keep_file
from perennial.objects.files.models import KeptFile
from perennial.objects.running import undo_run
from perennial.objects.schema import condition_of, schema_of
from perennial.objects.tests.world import GARDEN
from perennial.objects.types import object_types
from perennial.objects.writing import create_record, create_records, delete_records, update_records

TOOLS = (("rake", "Rake"), ("hoe", "Hoe, long"), ("saw", "Saw"))


def custom(field: Field) -> Field:
    return replace(field, is_custom=True)


BEDS = replace(GARDEN, form=(), fields=(*GARDEN.fields, *map(custom, (
    RichText("story", "Story"), Percent("shade", "Shade"), Time("opens", "Opens"), Choices("tools", "Tools", TOOLS),
    Refs("beds", "Beds", "tests.garden"), File("plan", "Plan"), Number("length", "Length", unit="m"),
    Money("fee", "Fee"), Day("sown", "Sown"), Moment("seen", "Seen"), Flag("is_wet", "Wet"), Phone("keeper", "Keeper"),
))))  # fmt: skip
GIVEN = {
    "name": "Kew", "story": "<b>Old</b><script>x</script>", "shade": "12,5 %", "opens": "9:30", "tools": "Saw; rake",
    "length": "1,5", "fee": "£3", "sown": "24.12.2026", "seen": "2026-07-01T12:00Z", "is_wet": "yes",
    "keeper": "020 7946 0000",
}  # fmt: skip


@pytest.fixture
def beds(cast, tmp_path, settings):
    settings.PERENNIAL_FILES = tmp_path
    object_types[BEDS.key] = BEDS
    return cast


def found(text, by):
    return [row.title for row in query.select(BEDS, by=by, where=condition_of(BEDS, text, by=by), sort="name").rows]


def test_every_type_is_kept_in_json_and_read_back_as_itself(beds) -> None:
    other = create_record(BEDS, {"name": "Bed"}, by=beds.ada)
    plan = keep_file([b"%PDF-1.7"], name="plan.pdf", by=beds.ada)
    id = create_record(BEDS, {**GIVEN, "beds": [other], "plan": plan.id}, by=beds.ada)
    values = query.get(BEDS, id, by=beds.ada).values
    assert values["story"] == "<b>Old</b>"
    assert (float(values["shade"]), values["opens"], values["tools"]) == (12.5, "09:30", ["rake", "saw"])
    assert values["beds"] == [Link("tests.garden", other, "Bed")]
    assert values["plan"] == FileLink(plan.id, "plan.pdf", 8, "application/pdf", "tests.garden", id, "plan")
    assert (values["fee"].amount, values["sown"].isoformat(), values["is_wet"]) == (3, "2026-12-24", True)
    assert KeptFile.objects.get().is_placed
    for key, value in values.items():
        field = BEDS.field(key)
        assert field.type.clean(field.type.json(value)) == field.type.clean(value), key


def test_several_values_and_times_are_asked_about(beds) -> None:
    other = create_record(BEDS, {"name": "Bed"}, by=beds.ada)
    create_record(BEDS, {**GIVEN, "beds": [other]}, by=beds.ada)
    for text, titles in {
        'tools = "rake"': ["Kew"], 'tools != "rake"': ["Bed"], 'tools in ("hoe", "saw")': ["Kew"],
        "tools is empty": ["Bed"], f"beds = {other}": ["Kew"], f"beds != {other}": ["Bed"], "beds is filled": ["Kew"],
        'opens before "10:00"': ["Kew"], 'opens between "10:00" and "11:00"': [], "shade > 12": ["Kew"],
        'story contains "old"': ["Kew"], "plan is empty": ["Bed", "Kew"], "sown after 2026-12-01": ["Kew"],
        "is_wet = true": ["Kew"], "fee >= 3 and length < 2": ["Kew"],
    }.items():  # fmt: skip
        assert found(text, beds.ada) == titles, text
    assert schema_of(BEDS).field("story").operators() == schema_of(BEDS).field("story").ops
    with pytest.raises(Exception, match="no choice"):
        found('tools = "spade"', beds.ada)


def test_links_to_what_is_not_there_or_not_ones_own_are_refused(beds) -> None:
    hers = create_record(BEDS, {"name": "Hers"}, by=beds.ada)
    for wrong in ({"beds": [hers + 1000]}, {"plan": "0" * 32}, {"plan": "../../x"}, {"tools": ["spade"]}):
        (result,) = create_records(BEDS, [{"name": "X", **wrong}], by=beds.ada).results
        assert not result.is_done
        assert list(result.data["fields"]) == list(wrong)
    (result,) = create_records(BEDS, [{"name": "X", "beds": [hers]}], by=beds.ben).results
    assert "not yours to see" in str(result.data["fields"]["beds"])


def test_who_may_not_see_a_record_does_not_see_it_in_a_relation_to_many(beds) -> None:
    hers, bens = create_record(BEDS, {"name": "Hers"}, by=beds.ada), create_record(BEDS, {"name": "Bens"}, by=beds.ben)
    update_records(BEDS, {bens: {"beds": [hers, bens]}}, by=beds.ada)
    assert [each.title for each in query.get(BEDS, bens, by=beds.ada).values["beds"]] == ["Hers", "Bens"]
    assert [each.title for each in query.get(BEDS, bens, by=beds.ben).values["beds"]] == ["Bens"]
    update_records(BEDS, {bens: {"beds": []}}, by=beds.ben)  # changes what he sees of it
    assert [each.title for each in query.get(BEDS, bens, by=beds.ada).values["beds"]] == ["Hers"]
    update_records(BEDS, {bens: {"beds": [bens]}}, by=beds.ben)
    assert [each.title for each in query.get(BEDS, bens, by=beds.ada).values["beds"]] == ["Bens", "Hers"]
    delete_records(BEDS, [hers], by=beds.ada)
    assert [each.title for each in query.get(BEDS, bens, by=beds.ada).values["beds"]] == ["Bens"]


def test_a_change_of_them_is_logged_and_taken_back(beds) -> None:
    id = create_record(BEDS, GIVEN, by=beds.ada)
    run = update_records(BEDS, {id: {"tools": ["hoe"], "opens": "10:00", "shade": None}}, by=beds.ada)
    assert query.get(BEDS, id, by=beds.ada).values["tools"] == ["hoe"]
    assert undo_run(run.id, by=beds.ada).restored == 1
    values = query.get(BEDS, id, by=beds.ada).values
    assert (values["tools"], values["opens"], float(values["shade"])) == (["rake", "saw"], "09:30", 12.5)
