"""Two kinds of record that only the tests of this room have: gardens, which are owned, and visits to them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from perennial.objects.facts import Fact
from perennial.objects.fields import (
    Choice,
    Country,
    Day,
    Email,
    Flag,
    LongText,
    Member,
    Moment,
    Money,
    MoneyType,
    Phone,
    Ref,
    Team,
    Text,
    Whole,
)  # fmt: skip
from perennial.objects.models import OwnedRecord, Record, Searchable
from perennial.objects.types import List, ObjectType, Through


class Garden(Record, Searchable, OwnedRecord):
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, default="")
    phone = models.CharField(max_length=40, null=True)
    country = models.CharField(max_length=2, null=True)
    size = models.IntegerField(null=True)
    worth = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    planted = models.DateField(null=True)
    is_open = models.BooleanField(null=True)
    soil = models.CharField(max_length=20, default="loam")
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        app_label = "objects_tests"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["external_id"], name="garden_external", condition=models.Q(deleted_at=None))
        ]
        indexes: ClassVar = [
            GinIndex(fields=["grams"], name="garden_grams"),
            models.Index(fields=["sort_key", "id"], name="garden_sort_key"),
            models.Index(fields=["worth", "id"], name="garden_worth"),
        ]


class Visit(Record):
    garden = models.ForeignKey(Garden, on_delete=models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField(null=True)
    note = models.TextField(default="")

    class Meta:
        app_label = "objects_tests"


class GardenFacts(models.Model):
    garden_id = models.BigIntegerField(primary_key=True)
    visits = models.IntegerField(null=True)
    spent = models.DecimalField(max_digits=18, decimal_places=4, null=True)

    class Meta:
        app_label = "objects_tests"


MODELS = (Garden, Visit, GardenFacts)

GARDEN = ObjectType(
    key="tests.garden", model=Garden, label="Garden", label_plural="Gardens", path="gardens", icon="leaf", title="name",
    detail="country", search=("name", "email", "phone", "external_id"),
    fields=(
        Text("name", "Name", required=True, aliases=("garden",)), Email("email", "E-mail"), Phone("phone", "Telephone"),
        Country("country", "Country"), Whole("size", "Size"), Money("worth", "Worth"), Day("planted", "Planted"),
        Flag("is_open", "Open"), Choice("soil", "Soil", (("loam", "Loam"), ("clay", "Clay")), default="loam"),
        Ref("parent", "Part of", "tests.garden"), Member("owner", "Owner"), Team("team", "Team"),
        Text("external_id", "External id", aliases=("id",)), Moment("created_at", "Added", readonly=True),
    ),
    list=List(("name", "country", "worth"), sort="name"),
    check=lambda values: {"size": "Gardens are larger."} if values.get("size") == 0 else {},
)  # fmt: skip

VISIT = ObjectType(
    key="tests.visit",
    model=Visit,
    label="Visit",
    label_plural="Visits",
    path="visits",
    icon="walk",
    title="note",
    access=Through("garden_id", "tests.garden"),
    fields=(Ref("garden", "Garden", "tests.garden"), Moment("at", "When"), LongText("note", "Note", required=True)),
    list=List(("garden", "at", "note"), sort="-at"),
)

VISITS = Fact(
    "tests.visits",
    "tests.garden",
    "Visits",
    Whole("visits", "Visits").type,
    GardenFacts._meta.db_table,
    "visits",
    "How often it was visited.",
    id_column="garden_id",
)
SPENT = Fact(
    "tests.spent",
    "tests.garden",
    "Spent",
    MoneyType(),
    GardenFacts._meta.db_table,
    "spent",
    "What it took.",
    id_column="garden_id",
)
