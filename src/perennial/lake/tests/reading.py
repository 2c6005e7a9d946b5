from __future__ import annotations

from typing import Any

from perennial.lake.reader import open_lake


def rows(question: str, params: Any = None) -> list[tuple[Any, ...]]:
    with open_lake() as lake:
        return lake.sql(question, params)
