"""Columns of rows as JSON says them: a whole column at a time, for most values are JSON as the database has them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from perennial.objects.cells import Cell
from perennial.objects.fields import (
    ChoiceType,
    CountryType,
    EmailType,
    FieldType,
    FlagType,
    LongTextType,
    MomentType,
    PhoneType,
    TextType,
    UrlType,
    WholeType,
)

# What these read from the database the encoder writes as they say it themselves.
_AS_IT_IS = (
    ChoiceType, CountryType, EmailType, FlagType, LongTextType, MomentType, PhoneType, TextType, UrlType, WholeType,
)  # fmt: skip
Column = Sequence[Any]


def read_column(cell: Cell, stored: Sequence[Column], count: int) -> Column:
    """The values of a cell, from the columns that its SQL selected."""
    if cell.read is None:
        return stored[0]
    got: Iterable[Sequence[Any]] = zip(*stored, strict=True) if stored else ((),) * count
    read = cell.read
    return [read(each) for each in got]


def say_column(type: FieldType | None, column: Column) -> Column:
    """The same as JSON. What has no type, such as an id, is said as it is."""
    if type is None or isinstance(type, _AS_IT_IS):
        return column
    json = type.json
    return [None if value is None else json(value) for value in column]
