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
    return _address(Compare(f"fact:lifecycle.entered_{stage}", Op.GE, since))


def left(stage: str, *, since: date) -> str:
    return _address(Compare(f"fact:lifecycle.left_{stage}", Op.GE, since))


def moved(old: str, new: str, *, since: date) -> str:
    """Those whose latest move was this one; `old` is "" for customers who began in the new stage."""
    before = (
        Compare("fact:lifecycle.previous_stage", Op.EQ, old)
        if old
        else Compare("fact:lifecycle.previous_stage", Op.EMPTY)
    )
    return _address(_is("stage", new), before, Compare("stage_since", Op.GE, since))


def stalled(stage: str, *, before: date) -> str:
    return _address(_is("stage", stage), Compare("stage_since", Op.LT, before))


def _is(field: str, value: str) -> Condition:
    return Compare(field, Op.EQ, value)


def _address(*clauses: Condition) -> str:
    return f"{_LIST}?{urlencode({'filter': to_text(All(clauses) if len(clauses) > 1 else clauses[0])})}"
