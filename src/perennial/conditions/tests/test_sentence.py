from __future__ import annotations

import pytest
from django.utils import translation

from perennial.conditions.sentence import to_sentence
from perennial.conditions.tests.world import SCHEMA
from perennial.conditions.text import parse


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            'stage = "retention" and did placed at least 2 times within 90 days',
            "Stage is Retention and ordered at least 2 times in the last 90 days",
        ),
        ('not (stage = "retention")', "Stage is not Retention"),
        ('stage in ("retention", "reach")', "Stage is Retention or Reach"),
        ("did not placed within 1 day", "never ordered in the last day"),
        ("did placed", "ordered at least once"),
        (
            'sum(total of placed within 30 days where (channel = "web")) >= 500',
            "the sum of Total over ordered in the last 30 days (where Channel is web) is at least 500",
        ),
        (
            "orders > 1 or spent > 10 and is_sample = false",
            "Orders is more than 1 or (Spent is more than 10 and Is sample is no)",
        ),
        ("born_on >= 2026-05-31", "Born on is not before May 31, 2026"),
        ("owner is me or owner is in my team", "Owner is me or Owner is in my team"),
        ("everything", "everything"),
    ],
)
def test_conditions_read_as_sentences(text, sentence):
    with translation.override("en"):
        assert to_sentence(parse(text, SCHEMA), SCHEMA) == sentence


@pytest.mark.parametrize("language", ["en", "bs", "kk"])
def test_lists_are_joined_in_every_language(language):
    asked = 'stage in ("retention", "reach") or orders between 1 and 2 or (born_on = 2026-05-31 and tags is empty)'
    with translation.override(language):
        assert to_sentence(parse(asked, SCHEMA), SCHEMA)
