"""What a value was at an instant of the past: how a room tells of it, for facts and for fields that it computes.

`told` is given the open lake (`lake.reader.Lake`) and an instant, and answers with an Ibis table: the column `record`,
and one more for each value that it tells of. Everybody is told of in one pass, from events and from what records were
by then; nothing that came later may change an answer, for predictions learn from it (`metrics.predictions`). Values
that one function tells are asked of it once.

    Fact("room.visits", …, past=Past(visits_then, "visits"))
    register_past("room.boat", "condition", Past(conditions_then, "condition"))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Told = Callable[[Any, datetime], Any]


@dataclass(frozen=True, slots=True)
class Past:
    """`otherwise` is the value of the records that `told` does not name."""

    told: Told
    column: str
    otherwise: int | None = None


_fields: dict[tuple[str, str], Past] = {}


def register_past(facts_key: str, field: str, past: Past) -> None:
    """For a field that a room computes, of all kinds that share these facts. Call from `apps.ready()`."""
    if _fields.setdefault((facts_key, field), past) != past:
        raise ValueError(f"The past of {facts_key}.{field} is declared twice.")


def past_of_field(facts_key: str, field: str) -> Past | None:
    return _fields.get((facts_key, field))
