"""Which stock codes are charges and not goods: a small declared table, which the mapping of an import can replace.

Its text form has one kind a line: "shipping: POST, DOT, C2". A star stands for any letters; capitals do not matter.
The defaults are what shops commonly use and what the sample needs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from perennial.commerce.models.product import LineKind

DEFAULT_CODES = """\
shipping: POST, POSTAGE, SHIPPING, DELIVERY, CARRIAGE, DOT, C2
fee: BANK CHARGES, AMAZONFEE, CRUK, FEE, HANDLING
discount: D, DISCOUNT, COUPON*
adjustment: M, MANUAL, B, ADJUST*
voucher: GIFT_*, VOUCHER*
other: S, SAMPLE, SAMPLES
"""
_LONGEST = 200  # patterns


class CodeTable:
    """Answers the kind of a stock code; goods when no pattern names it."""

    def __init__(self, text: str = DEFAULT_CODES) -> None:
        self._exact: dict[str, LineKind] = {}
        self._patterns: list[tuple[re.Pattern[str], LineKind]] = []
        for kind, codes in parse_codes(text).items():
            for code in codes:
                if "*" in code:
                    pattern = ".*".join(map(re.escape, code.split("*")))
                    self._patterns.append((re.compile(pattern, re.DOTALL), kind))
                else:
                    self._exact[code] = kind

    def kind(self, code: str) -> LineKind:
        """`code` is in capitals already."""
        kind = self._exact.get(code)
        if kind is not None:
            return kind
        return next((kind for pattern, kind in self._patterns if pattern.fullmatch(code)), LineKind.GOODS)


def parse_codes(text: str) -> Mapping[LineKind, tuple[str, ...]]:
    """The table that a text says. ValueError, with a sentence, for a kind that there is none of."""
    table: dict[LineKind, tuple[str, ...]] = {}
    for line in text.splitlines():
        name, colon, codes = line.partition(":")
        if not line.strip():
            continue
        if not colon or name.strip().lower() not in LineKind.values:
            raise ValueError(
                _("“%(line)s” names no kind of line. Write one kind a line, as in “shipping: POST, DOT”.")
                % {"line": line.strip()[:80]}
            )
        kind = LineKind(name.strip().lower())
        found = tuple(code.strip().upper() for code in codes.split(",") if code.strip())
        table[kind] = table.get(kind, ()) + found
    if sum(map(len, table.values())) > _LONGEST:
        raise ValueError(_("At most %(most)d codes can be named.") % {"most": _LONGEST})
    return table
