"""The addresses of lists that open exactly the customers behind a number: conditions in their text form."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from perennial.conditions import All, Compare, Condition, Op
from perennial.conditions.writing import to_text

_LIST = "/o/customers.customer/"


def in_stage(stage: str, *, standing: str = "") -> str:
    return _address(_is("stage", stage), *([_is("standing", standing)] if standing else []))


def with_standing(standing: str) -> str:
    return _address(_is("standing", standing))


def entered(stage: str, *, since: date) -> str:
    """The latest first, as in the two that follow: by the column that they are found by, so that PostgreSQL need not
    look for a few among all those who are worth more."""
    key = f"fact:lifecycle.entered_{stage}"
    return _address(Compare(key, Op.GE, since), sort=f"-{key}")


def left(stage: str, *, since: date) -> str:
    key = f"fact:lifecycle.left_{stage}"
    return _address(Compare(key, Op.GE, since), sort=f"-{key}")


def moved(old: str, new: str, *, since: date) -> str:
    """Those whose latest move was this one; `old` is "" for customers who began in the new stage."""
    before, key = "fact:lifecycle.previous_stage", f"fact:lifecycle.entered_{new}"
    came_from = Compare(before, Op.EQ, old) if old else Compare(before, Op.EMPTY)
    return _address(_is("stage", new), came_from, Compare(key, Op.GE, since), sort=f"-{key}")


def stalled(stage: str, *, before: date) -> str:
    return _address(_is("stage", stage), Compare("stage_since", Op.LT, before))


def _is(field: str, value: str) -> Condition:
    return Compare(field, Op.EQ, value)


def _address(*clauses: Condition, sort: str = "") -> str:
    text = to_text(All(clauses) if len(clauses) > 1 else clauses[0])
    return f"{_LIST}?{urlencode({'filter': text, 'sort': sort} if sort else {'filter': text})}"
