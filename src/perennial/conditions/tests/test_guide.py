"""The examples of the guide and of the package's docstring are true."""

from __future__ import annotations

import doctest
import json
import re
from pathlib import Path

import pytest
from django.utils import translation

import perennial.conditions
from perennial.conditions import check
from perennial.conditions.jsonform import from_json
from perennial.conditions.plain.reading import parse_any
from perennial.conditions.sentence import to_sentence
from perennial.conditions.tests.shop import Customers

GUIDE = Path(__file__).parents[4] / "docs" / "guide" / "conditions.md"
ROWS = re.findall(r"^\| (?:``(.+?)``|`(.+?)`) \| (.+) \|$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_guide_has_its_examples():
    assert len(ROWS) == GUIDE.read_text(encoding="utf-8").count("\n| `") > 30


@pytest.mark.parametrize(("fancy", "plain", "sentence"), ROWS)
def test_examples_read_as_the_guide_says(fancy, plain, sentence):
    with translation.override("en"):
        assert to_sentence(parse_any(fancy or plain, Customers()), Customers()) == sentence


def test_the_json_of_the_guide_is_a_condition():
    (example,) = re.findall(r"```json\n(.+?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    check(from_json(json.loads(example)), Customers())


def test_the_tour_in_the_docstring_is_true():
    assert doctest.testmod(perennial.conditions).failed == 0
