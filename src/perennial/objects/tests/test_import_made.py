"""What users made a minute ago is imported into like all else: kinds, fields, relations to one and to many."""

from __future__ import annotations

from perennial.objects import query
from perennial.objects.importing import working
from perennial.objects.importing.skipped import reasons
from perennial.objects.importing.uploads import revert, set_up, start, upload
from perennial.objects.made.defining import make_field, make_kind
from perennial.objects.tests.test_query import make
from perennial.objects.tests.workbook import DAY, cell, row, sheet, workbook
from perennial.objects.tests.world import GARDEN
from perennial.objects.types import object_types
from perennial.workspace.tests.cast import Cast


def test_boats_come_from_a_messy_workbook(cast: Cast, tmp_path) -> None:
    made = make_kind(label="Boat", label_plural="Boats", icon="sailboat", by=cast.ada)
    for type, label in (("number", "Length"), ("day", "Built"), ("email", "Harbour mail"), ("flag", "Sails")):
        make_field(made.key, type=type, label=label, by=cast.ada)
    make_field(made.key, type="text", label="Hull number", is_unique=True, by=cast.ada)
    make_field(made.key, type="ref", label="Berth", options={"object_key": GARDEN.key}, by=cast.ada)
    make_field(made.key, type="refs", label="Seen in", options={"object_key": GARDEN.key}, by=cast.ada)
    make(cast, "Kew", "Sissinghurst")
    path = workbook(tmp_path / "x", {"Cover": sheet(row(1, "Boats")), "Boats": sheet(
        row(1, "All boats of the harbour"),
        row(3, "Boat", "HULL NUMBER", "length", "Built", "Mail", "Sails", "Berth", "Seen in"),
        row(4, "Ayan", "H-1", 9.5, cell("D4", 45000, DAY), "dock@example.com", "yes", "kew", "Kew; Sissinghurst"),
        row(6, "Bura", "H-2", "7,25", "3/4/2026", "quay@example.com", "no", None, "Nowhere"),
        row(7, "Again", "H-1", 1, None, None, None, None, None),
        row(8, "Cliff", "H-3", "long", None, None, None, None, None),
    )})  # fmt: skip
    importing = upload(made.key, [path.read_bytes()], name="boats.xlsx", by=cast.ada)
    fields = {str(each.label): each.key for each in object_types[made.key].fields}
    assert importing.mapping[fields["Harbour mail"]] == 4  # by its values
    options = importing.options | {"links": "skip", "match": fields["Hull number"]}
    assert importing.mapping["name"] == 0  # a boat is called by what is in the column "Boat"
    set_up(importing, mapping=importing.mapping, options=options)
    start(importing, by=cast.ada)
    working.work(importing.pk)
    importing.refresh_from_db()
    assert {each.code for each in reasons(importing)} == {"duplicate", "invalid", "unknown_name"}
    assert importing.created == 1
    (boat,) = query.select(object_types[made.key], by=cast.ada, columns=list(fields.values())).rows
    values = {label: boat.values[key] for label, key in fields.items()}
    assert (str(values["Length"]), str(values["Built"]), values["Sails"]) == ("9.5", "2023-03-15", True)
    assert (values["Berth"].title, [each.title for each in values["Seen in"]]) == ("Kew", ["Kew", "Sissinghurst"])
    revert(importing, by=cast.ada)
    assert query.select(object_types[made.key], by=cast.ada).rows == []
