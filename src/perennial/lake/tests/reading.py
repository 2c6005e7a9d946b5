from __future__ import annotations

from typing import Any

from django.db import connection

from perennial.lake.reader import open_lake


def rows(question: str, params: Any = None) -> list[tuple[Any, ...]]:
    with open_lake() as lake:
        return lake.sql(question, params)


def address() -> dict[str, Any]:
    given = connection.get_connection_params()
    return {key: given[key] for key in ("host", "port", "user", "password", "dbname") if given.get(key)}
