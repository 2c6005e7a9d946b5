"""Records by lanes: the values of a field, for each its first records (see `walks`), and the pages behind these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.conditions.resolver import Sql
from perennial.conditions.schema import ColumnType
from perennial.conditions.tree import TRUE, Compare, Condition, Op, every
from perennial.foundation import sql
from perennial.foundation.errors import NotFound, Text
from perennial.foundation.text import whole_number
from perennial.objects.access import me_of, widest_reach
from perennial.objects.columns import Tables
from perennial.objects.cursors import Position, seal, unseal
from perennial.objects.fields import ChoiceType, CountryType, MemberType, RefType, TeamType
from perennial.objects.fields.country import countries
from perennial.objects.made.indexing import note_use
from perennial.objects.ordering import orders_of
from perennial.objects.paging import FIXED, keys_statement, shown_statement
from perennial.objects.query import Page, Row
from perennial.objects.schema import column_of
from perennial.objects.statements import Selection, cells_only, selection
from perennial.objects.types import ObjectType
from perennial.objects.views.walks import Branch, first_of, lead_of
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

MOST_LANES = 40
_LOOKED_AT = 1_000  # records among which the values of a reference are looked for: those that come first
NONE = "none"  # how an address names the lane of records without a value


@dataclass(frozen=True, slots=True)
class LaneValue:
    """One value of the field. `name` is how an address says it; None is the lane without a value."""

    value: Any
    title: Text

    @property
    def name(self) -> str:
        if self.value is None:
            return NONE
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        text = str(self.value)
        return f"={text}" if text == NONE or text.startswith("=") else text


@dataclass(slots=True)
class Lane:
    """A value with its first records; `next` is the cursor of `query.select` over `lane_condition`."""

    of: LaneValue
    rows: list[Row] = field(default_factory=list)
    next: str | None = None


def lane_values(kind: ObjectType, key: str, *, by: Actor, where: Condition = TRUE, search: str = "",
                sort: str = "") -> list[LaneValue]:  # fmt: skip
    """The lanes of a board by this field, the one without a value last. Choices and flags need no statement."""
    found = column_of(kind, key)
    if found is None:
        raise NotFound
    none = [LaneValue(None, _("None"))] if Tables(kind, by, me_of(by)).place(key).is_null else []
    match found[1]:
        case ChoiceType(choices=choices):
            return [*(LaneValue(*choice) for choice in choices[:MOST_LANES]), *none]
        case MemberType():
            rows = sql.fetch(
                "SELECT id, name FROM workspace_user ORDER BY id = %s DESC, is_active DESC, name, id LIMIT %s",
                [by.user_id or 0, MOST_LANES],
            )
            return [*(LaneValue(*row) for row in rows), LaneValue(None, _("Nobody"))]
        case TeamType():
            rows = sql.fetch("SELECT id, name FROM workspace_team ORDER BY name, id LIMIT %s", [MOST_LANES])
            return [*(LaneValue(*row) for row in rows), *none]
        case type if type.column is ColumnType.FLAG:
            return [LaneValue(True, _("Yes")), LaneValue(False, _("No")), *none]
        case RefType() | CountryType():
            return [*_present(kind, key, by, where, search, sort), *none]
    raise NotFound


def lane_by_name(kind: ObjectType, key: str, name: str) -> Any:
    """The value that an address names, or `NotFound`. Whether a record has it is asked of the database."""
    found = column_of(kind, key)
    if found is None:
        raise NotFound
    if name == NONE:
        return None
    type, text = found[1], name.removeprefix("=")
    if type.column is ColumnType.FLAG and name in ("yes", "no"):
        return name == "yes"
    if isinstance(type, RefType | MemberType | TeamType):
        number = whole_number(text)
        if number is None:
            raise NotFound
        return number
    try:
        value = type.clean(text)
    except ValueError:
        raise NotFound from None
    if value is None:
        raise NotFound
    return value


def lane_condition(key: str, value: Any) -> Condition:
    return Compare(key, Op.EMPTY) if value is None else Compare(key, Op.EQ, value)


def lanes(
    kind: ObjectType, key: str, values: Sequence[LaneValue], *, by: Actor, columns: Sequence[str], sort: str = "",
    where: Condition = TRUE, search: str = "", limit: int = 20,
) -> list[Lane]:  # fmt: skip
    """The first records of each lane. One whose records are too far apart has fewer, or none, and a `next`."""
    found = [Lane(value) for value in values]
    if not values or widest_reach(kind, by=by, verb="view") is Reach.NONE:
        return found
    sort = sort or kind.list.sort
    note_use(kind, sort, every(where, lane_condition(key, None)))
    chosen = selection(kind, by=by, verb="view", where=where, search=search)
    branches = [_branch(chosen, number, key, lane.of.value) for number, lane in enumerate(found)]
    orders = orders_of(chosen.tables, sort)
    walks = first_of(chosen, orders, cells_only(chosen.tables, columns), key, branches, limit=limit)
    for lane, walk in zip(found, walks, strict=True):
        lane.rows = walk.rows
        if walk.end is not None:
            lane.next = seal(Position(sort, *walk.end))
    return found


def lane_page(
    kind: ObjectType, key: str, value: Any, *, by: Actor, columns: Sequence[str], after: str | None, sort: str = "",
    where: Condition = TRUE, search: str = "", limit: int = 20,
) -> Page:  # fmt: skip
    """The next records of one lane."""
    if widest_reach(kind, by=by, verb="view") is Reach.NONE:
        return Page()
    sort = sort or kind.list.sort
    chosen = selection(kind, by=by, verb="view", where=where, search=search)
    orders = orders_of(chosen.tables, sort)
    shown = cells_only(chosen.tables, columns)
    position = unseal(after, sort=sort) if after else None
    branch = _branch(chosen, 0, key, value)
    lead = lead_of(chosen, orders, key, branch)
    keys = keys_statement(chosen, orders, limit=limit + 1, after=position, also=[branch.test], lead=lead)
    found = sql.fetch(*chosen.with_found(shown_statement(keys, orders, shown)))
    start = FIXED + len(orders)
    if len(found) <= limit:
        return Page(shown.cells, found, start)
    last = found[limit - 1]
    return Page(shown.cells, found[:limit], start, seal(Position(sort, list(last[FIXED:start]), last[0])))


def _branch(chosen: Selection, number: int, key: str, value: Any) -> Branch:
    test = chosen.tables.where(lane_condition(key, value), is_trusted=False)
    return Branch(number, test, is_empty=value is None)


def _present(kind: ObjectType, key: str, by: Actor, where: Condition, search: str, sort: str) -> list[LaneValue]:
    """The values that the records which come first have, by name. What the actor may not see has no lane."""
    chosen = selection(kind, by=by, verb="view", where=where, search=search)
    orders = orders_of(chosen.tables, sort or kind.list.sort)
    keys = keys_statement(chosen, orders, limit=_LOOKED_AT)
    own = Tables(kind, by, chosen.tables.me, "c")
    place = own.place(key)
    title = own.title_of(place)
    joins = " ".join(join.text for join in own.joins)
    statement = Sql(
        f'SELECT {place.sql}, {title} FROM ({keys.text}) k JOIN "{kind.table}" c ON c.id = k.id {joins}'
        f" WHERE {title} IS NOT NULL GROUP BY 1, 2 ORDER BY count(*) DESC, 2, 1 LIMIT {MOST_LANES}",
        (*keys.params, *(param for join in own.joins for param in join.params)),
    )
    rows = sql.fetch(*chosen.with_found(statement))
    if isinstance(place.type, CountryType):
        names: Mapping[str, Text] = dict(countries())
        rows = [(value, names.get(value, value)) for value, _title in rows]
    return sorted((LaneValue(value, title) for value, title in rows), key=lambda each: str(each.title).casefold())
