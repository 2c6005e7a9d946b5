"""Orchards, which are owned, and visits to them: records that only the tests of this room have."""

from __future__ import annotations

from django.db import models

from perennial.objects.facts import Fact
from perennial.objects.fields import Choice, Country, Day, Flag, Moment, Money, MoneyType, Ref, Text, Whole
from perennial.objects.models import OwnedRecord, Record, Searchable
from perennial.objects.types import List, ObjectType, Through
from perennial.timeline.types import EventType, Property


class Orchard(Record, Searchable, OwnedRecord):
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, null=True)
    size = models.IntegerField(null=True)
    worth = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    planted = models.DateField(null=True)
    is_open = models.BooleanField(null=True)
    soil = models.CharField(max_length=20, default="loam")
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+", db_constraint=False)

    class Meta:
        app_label = "lake_tests"


class Walk(Record):
    orchard = models.ForeignKey(Orchard, on_delete=models.CASCADE, null=True, related_name="+", db_constraint=False)
    at = models.DateTimeField(null=True)
    note = models.TextField(default="")

    class Meta:
        app_label = "lake_tests"


class OrchardFacts(models.Model):
    orchard_id = models.BigIntegerField(primary_key=True)
    visits = models.IntegerField(null=True)
    spent = models.DecimalField(max_digits=18, decimal_places=4, null=True)

    class Meta:
        app_label = "lake_tests"


MODELS = (Orchard, Walk, OrchardFacts)

ORCHARD = ObjectType(
    key="tests.orchard", model=Orchard, label="Orchard", label_plural="Orchards", path="orchards", icon="leaf",
    title="name", search=("name",),
    fields=(
        Text("name", "Name", required=True), Country("country", "Country"), Whole("size", "Size"),
        Money("worth", "Worth"), Day("planted", "Planted"), Flag("is_open", "Open"),
        Choice("soil", "Soil", (("loam", "Loam"), ("clay", "Clay")), default="loam"),
        Ref("parent", "Part of", "tests.orchard", column="parent_id"),
    ),
    list=List(("name", "country", "worth"), sort="name"),
)  # fmt: skip
WALK = ObjectType(
    key="tests.walk", model=Walk, label="Walk", label_plural="Walks", path="walks", icon="walk", title="note",
    access=Through("orchard_id", "tests.orchard"),
    fields=(
        Ref("orchard", "Orchard", "tests.orchard", column="orchard_id"), Moment("at", "When"), Text("note", "Note"),
    ),
    list=List(("orchard", "at", "note"), sort="-at"),
)  # fmt: skip
_FACTS = OrchardFacts._meta.db_table
VISITS = Fact("tests.visits", "tests.orchard", "Visits", Whole("visits", "Visits").type, _FACTS, "visits",
              "How often it was visited.", id_column="orchard_id")  # fmt: skip
SPENT = Fact("tests.spent", "tests.orchard", "Spent", MoneyType(), _FACTS, "spent", "What it took.",
             id_column="orchard_id")  # fmt: skip
PLANTED = EventType(
    "tests.planted", "Planted", "Planted {plant}", "leaf", "tests",
    properties=(Property("plant"), Property("count", "whole"), Property("price", "money"), Property("is_gift", "flag"),
                Property("due", "moment"), Property("day", "day"), Property("odd'\"key"), Property("n", "number")),
)  # fmt: skip
MIXED = """
CREATE TABLE lake_tests_mixed (
    id bigint PRIMARY KEY, word text, short varchar(20), exact numeric(18, 4), wide numeric, large numeric(38, 10),
    at timestamptz, day date, is_on boolean, small integer, ratio double precision, data jsonb, tags text[], ref uuid)
"""
