"""What the process does that looks at all purchases."""

from __future__ import annotations

from perennial.foresight.purchases.keeping import expect
from perennial.foresight.training.choosing import horizon


def work() -> None:
    expect(days=horizon())
