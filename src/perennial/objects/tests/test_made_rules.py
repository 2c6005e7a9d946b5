"""What a made field asks of a record, and definitions that cannot be."""

from __future__ import annotations

import pytest

from perennial.foundation.errors import Invalid
from perennial.objects import query
from perennial.objects.made.defining import make_field
from perennial.objects.models import MadeField
from perennial.objects.tests.world import GARDEN
from perennial.objects.types import object_types
from perennial.objects.writing import create_record, update_record

COLOURS = {"choices": [{"key": "red", "label": "Red"}, {"key": "blue", "label": "Blue"}]}


def garden(cast, name, **values):
    return create_record(GARDEN, {"name": name, **values}, by=cast.ada)


def values_of(cast, id, *keys):
    return query.get(GARDEN, id, by=cast.ada, columns=keys).values


@pytest.fixture
def made(cast):
    for type, label, options in (("whole", "Trees", {}), ("flag", "Has a pond", {}), ("choice", "Colour", COLOURS)):
        make_field(GARDEN.key, type=type, label=label, options=options, by=cast.ada)


def test_defaults_and_needs(cast):
    make_field(GARDEN.key, type="choice", label="Colour", options=COLOURS, default="blue", by=cast.ada)
    make_field(GARDEN.key, type="whole", label="Trees", is_required=True, by=cast.ada)
    with pytest.raises(Invalid) as refused:
        garden(cast, "Rose")
    assert set(refused.value.fields) == {"trees"}
    assert values_of(cast, garden(cast, "Rose", trees=1), "colour") == {"colour": "blue"}


def test_fields_that_depend_on_others(cast, made):
    make_field(GARDEN.key, type="text", label="Fish", visible_when="has_a_pond = true",
               required_when="trees > 100", readonly_when='colour = "red"', by=cast.ada)  # fmt: skip
    with pytest.raises(Invalid) as refused:
        garden(cast, "Dry", fish="carp")
    assert set(refused.value.fields) == {"fish"}
    with pytest.raises(Invalid):
        garden(cast, "Wood", trees=101, has_a_pond=True)
    garden(cast, "Hidden", trees=101)
    id = garden(cast, "Red", has_a_pond=True, colour="red", fish="carp")
    with pytest.raises(Invalid):
        update_record(GARDEN, id, {"fish": "pike"}, by=cast.ada)
    update_record(GARDEN, id, {"colour": "blue"}, by=cast.ada)
    update_record(GARDEN, id, {"fish": "pike"}, by=cast.ada)


def test_choices_that_depend_on_another_choice(cast, made):
    kinds = {"choices": [{"key": "rose", "label": "Rose"}, {"key": "iris", "label": "Iris"}]}
    make_field(GARDEN.key, type="choice", label="Flower", options=kinds, by=cast.ada,
               choices_by={"field": "colour", "allowed": {"blue": ["iris"]}})  # fmt: skip
    garden(cast, "A", colour="red", flower="rose")
    with pytest.raises(Invalid) as refused:
        garden(cast, "B", colour="blue", flower="rose")
    assert set(refused.value.fields) == {"flower"}


@pytest.mark.parametrize(
    "parts",
    [{"type": "text", "label": " "}, {"type": "text", "label": "x" * 81}, {"type": "nonsense", "label": "A"},
     {"type": "choice", "label": "A"}, {"type": "choice", "label": "A", "options": {"choices": []}},
     {"type": "choice", "label": "A", "options": {"choices": [{"key": "'; DROP", "label": "x"}]}},
     {"type": "ref", "label": "A", "options": {"object_key": "made.nothing"}},
     {"type": "text", "label": "A", "visible_when": "motto ="}, {"type": "text", "label": "A", "visible_when": "x = 1"},
     {"type": "text", "label": "A", "visible_when": "owner is me"}, {"type": "text", "label": "Name"},
     {"type": "flag", "label": "A", "is_unique": True}, {"type": "whole", "label": "A", "default": "many"},
     {"type": "text", "label": "A", "choices_by": {"field": "name", "allowed": {}}}],
)  # fmt: skip
def test_a_wrong_definition_is_refused_and_leaves_nothing(cast, parts):
    with pytest.raises(Invalid):
        make_field(GARDEN.key, by=cast.ada, **parts)
    assert not MadeField.objects.exists()
    assert object_types[GARDEN.key] is GARDEN
