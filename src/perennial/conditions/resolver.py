"""What a compiler asks of the object it compiles for: where a field is, and how the events of a record are found.

Implement `Resolver` for PostgreSQL. Every piece of SQL is psycopg style: `%s` for a parameter, `%%` for a percent
sign. A name in it must be quoted by whoever writes it: conditions put only parameters into SQL, never a key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from perennial.conditions.schema import ColumnType


class Sql(NamedTuple):
    text: str
    params: tuple[object, ...] = ()


class Column(NamedTuple):
    """An SQL expression for a field. A list is a `text[]`, several records a `bigint[]`, a moment a
    `timestamptz`, money a `numeric`.

    `grams` may name an `int[]` column with the trigrams of this text (`foundation.text.grams`), so that "contains" and
    "starts with" are found by its index. A text that is missing and never blank is asked about as such, which an index
    can answer.
    """

    sql: str
    params: tuple[object, ...]
    type: ColumnType
    grams: str = ""
    is_never_blank: bool = False


@dataclass(frozen=True, slots=True)
class EventSource:
    """How the events of one record are found in a correlated subquery.

    `relation` follows FROM, `matches` ties it to the record of the outer query, `property` (of an event type and a
    key) is the typed column of a property.

        EventSource(
            relation=Sql("timeline_event e JOIN customers_profile p ON p.id = e.profile_id"),
            matches=Sql("p.customer_id = c.id"),
            property=lambda event, key: json_column("e.properties", key, type_of(event, key)),
        )
    """

    relation: Sql
    matches: Sql
    property: Callable[[str, str], Column]
    type: str = "e.type"
    occurred_at: str = "e.occurred_at"
    id: str = "e.id"


class Resolver(Protocol):
    def column(self, field: str) -> Column:
        """The field, also a dotted one ("company.country") or a fact ("fact:commerce.order_count")."""
        ...

    def events(self) -> EventSource: ...


@dataclass(frozen=True, slots=True)
class Me:
    """Whoever asks. `teammate_ids` are the users of my teams, myself included; they answer "is in my team".

    `absent_ids` are the users in whose place I stand while they are away: "is me" means them too. `sets` are the ids
    behind `Among`, as the engine wants them: ids, an `Sql` that selects them, or a column of the lake.
    """

    user_id: int | None
    team_ids: tuple[int, ...] = ()
    teammate_ids: tuple[int, ...] = ()
    absent_ids: tuple[int, ...] = ()
    sets: Mapping[str, Any] = field(default_factory=dict)
