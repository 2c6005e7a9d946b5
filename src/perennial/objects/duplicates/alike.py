"""Who is here already, asked while somebody types a new record: the same address or number, or the same name.

Two statements, both answered by an index, within the rights of whoever types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from perennial.conditions.resolver import Sql
from perennial.foundation.sql import fetch
from perennial.foundation.text import fold
from perennial.objects.duplicates.merging import is_compared
from perennial.objects.field_rights import hidden
from perennial.objects.fields import EmailType, Field, PhoneType
from perennial.objects.query import select
from perennial.objects.statements import selection
from perennial.objects.stored import sql_of
from perennial.objects.types import ObjectType, current
from perennial.workspace.actor import Actor

MOST = 3
_SHORTEST = 4  # letters of a name that is looked for
_ALIKE = 0.85
_TELLING = (EmailType, PhoneType)  # whoever has the same is hardly another


@dataclass(frozen=True, slots=True)
class Alike:
    """A record that is here, and the fields that it shares with what is typed."""

    id: int
    title: str
    fields: tuple[Field, ...]


def is_asked(kind: ObjectType) -> bool:
    """Whether a form of this kind asks: where records can be merged, and for kinds that users made. Two tasks or notes
    may well be alike."""
    return is_compared(kind)


def alike(kind: ObjectType, typed: Mapping[str, Any], *, by: Actor) -> list[Alike]:
    kind = current(kind)
    gone = hidden(kind, by)
    values = _clean(kind, typed, gone)
    found: dict[int, tuple[str, list[Field]]] = {}
    telling = [field for field in kind.fields if isinstance(field.type, _TELLING) and field.key in values]
    for id, title, key in _equal(kind, telling, values, by=by) if telling else ():
        field = kind.field(key)
        if field is not None:
            found.setdefault(id, (title, []))[1].append(field)
    named, title_field = _title(kind, typed, values, by), kind.field(kind.title)
    if len(named) >= _SHORTEST and title_field is not None and title_field.key not in gone:
        for row in select(kind, by=by, columns=(), search=named, limit=5 * MOST).rows:
            if SequenceMatcher(None, _in_order(row.title), _in_order(named)).ratio() >= _ALIKE:
                found.setdefault(row.id, (row.title, []))[1].append(title_field)
    surest = sorted(found.items(), key=lambda pair: (-len(pair[1][1]), pair[0]))
    return [Alike(id, title, tuple(fields)) for id, (title, fields) in surest[:MOST]]


def _in_order(name: str) -> str:
    """Some write the family's name first."""
    return " ".join(sorted(fold(name).split()))


def _clean(kind: ObjectType, typed: Mapping[str, Any], gone: frozenset[str]) -> dict[str, Any]:
    """What is half typed is no address yet."""
    values: dict[str, Any] = {}
    for field in kind.fields:
        if field.key in gone or not typed.get(field.key) or field.readonly:
            continue
        try:
            values[field.key] = field.type.clean(typed[field.key])
        except ValueError:
            continue
    return {key: value for key, value in values.items() if value not in (None, "")}


def _title(kind: ObjectType, typed: Mapping[str, Any], values: Mapping[str, Any], by: Actor) -> str:
    """The name, also where it is made of parts."""
    name = values.get(kind.title) or (kind.prepare(values, by).get(kind.title) if kind.prepare and values else "")
    return str(name or "")[:100]


def _equal(
    kind: ObjectType, fields: list[Field], values: Mapping[str, Any], *, by: Actor
) -> list[tuple[int, str, str]]:
    chosen = selection(kind, by=by, verb="view")
    alias = chosen.tables.alias
    branches = [
        chosen.statement(
            f"{chosen.fixed}, '{field.key}'", also=[Sql(f"{sql_of(field, alias)} = %s", (values[field.key],))],
            tail=f" LIMIT {MOST}",
        )
        for field in fields
    ]  # fmt: skip
    rows = fetch(
        " UNION ALL ".join(f"({branch.text})" for branch in branches),
        [param for branch in branches for param in branch.params],
    )
    return [(row[0], row[2] or f"#{row[0]}", row[3]) for row in rows]
