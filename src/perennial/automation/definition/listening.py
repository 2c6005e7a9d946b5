"""What a trigger listens for in the two logs; triggers of time, by hand and by webhook listen for nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from perennial.conditions import TRUE, Condition


@dataclass(frozen=True, slots=True)
class Listens:
    """Event types, with a condition on the properties; or changes of records of the kind: of which sort ("create",
    "update", "restore"), of which fields (none named: any), to which value where `has_value`."""

    events: tuple[str, ...] = ()
    where: Condition = TRUE
    changes: tuple[str, ...] = ()
    fields: frozenset[str] = frozenset()
    has_value: bool = False
    value: Any = None
    takes_imports: bool = False


SILENT = Listens()
