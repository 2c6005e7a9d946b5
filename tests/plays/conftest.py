"""A shop with forty customers of whom some order, in the lake, and plays about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from perennial.customers.models import Customer
from perennial.foresight.plays.defining import make_play
from perennial.foresight.plays.models import Play
from perennial.lake import kept
from perennial.lake.exporting import export_all
from perennial.lake.kept import close_kept
from perennial.lifecycle.tests.shop import day, empty, known, open_shop, ordered
from perennial.workspace.tests.cast import Cast, make_cast

PEOPLE = 40
ASKED: dict[str, Any] = {
    "name": "Call them", "rule": 'country = "KZ"', "horizon_days": 30, "prior": 0.2, "cost": "2.00", "worth": "50.00",
    "acts": [{"action": "customers.open_task", "input": {"title": "Call", "days": 3}}],
}  # fmt: skip


@dataclass(frozen=True)
class Shop:
    cast: Cast
    people: list[Customer]
    started: Any  # the instant at which the shop opens its eyes


def at(now: Any) -> None:
    """The business clock stands here from now on."""
    open_shop(now=now)


@pytest.fixture
def shop(transactional_db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    empty()
    monkeypatch.setattr(kept, "LOOKED_EVERY", 0.0)  # what was exported a moment ago is asked about
    settings.LAKE_URL = str(tmp_path / "lake")
    cast = make_cast()
    people = [known(f"Customer {number}", kind="person", country="KZ", at=day(0), owner=cast.ben_user,
                    worth=number) for number in range(PEOPLE)]  # fmt: skip
    for each in people[::4]:
        ordered(each, day(20), Decimal(20))
        ordered(each, day(80), Decimal(30))
    at(day(100))
    export_all()
    yield Shop(cast, people, day(100))
    close_kept()
    empty()


def play(shop: Shop, **told: Any) -> Play:
    return make_play({**ASKED, **told}, by=shop.cast.ada)
