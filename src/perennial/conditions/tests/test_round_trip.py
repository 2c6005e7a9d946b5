from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from perennial.conditions.check import check
from perennial.conditions.jsonform import from_json, to_json
from perennial.conditions.sentence import to_sentence
from perennial.conditions.tests.strategies import conditions
from perennial.conditions.tests.world import SCHEMA
from perennial.conditions.text import parse, to_text
from perennial.conditions.tree import TRUE, All, Any, Compare, Did, Op, every

keys = st.one_of(
    st.sampled_from(["and", "or", "not", "did", "in", "is", "within", "sum", "true", "of", "days", "any", "my"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=8),
)


@given(conditions())
def test_text_reads_back_to_the_same_tree(condition):
    assert parse(to_text(condition), SCHEMA) == condition


@given(conditions())
def test_json_reads_back_to_the_same_tree(condition):
    assert repr(check(from_json(json.loads(json.dumps(to_json(condition)))), SCHEMA)) == repr(condition)


@given(conditions())
def test_every_condition_has_a_sentence(condition):
    assert "%(" not in to_sentence(condition, SCHEMA)


@given(keys, st.text(st.characters(exclude_categories=["Cs"])))
def test_any_key_and_any_text_can_be_written(key, text):
    for condition in (Compare(key, Op.EQ, text), Did(key, where=Compare(key, Op.CONTAINS, text))):
        assert parse(to_text(condition)) == condition


def test_every_joins_without_needless_groups():
    one, two = Compare("a", Op.EMPTY), Any((Compare("b", Op.EMPTY),))
    assert every() == every(TRUE) == TRUE
    assert every(TRUE, one) == one
    assert every(All((one,)), two) == All((one, two))
