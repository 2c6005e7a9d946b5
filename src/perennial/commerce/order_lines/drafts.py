"""Lines become orders. The first line of a number says whose order it is; the same line twice is found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from perennial.commerce.order_lines.reading import Line, fingerprint
from perennial.commerce.order_lines.reasons import Skip

Skipped = list[tuple[int, Skip]]


@dataclass(slots=True)
class Draft:
    """An order as the lines of one batch say it. `id` is known once the order has a row."""

    number: str
    is_return: bool
    customer: str | None
    country: str | None
    placed_at: datetime
    lines: list[Line] = field(default_factory=list)
    id: int = 0

    @property
    def kind(self) -> str:
        return "return" if self.is_return else "order"

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))


class Existing(NamedTuple):
    """An order that has a row already."""

    id: int
    customer_id: int | None
    profile_id: int | None
    rate: Decimal
    line_count: int
    total: Decimal
    last_position: int


def drafts_of(lines: Iterable[Line], *, keep_same: bool = False) -> tuple[dict[str, Draft], Skipped]:
    """Orders by number, and the lines that are left out of them. An order was placed when its first line was.

    With `keep_same`, the same line a second time on an order is another line: "the second of these".
    """
    drafts: dict[str, Draft] = {}
    seen: Counter[tuple[str, int]] = Counter()
    skipped: Skipped = []
    for line in lines:
        draft = drafts.get(line.number)
        if draft is None:
            draft = drafts[line.number] = Draft(
                line.number, line.is_return, line.customer, line.country, line.placed_at)  # fmt: skip
        if line.customer != draft.customer:
            skipped.append((line.row, Skip.OTHER_CUSTOMER))
            continue
        key = (line.number, line.fingerprint)
        seen[key] += 1
        if seen[key] > 1:
            if not keep_same:
                skipped.append((line.row, Skip.DUPLICATE))
                continue
            line.fingerprint = fingerprint(f"{line.fingerprint}\x1f{seen[key]}")
        draft.lines.append(line)
        draft.placed_at = min(draft.placed_at, line.placed_at)
        draft.country = draft.country or line.country
    return drafts, skipped
