"""The examples of the guide and of the package's docstring are true."""

from __future__ import annotations

import doctest
import json
import re
from pathlib import Path

import pytest
from django.utils import translation

import perennial.conditions
from perennial.conditions import ColumnType, EventInfo, FieldInfo, RelationInfo, Schema, check
from perennial.conditions.jsonform import from_json
from perennial.conditions.sentence import to_sentence
from perennial.conditions.text import parse

GUIDE = Path(__file__).parents[4] / "docs" / "guide" / "conditions.md"
ROWS = re.findall(r"^\| (?:``(.+?)``|`(.+?)`) \| (.+) \|$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
T = ColumnType
PROPERTIES = {"total": FieldInfo("total", "Total", T.MONEY), "channel": FieldInfo("channel", "Channel", T.TEXT)}
STAGES = (("reach", "Reach"), ("retention", "Retention"))


class Orders(Schema):
    def field(self, key: str) -> FieldInfo | None:
        return PROPERTIES.get(key)


class Customers(Schema):
    infos = (
        FieldInfo("name", "Name", T.TEXT), FieldInfo("email", "Email", T.TEXT), FieldInfo("country", "Country", T.TEXT),
        FieldInfo("stage", "Stage", T.CHOICE, STAGES), FieldInfo("spent", "Spent", T.MONEY),
        FieldInfo("is_sample", "Sample", T.FLAG), FieldInfo("tags", "Tags", T.LIST),
        FieldInfo("crew", "Crew", T.REFS), FieldInfo("opens", "Opens", T.TIME),
        FieldInfo("owner", "Owner", T.MEMBER), FieldInfo("created_at", "Created", T.MOMENT),
        FieldInfo("company.country", "Company: Country", T.TEXT),
        FieldInfo("fact:commerce.order_count", "Orders", T.WHOLE),
    )  # fmt: skip
    events = {"commerce.order_placed": "ordered", "Page Viewed": "Page viewed"}

    def field(self, key: str) -> FieldInfo | None:
        return next((info for info in self.infos if info.key == key), None)

    def event(self, key: str) -> EventInfo | None:
        return EventInfo(key, self.events[key], PROPERTIES) if key in self.events else None

    def relation(self, key: str) -> RelationInfo | None:
        return RelationInfo(key, "Orders", Orders()) if key == "commerce.order.customer" else None

    def segment(self, key: str) -> str | None:
        return "Very important" if key == "vip" else None

    def change(self, key: str) -> FieldInfo | None:
        return self.field(key)


def test_the_guide_has_its_examples():
    assert len(ROWS) == GUIDE.read_text(encoding="utf-8").count("\n| `") > 30


@pytest.mark.parametrize(("fancy", "plain", "sentence"), ROWS)
def test_examples_read_as_the_guide_says(fancy, plain, sentence):
    with translation.override("en"):
        assert to_sentence(parse(fancy or plain, Customers()), Customers()) == sentence


def test_the_json_of_the_guide_is_a_condition():
    (example,) = re.findall(r"```json\n(.+?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    check(from_json(json.loads(example)), Customers())


def test_the_tour_in_the_docstring_is_true():
    assert doctest.testmod(perennial.conditions).failed == 0
