"""Records that are here already, by what a file calls them: any text that they have, or their number here."""

from __future__ import annotations

from collections.abc import Collection

from perennial.conditions.resolver import Sql
from perennial.foundation.sql import fetch
from perennial.foundation.text import sort_key, whole_number
from perennial.objects.access import widest_reach
from perennial.objects.columns import model_columns
from perennial.objects.field_rights import hidden
from perennial.objects.fields import EmailType, Field, PhoneType, TextType, UrlType
from perennial.objects.record_fields import field_of
from perennial.objects.statements import selection
from perennial.objects.stored import sql_of
from perennial.objects.types import ObjectType
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

AMBIGUOUS = -1
OWN_ID = "record_number"  # the number that a record has here, as a column of a file


def is_key(field: Field) -> bool:
    """Whether records can be told by it."""
    return field.expression is None and isinstance(field.type, TextType | EmailType | PhoneType | UrlType)


def find(kind: ObjectType, key: str, texts: Collection[str], *, by: Actor) -> dict[str, int]:
    """Text → id, of the records that the actor sees; `AMBIGUOUS` where several have it, missing where none has. Names
    are the same without case and signs."""
    if not texts or widest_reach(kind, by=by, verb="view") is Reach.NONE or key in hidden(kind, by):
        return {}
    chosen = selection(kind, by=by, verb="view")
    alias = chosen.tables.alias
    if key == OWN_ID:
        numbers = {
            text: number for text in texts if (number := whole_number(text.strip().removeprefix("#"))) is not None
        }
        found = fetch(
            *chosen.statement(f"{alias}.id", also=[Sql(f"{alias}.id = ANY(%s::bigint[])", (list(numbers.values()),))])
        )
        there = {id for (id,) in found}
        return {text: number for text, number in numbers.items() if number in there}
    declared = field_of(kind, key)
    if declared is None or not is_key(declared):
        return {}
    by_name = key == kind.title and "sort_key" in model_columns(kind.model)
    column = f"{alias}.sort_key" if by_name else sql_of(declared, alias)
    wanted = {text: sort_key(text) if by_name else text for text in texts}
    rows = fetch(
        *chosen.statement(
            f"{column}, {alias}.id", also=[Sql(f"{column} = ANY(%s::text[])", (list(set(wanted.values())),))]
        )
    )
    ids: dict[str, int] = {}
    for value, id in rows:
        ids[value] = AMBIGUOUS if value in ids else id
    return {text: ids[value] for text, value in wanted.items() if value in ids}
