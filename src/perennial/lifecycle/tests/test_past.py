"""Where customers stood as of any instant, asked of the lake: as it is kept now, and as it was kept then."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from perennial.conditions import check
from perennial.conditions.rewinding import as_of_now
from perennial.conditions.text import parse
from perennial.customers.models import Customer
from perennial.lake.exporting import export_all
from perennial.lake.kept import close_kept
from perennial.lake.reader import open_lake
from perennial.lake.records import told_of
from perennial.lifecycle.definitions import given
from perennial.lifecycle.telling import tell
from perennial.lifecycle.tests.shop import day, empty, known, open_shop, ordered
from perennial.lifecycle.writing import recompute, take_turn
from perennial.objects.facts import facts_about
from perennial.objects.schema import schema_of
from perennial.objects.types import object_types
from perennial.rules.backtest import on_day
from perennial.workspace.actor import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
FACTS = tuple(f"fact:{each.key}" for each in facts_about("customers.customer")
              if each.past is not None and each.key.startswith("lifecycle."))  # fmt: skip
FIELDS = ("stage", "standing", "stage_since", "worth")
END = day(400)


@pytest.fixture
def shop(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.LAKE_URL = str(tmp_path / "lake")
    empty()
    open_shop(now=END)
    yield
    close_kept()
    empty()


def trade() -> None:
    """People who order by rhythms of their own, fall silent and come back; some orders are taken back; some people
    work for a firm, which then has the stage for them."""
    chance = random.Random(11)
    firm = known("Cleo & Co", at=day(1))
    for number in range(16):
        person = known(f"P{number}", kind="person", at=day(number), company=firm if number % 5 == 0 else None)
        at, rhythm = float(number), chance.choice([5, 20, 45])
        while at < 399:
            total = chance.randint(5, 50)
            ordered(person, day(at), total)
            if chance.random() < 0.2:
                ordered(person, day(at + chance.uniform(0.1, 30)), -total)
            at += rhythm * chance.uniform(0.2, 2.5) * (8 if chance.random() < 0.1 else 1)


def kept(as_of: datetime) -> dict[int, dict[str, Any]]:
    """As the room computes it for that instant, the logs ending there."""
    with transaction.atomic():
        take_turn()
        recompute(list(Customer.objects.values_list("pk", flat=True)), on=given(as_of))
    export_all()
    return told(None)


def told(as_of: datetime | None) -> dict[int, dict[str, Any]]:
    with open_lake() as lake:
        kind = object_types["customers.customer"]
        rows = lake.answer(told_of(lake, kind, by=SYSTEM, fields=(*FIELDS, *FACTS), as_of=as_of))
    return {row.pop("id"): {key: value or None for key, value in row.items()} for row in rows}


@pytest.mark.parametrize("number", [400, 233])
def test_the_lake_tells_what_the_room_keeps(shop: None, number: int) -> None:
    trade()
    then = day(number) + timedelta(minutes=17)
    stood = kept(then)
    while tell():
        pass
    export_all()
    assert told(then) == stood
    assert {"active", "quiet", "lapsed", "won_back"} & {each["standing"] for each in stood.values()}


def test_nothing_that_came_later_changes_where_they_stood(shop: None) -> None:
    trade()
    kept(day(400))
    while tell():
        pass
    export_all()
    before = told(day(200))
    for person in Customer.objects.filter(kind="person"):
        ordered(person, day(201), 1000)
        ordered(person, day(202), -1000)
    kept(day(400))
    while tell():
        pass
    export_all()
    assert told(day(200)) == before


def test_a_rule_about_the_standing_is_replayed(shop: None) -> None:
    cleo = known("Cleo", kind="person", at=day(0))
    ordered(cleo, day(1), 10)
    kept(END)
    kind = object_types["customers.person"]
    rule = check(parse('standing = "lapsed" and fact:lifecycle.overdue_ratio > 2'), schema_of(kind))
    assert as_of_now(rule, schema_of(kind)) == []
    assert on_day(kind, rule, day(100).date(), by=SYSTEM) == (0, [])
    assert on_day(kind, rule, day(390).date(), by=SYSTEM) == (1, [cleo.pk])
