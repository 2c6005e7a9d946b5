"""Orders that would look into other records for every row of a list: offered while the rows are few.

A roll-up, or a formula over one, has no index. Where its kind has more records than can be asked one by one, a list is
not sorted by it, and nothing offers to.
"""

from __future__ import annotations

import time

from perennial.foundation.sql import fetch
from perennial.objects.access import me_of
from perennial.objects.columns import Tables
from perennial.objects.fields import Field
from perennial.objects.types import ObjectType
from perennial.workspace.actor import SYSTEM

MOST = 20_000  # records of the kind: some 30 microseconds each
_AGAIN = 600.0  # seconds for which it is not counted again
_known: dict[str, tuple[float, bool]] = {}


def is_too_dear(kind: ObjectType, field: Field | None) -> bool:
    """Whether sorting by the field takes longer than anybody waits."""
    return field is not None and field.expression is not None and "SELECT" in field.expression("r") and _is_long(kind)


def forget() -> None:
    """Count anew when asked next."""
    _known.clear()


def _is_long(kind: ObjectType) -> bool:
    until, is_long = _known.get(kind.key, (0.0, False))
    if until > time.monotonic():
        return is_long
    tables = Tables(kind, SYSTEM, me_of(SYSTEM))
    alive, source = tables.alive(by=SYSTEM, verb="view"), tables.sql()
    count = fetch(
        f"SELECT count(*) FROM (SELECT FROM {source.text} WHERE {alive.text} LIMIT {MOST + 1}) few",
        (*source.params, *alive.params),
    )[0][0]
    _known[kind.key] = time.monotonic() + _AGAIN, count > MOST
    return bool(count > MOST)
