"""Where this database's lake is."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from perennial.foundation.sql import fetch_one


def root_url() -> str:
    """The folder of this database. Another cluster, or another database of it, starts over in a folder of its own."""
    row = fetch_one(
        "SELECT (SELECT system_identifier FROM pg_control_system()), oid FROM pg_database"
        " WHERE datname = current_database()"
    )
    assert row is not None
    return f"{str(settings.LAKE_URL).rstrip('/')}/{row[0]}-{row[1]}"


def left_behind() -> list[Path]:
    """Folders of other databases beside it, where that can be seen: of one that was restored or thrown away."""
    root = Path(root_url().removeprefix("file://"))
    return sorted(each for each in root.parent.glob("*-*") if each.is_dir() and each != root)
