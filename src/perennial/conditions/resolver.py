"""What a compiler asks of the object it compiles for: where a field is, and how the events of a record are found.

Implement `Resolver` for PostgreSQL. Every piece of SQL is psycopg style: `%s` for a parameter, `%%` for a percent
sign. A name in it must be quoted by whoever writes it: conditions put only parameters into SQL, never a key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from perennial.conditions.schema import ColumnType

NOT_OFFERED = "No schema offered this, and yet it was asked for."


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


@dataclass(frozen=True, slots=True)
class RelationSource:
    """How the related records are found in a correlated subquery, and how one of them is asked about.

    `relation` is called last: what is asked of them may join more to it. `matches` ties them to the record of the
    outer query and leaves out those that the actor may not see. `since` is the instant from which one counts.
    """

    resolver: Resolver
    relation: Callable[[], Sql]
    matches: Sql
    since: str
    id: str


@dataclass(frozen=True, slots=True)
class ChangeSource:
    """How the changes of a field of the record are found in a correlated subquery."""

    relation: Sql
    matches: Sql
    old: Column
    new: Column
    occurred_at: str = "h.occurred_at"


class Resolver(Protocol):
    """Inherit from it to answer less than everything: what a schema never offers is never asked for."""

    def column(self, field: str) -> Column:
        """The field, also a dotted one ("company.country") or a fact ("fact:commerce.order_count")."""
        ...

    def events(self) -> EventSource:
        raise TypeError(NOT_OFFERED)

    def relation(self, key: str) -> RelationSource:
        raise TypeError(NOT_OFFERED)

    def member(self, segment: str, as_of: Sql | None) -> Sql:
        """Whether the record is a member of the segment; was, at the instant, where there is one."""
        raise TypeError(NOT_OFFERED)

    def changes(self, field: str) -> ChangeSource:
        raise TypeError(NOT_OFFERED)


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


CASTS = {
    **dict.fromkeys((ColumnType.TEXT, ColumnType.CHOICE, ColumnType.LIST, ColumnType.TIME), "text"),
    **dict.fromkeys((ColumnType.WHOLE, ColumnType.MEMBER, ColumnType.TEAM, ColumnType.REF, ColumnType.REFS), "bigint"),
    **dict.fromkeys((ColumnType.NUMBER, ColumnType.MONEY), "numeric"),
    ColumnType.FLAG: "boolean",
    ColumnType.MOMENT: "timestamptz",
    ColumnType.DAY: "date",
}


def json_column(document: str, key: str, type: ColumnType) -> Column:
    """A typed value of a JSONB document, such as a property of an event; NULL where the value has another type."""
    return json_value(f"{document}->%s", f"{document}->>%s", key, type)


def json_value(item: str, text: str, key: object, type: ColumnType) -> Column:
    """The same of an item of JSON and its text, both with one parameter."""
    match type:
        case ColumnType.FLAG:
            return Column(f"CASE jsonb_typeof({item}) WHEN 'boolean' THEN ({text})::boolean END", (key, key), type)
        case ColumnType.LIST | ColumnType.REFS:
            items = f"ARRAY(SELECT jsonb_array_elements_text({item}))"
            array = f"{items}::{CASTS[type]}[]"
            return Column(f"CASE jsonb_typeof({item}) WHEN 'array' THEN {array} END", (key, key), type)
        case ColumnType.MOMENT | ColumnType.DAY:  # datetime() is silent about what is no date, where a cast would raise
            read = f"jsonb_path_query_first_tz({item}, '$.datetime()', '{{}}', true) #>> '{{}}'"
            return Column(f"({read})::{CASTS[type]}", (key,), type)
        case ColumnType.TEXT | ColumnType.CHOICE | ColumnType.TIME:
            return Column(f"({text})", (key,), type)
    return Column(f"CASE jsonb_typeof({item}) WHEN 'number' THEN ({text})::numeric END", (key, key), type)


def joined(parts: Iterable[Sql], word: str, nothing: str) -> Sql:
    """Several conditions as one."""
    parts = list(parts)
    if not parts:
        return Sql(nothing)
    text = word.join(f"({part.text})" for part in parts) if len(parts) > 1 else parts[0].text
    return Sql(text, tuple(param for part in parts for param in part.params))
