"""The sample goes by emptying tables, which fires no trigger for a row: the tallies and the pace are emptied here."""

from __future__ import annotations

from perennial.commerce.sample import after_removal
from perennial.foundation.sql import execute


@after_removal
def forget_tallies() -> None:
    """Only where nobody is left; else the triggers have counted each customer that went."""
    for table in ("lifecycle_tally", "lifecycle_pace"):
        execute(f"DELETE FROM {table} WHERE NOT EXISTS (SELECT FROM lifecycle_state)")
