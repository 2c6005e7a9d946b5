"""A formula as it was read: it knows neither fields nor types yet. Every node knows where it stands in the text."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text, true or false; None is `empty`."""

    value: Decimal | str | bool | None
    position: int


@dataclass(frozen=True, slots=True)
class Name:
    """A field ("length"), or a field of the record that a field refers to ("skipper.name")."""

    key: str
    position: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function, or an operator by its sign."""

    name: str
    parts: tuple[Node, ...]
    position: int


Node = Literal | Name | Call
