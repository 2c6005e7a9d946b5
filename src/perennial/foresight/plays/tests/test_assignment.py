"""The draw is even, sticky, its own for each play, and the same in Python as in PostgreSQL."""

from __future__ import annotations

import pytest

from perennial.foresight.plays.assignment import draw, draw_sql, is_control, new_key
from perennial.foundation.sql import fetch

KEY, OTHER = "3f" * 16, "a1" * 16


def test_the_draw_keeps_its_share_and_its_answer() -> None:
    drawn = [is_control(KEY, person) for person in range(20_000)]
    assert 0.14 < sum(drawn) / 20_000 < 0.16
    assert drawn == [is_control(KEY, person) for person in range(20_000)]
    assert not any(is_control(KEY, person, 0.0) for person in range(100))
    assert all(is_control(KEY, person, 1.0) for person in range(100))


def test_two_plays_draw_apart() -> None:
    both = sum(is_control(KEY, person, 0.5) and is_control(OTHER, person, 0.5) for person in range(20_000))
    assert 0.235 < both / 20_000 < 0.265
    assert new_key() != new_key()


@pytest.mark.django_db
def test_postgresql_draws_the_same() -> None:
    drawn = draw_sql(KEY, "p.id")
    rows = fetch(f"SELECT p.id, {drawn.text} FROM generate_series(1, 500) p(id)", drawn.params)
    assert rows == [(person, draw(KEY, person)) for person in range(1, 501)]
