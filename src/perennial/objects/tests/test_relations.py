from __future__ import annotations

from perennial.objects.made.defining import make_field, make_kind
from perennial.objects.relations import SHOWN, related_to
from perennial.objects.tests.world import GARDEN
from perennial.objects.types import object_types
from perennial.objects.writing import create_record, create_records


def test_what_points_at_a_record_is_shown_to_who_may_see_it(cast, django_assert_max_num_queries):
    made = make_kind(label="Boat", label_plural="Boats", by=cast.ada)
    make_field(made.key, type="ref", label="Garden", options={"object_key": GARDEN.key}, by=cast.ada)
    make_field(made.key, type="refs", label="Seen from", options={"object_key": GARDEN.key}, by=cast.ada)
    kind = object_types[made.key]
    rose, lily = (create_record(GARDEN, {"name": name}, by=cast.ada) for name in ("Rose", "Lily"))
    create_records(kind, [{"name": f"Boat {n}", "garden": rose} for n in range(SHOWN + 1)], by=cast.ada)
    create_record(kind, {"name": "Bens", "seen_from": [rose, lily]}, by=cast.ada)
    with django_assert_max_num_queries(3):
        found = related_to(GARDEN, rose, by=cast.ada)
    assert [(each.field.key, len(each.rows), each.has_more) for each in found] == [
        ("garden", SHOWN, True), ("seen_from", 1, False)]  # fmt: skip
    assert [each.rows[0][1] for each in related_to(GARDEN, lily, by=cast.ada)] == ["Bens"]
    assert related_to(GARDEN, rose, by=cast.ben) == []
    assert related_to(GARDEN, rose, by=cast.dov) == []
