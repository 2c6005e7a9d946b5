"""Numbers as people and programs write them: 1,234.50 and 1.234,50, $ 12, 35 %, (12) for minus."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Literal

Mark = Literal[".", ","]
_AMOUNT = re.compile(
    r"^([(]?)\s*([-+−]?)\s*(?:[$€£₸]|[A-Z]{3}\s)?\s*([-+]?)(\d[\d\s.,'’]*(?:[eE][-+]?\d+)?|\.\d+)"
    r"\s*(?:[$€£₸%]|[A-Z]{3}|KM)?\s*([)]?)$"
)
_COMMA_LAST = re.compile(r"\d,\d+$")
_DOT_LAST = re.compile(r"\d\.\d+$")
_SPACES = re.compile(r"[\s'’]")


def decimal_mark(values: Iterable[str]) -> Mark:
    """A comma only where the values leave no doubt: 12,5 or 1.234,50 and no point that says otherwise."""
    commas = points = 0
    for value in values:
        last_comma, last_point = value.rfind(","), value.rfind(".")
        if last_comma >= 0 and last_point >= 0:
            commas, points = commas + (last_comma > last_point), points + (last_point > last_comma)
        elif last_comma >= 0 and value.count(",") == 1 and len(re.sub(r"\D", "", value[last_comma:])) != 3:
            commas += 1
        elif last_point >= 0 and value.count(".") == 1 and len(re.sub(r"\D", "", value[last_point:])) != 3:
            points += 1
    return "," if commas > points else "."


def number(value: str, mark: Mark) -> float | None:
    """None where it is none, or none that can be reckoned with."""
    try:
        plain = float(value) if mark == "." and "_" not in value else None
    except ValueError:
        plain = None
    if plain is None:
        found = _AMOUNT.match(value)
        if not found:
            return None
        opening, sign, second_sign, digits, closing = found.groups()
        digits = _SPACES.sub("", digits)
        digits = digits.replace(".", "").replace(",", ".") if mark == "," else digits.replace(",", "")
        try:
            plain = float(digits)
        except ValueError:
            return None
        if sign in ("-", "−") or second_sign == "-" or (opening and closing):
            plain = -plain
    return plain if math.isfinite(plain) and abs(plain) < 1e300 else None
