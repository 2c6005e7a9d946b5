from __future__ import annotations

import json
import uuid

import numpy as np
import pyarrow as pa

from perennial.foundation.text import fold, grams
from perennial.server.simulation import columns, names


def test_trigrams_are_those_of_the_search() -> None:
    texts = [fold(f"{first} {last}") for each in names.COUNTRIES for first in each.first for last in each.last[:9]]
    texts += ["ab", "", "a", "abc", "aaaa"]
    found = columns.gram_lists(pa.array(texts)).to_pylist()
    assert found == ["{" + ",".join(map(str, grams(text))) + "}" for text in texts]
    part = pa.array(texts).slice(7, 90)
    assert columns.gram_lists(part).to_pylist() == found[7:97]


def test_ids_hold_their_time_and_are_of_version_7() -> None:
    moments = np.array([1_700_000_000_123_456, 0], np.int64)
    ids = [uuid.UUID(text) for text in columns.time_ids(moments, np.random.default_rng(1)).to_pylist()]
    assert [each.int >> 80 for each in ids] == [1_700_000_000_123, 0]
    assert all(each.version == 7 and each.variant == uuid.RFC_4122 for each in ids)


def test_money_and_json() -> None:
    assert columns.money(np.array([1250, -5, 0, 100])).to_pylist() == ["12.50", "-0.05", "0.00", "1.00"]
    objects = columns.json_of(name=pa.array(["Ana", "Bo"]), email=pa.array(["a@b.example", None]))
    assert [json.loads(text) for text in objects.to_pylist()] == [
        {"name": "Ana", "email": "a@b.example"},
        {"name": "Bo"},
    ]


def test_no_word_needs_escaping_in_json() -> None:
    words = [word for each in names.COUNTRIES for list_ in (each.first, each.last, each.cities) for word in list_]
    words += [*names.TRADES, *names.INDUSTRIES, *names.MATERIALS, *names.THINGS, *names.PAGES, *names.COMPLAINTS]
    assert all(json.dumps(word, ensure_ascii=False) == f'"{word}"' for word in words)
    assert all(len(fold(word)) > 1 for word in words)
