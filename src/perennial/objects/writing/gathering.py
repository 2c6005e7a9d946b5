"""What is to be found by searching, gathered for longer while many records are written.

PostgreSQL keeps new entries of an index over trigrams in a list and sorts them in when the list is long. A longer list
is sorted in with less work, a tenth of what an import takes; searching reads it all, so it is not left behind.
"""

from __future__ import annotations

from perennial.foundation.sql import execute


def gather_longer() -> None:
    """In the transaction that is open."""
    execute("SET LOCAL gin_pending_list_limit = '16MB'")


def sort_in() -> None:
    """Leave no list behind; does nothing where there is none."""
    execute(
        "SELECT gin_clean_pending_list(i.oid) FROM pg_class i JOIN pg_am a ON a.oid = i.relam"
        " WHERE a.amname = 'gin' AND i.relkind = 'i' AND i.relnamespace = current_schema()::regnamespace"
        " AND pg_has_role(i.relowner, 'USAGE')"
    )
