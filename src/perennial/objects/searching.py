"""Finding any record by any part of its name, mail or number: one statement for all kinds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from perennial.conditions.resolver import Sql
from perennial.conditions.tree import TRUE
from perennial.foundation.sql import fetch
from perennial.objects.access import me_of, predicate, widest_reach
from perennial.objects.cells import text_of, title_column
from perennial.objects.columns import Place, Tables, model_columns
from perennial.objects.fields import ChoiceType, CountryType
from perennial.objects.fields.country import country_name
from perennial.objects.matching import begins_with, matches
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

_CANDIDATES = 500  # of each kind; ranked among themselves


class Hit(NamedTuple):
    object_key: str
    id: int
    title: str
    detail: str


def find(text: str, *, by: Actor, kinds: Sequence[ObjectType] | None = None, limit: int = 8) -> list[Hit]:
    """The records that the text finds, those first whose name begins with it."""
    asked = [
        kind
        for kind in (searched_kinds() if kinds is None else kinds)
        if kind.search and "grams" in model_columns(kind.model) and widest_reach(kind, by=by, verb="view") > Reach.NONE
    ]
    branches: list[Sql] = []
    details: list[Place | None] = []
    for number, kind in enumerate(asked):
        found = _branch(kind, number, text, by=by, limit=limit)
        if found is not None:
            branches.append(found[0])
            details.append(found[1])
    if not branches:
        return []
    statement = " UNION ALL ".join(f"({branch.text})" for branch in branches)
    rows = fetch(
        f"SELECT * FROM ({statement}) found ORDER BY 5, 6 LIMIT {int(limit)}",
        tuple(param for branch in branches for param in branch.params),
    )
    return [
        Hit(asked[number].key, id, title or "", _said(details[number], detail))
        for number, id, title, detail, _rank, _key in rows
    ]


def searched_kinds() -> list[ObjectType]:
    """Every kind with a search, but those that others divide among themselves."""
    return [kind for kind in object_types.values() if kind.search and not kind.parts and not _is_divided(kind)]


def _is_divided(kind: ObjectType) -> bool:
    return kind.base == TRUE and any(
        each.table == kind.table and each.base != TRUE and each.search for each in object_types.values()
    )


def _branch(kind: ObjectType, number: int, text: str, *, by: Actor, limit: int) -> tuple[Sql, Place | None] | None:
    tables = Tables(kind, by, me_of(by, predicate(kind, by=by, verb="view")), f"k{number}_")
    alias = tables.alias
    found = matches(text, alias, table=kind.table)
    if found is None:
        return None
    detail, place = text_of(tables, kind.detail) if kind.detail else ("''", None)
    alive = tables.alive(by=by, verb="view")
    source = tables.sql()
    columns = f"{alias}.id, {title_column(kind, alias)} AS title, {detail} AS detail, {alias}.sort_key"
    begins = begins_with(text, alias)
    others = "" if begins is None else f" AND NOT {begins.text}"
    candidates = Sql(
        f"SELECT {number} AS kind, id, title, detail, 1 AS rank, sort_key FROM (SELECT {columns} FROM {source.text}"
        f" WHERE ({found.text}) AND ({alive.text}){others} LIMIT {_CANDIDATES}) c{number}"
        f" ORDER BY sort_key LIMIT {limit}",
        (*source.params, *found.params, *alive.params, *(begins.params if begins else ())),
    )
    if begins is None:
        return candidates, place
    # Those that begin with it are at hand; the others are looked for only when these do not fill the list.
    first = Sql(
        f"SELECT {number} AS kind, {columns.replace(f'{alias}.sort_key', f'0 AS rank, {alias}.sort_key')}"
        f" FROM {source.text} WHERE {begins.text} AND ({alive.text}) ORDER BY {alias}.sort_key LIMIT {limit}",
        (*source.params, *begins.params, *alive.params),
    )
    return Sql(
        f"SELECT * FROM (({first.text}) UNION ALL ({candidates.text})) b{number} LIMIT {limit}",
        (*first.params, *candidates.params),
    ), place


def _said(place: Place | None, detail: str | None) -> str:
    """The detail as a person reads it."""
    if place is None or not detail:
        return ""
    match place.type:
        case ChoiceType():
            return str(place.type.label_of(detail))
        case CountryType():
            return country_name(detail)
    return detail
