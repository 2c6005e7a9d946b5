"""Records of a kind in the lake, as an actor may see them and as a condition selects them.

    with open_lake() as lake:
        people = records_of(lake, PERSON, by=actor, where=parse("did commerce.order_placed at least 2 times"))
        lake.answer(people.count())

The condition and the access predicate are those that PostgreSQL is asked with (`objects.columns`), and find the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import ibis
import ibis.expr.types as ir
from django.utils.translation import gettext_lazy as _

from perennial.conditions.errors import ConditionError
from perennial.conditions.lake import Columns, LakeChanges, LakeColumn, LakeEvents, LakeRelation, compile_ibis
from perennial.conditions.resolver import Me
from perennial.conditions.schema import ColumnType
from perennial.conditions.tree import TRUE, All, Among, Compare, Condition, walk
from perennial.foundation import clock
from perennial.lake.change_log import field_changes, values_before
from perennial.lake.made import name_of
from perennial.lake.properties import property_columns
from perennial.lake.reader import Lake
from perennial.lake.registry import SHARES, event_tables, fact_table, record_table
from perennial.objects.access import me_for, predicate, through_field
from perennial.objects.columns import PROPERTY_TYPES, model_columns
from perennial.objects.event_limits import unaskable_properties
from perennial.objects.facts import Fact
from perennial.objects.field_rights import hidden
from perennial.objects.fields import Field, LinesType, RefType
from perennial.objects.memberships import memberships
from perennial.objects.observed.types import event_type
from perennial.objects.past import Past, Told
from perennial.objects.record_fields import FACT, fact_of, field_of, fields_of, past_of
from perennial.objects.relating import Relation, relation_of
from perennial.objects.sharing.reading import members_of
from perennial.objects.types import ObjectType, object_types
from perennial.objects.zones import firm_zone
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Verb

_EVERY = frozenset({"id", "version", "deleted_at", "kind"})  # what says of a row only which it is
_OF_EVENTS = ("id", "occurred_at", "profile_id", "subject_kind", "subject_id")
_NULLS = {
    **dict.fromkeys((ColumnType.WHOLE, ColumnType.MEMBER, ColumnType.TEAM, ColumnType.REF), "int64"),
    **dict.fromkeys((ColumnType.NUMBER, ColumnType.MONEY), "decimal(38, 10)"),
    ColumnType.FLAG: "boolean", ColumnType.MOMENT: "timestamp('UTC')", ColumnType.DAY: "date",
    ColumnType.LIST: "array<string>", ColumnType.REFS: "array<int64>",
}  # fmt: skip


def records_of(
    lake: Lake, kind: ObjectType, *, by: Actor, where: Condition = TRUE, verb: Verb = "view",
    as_of: datetime | None = None,
) -> ir.Table:  # fmt: skip
    """The columns of the kind's table that the actor may read, for the records that they may use the verb on and that
    match."""
    trusted = All((kind.base, predicate(kind, by=by, verb=verb)))
    found = _selected(lake, kind, by=by, trusted=trusted, where=where, as_of=as_of)
    if not hidden(kind, by):
        return found
    return found.select(*(name for name in found.columns if name in readable_columns(kind, by)))


def _selected(
    lake: Lake, kind: ObjectType, *, by: Actor, trusted: Condition, where: Condition, as_of: datetime | None = None
) -> ir.Table:
    wide = _widened(lake, kind, by=by, trusted=trusted, asked=_fields(where), as_of=as_of, is_whole=True)
    found = _matching(wide, trusted, where, as_of)
    return found if found is wide.table else found.select(*lake.table(record_table(kind.table)).columns)


def _matching(wide: _Wide, trusted: Condition, where: Condition, as_of: datetime | None) -> ir.Table:
    me, zone = _me(wide.lake, wide.by, trusted, where), firm_zone()
    tests = [
        compile_ibis(condition, _Resolver(wide, wide.table, is_trusted), as_of=as_of, me=me, zone=zone)
        for condition, is_trusted in ((trusted, True), (where, False))
        if condition != TRUE
    ]
    return wide.table.filter(tests) if tests else wide.table


def told_of(
    lake: Lake, kind: ObjectType, *, by: Actor, fields: Iterable[str], where: Condition = TRUE,
    as_of: datetime | None = None,
) -> ir.Table:  # fmt: skip
    """`id` and a column for each of the fields by its key, dotted ones and facts too, of the records that the actor may
    view and that match."""
    asked = list(dict.fromkeys(fields))
    trusted = All((kind.base, predicate(kind, by=by, verb="view")))
    wide = _widened(lake, kind, by=by, trusted=trusted, asked=(*_fields(where), *asked), as_of=as_of)
    found = _matching(wide, trusted, where, as_of)
    return found.select(id=found["id"], **{key: found[wide.places[key, False][0]] for key in asked})


def happened_to(
    lake: Lake, kind: ObjectType, event: str, *, by: Actor, where: Condition = TRUE, properties: Iterable[str] = (),
    as_of: datetime | None = None,
) -> ir.Table:  # fmt: skip
    """Events of a type up to an instant: `record` (of the kind), `at`, `id`, and the properties by their keys. Whether
    the actor may view the records is not asked here."""
    source = _events(lake, kind, event, (*_fields(where), *properties), by)
    kept, table = source.properties, source.table
    columns = {key: each.expr for key, each in kept.items()}
    rows = table.select(record=source.record, at=source.occurred_at, id=source.id, **columns)
    instant = as_of or clock.now()
    found = rows.filter(rows["at"] <= ibis.literal(instant.astimezone(UTC), type="timestamp('UTC')"))
    if where == TRUE:
        return found
    told = Columns({key: LakeColumn(found[key], each.type) for key, each in kept.items()})
    return found.filter(compile_ibis(where, told, as_of=instant, zone=firm_zone()))


def _widened(
    lake: Lake, kind: ObjectType, *, by: Actor, trusted: Condition, asked: Iterable[str], as_of: datetime | None,
    is_whole: bool = False, behind: Iterable[str] = (),
) -> _Wide:  # fmt: skip
    """The rows of the kind that are there, with all that is asked of them; of their own columns no others unless
    `is_whole`, for each of them is written out once for every join. What is `behind` is added by the caller."""
    table = lake.table(record_table(kind.table))
    if "deleted_at" in table.columns:
        table = table.filter(table.deleted_at.isnull())
    keys, trusted_keys = tuple(asked), tuple(_fields(trusted))
    if not is_whole:
        needed = _own_columns(kind, (*trusted_keys, *keys, *behind))
        table = table.select(*(name for name in table.columns if name in needed))
    wide = _Wide(lake, kind, by, table, as_of)
    for key in trusted_keys:
        wide.add(key, is_trusted=True)
    for key in keys:
        wide.add(key, is_trusted=False)
    return wide


def _own_columns(kind: ObjectType, keys: Iterable[str]) -> set[str]:
    """The columns of the kind's table that keys may name, with those that every question needs."""
    needed, through = {"id", kind.since}, through_field(kind)
    for key in keys:
        head = key.partition(".")[0]
        fact, declared = fact_of(kind, key), field_of(kind, head)
        needed.add(fact.column if fact is not None else head if declared is None else name_of(declared))
        if through is not None and through.key == head:
            needed.add(name_of(through))
    return needed


def _me(lake: Lake, by: Actor, trusted: Condition, where: Condition) -> Me:
    """Whoever asks, with what was shared with them as the lake has it: a column of ids."""
    asked = {node.set: _members(lake, node.set, by) for _depth, node in walk(trusted) if isinstance(node, Among)}
    return me_for(Me(by.user_id, by.team_ids, absent_ids=by.absent_ids, sets=asked), by, trusted, where)


def _members(lake: Lake, name: str, by: Actor) -> Any:
    """As `objects.sharing.reading` finds them in the database; nothing while the lake has no shares."""
    if SHARES not in lake.tables:
        return ()
    is_edit, keys = members_of(name)
    shares, now = lake.table(SHARES), ibis.literal(clock.real_now().astimezone(UTC), type="timestamp('UTC')")
    mine = (shares.user_id == (by.user_id or 0)) | shares.team_id.isin(by.team_ids or (0,))
    tests = [mine, shares.until.isnull() | (shares.until > now), shares.object_key.isin(keys)]
    return shares.filter([*tests, shares.reach == "edit"] if is_edit else tests).record_id


@dataclass
class _Wide:
    """The kind's table, joined with what is asked about. A column is known by its key. With `as_of` a field is what it
    was then, as far as the change log or the room that computes it tells; rights are always those of now."""

    lake: Lake
    kind: ObjectType
    by: Actor
    table: ir.Table
    as_of: datetime | None = None
    places: dict[tuple[str, bool], tuple[str, ColumnType]] = field(default_factory=dict)
    told: dict[Told, str] = field(default_factory=dict)

    def add(self, key: str, *, is_trusted: bool) -> None:
        if (key, is_trusted) not in self.places:
            self.places[key, is_trusted] = self._place(key, is_trusted)

    def _place(self, key: str, is_trusted: bool) -> tuple[str, ColumnType]:
        gone = frozenset() if is_trusted else hidden(self.kind, self.by)
        if key.startswith(FACT):
            return self._nothing(fact_of(self.kind, key)) if key in gone else self._fact(key)
        head, dot, rest = key.partition(".")
        declared = field_of(self.kind, head)
        if head in gone:
            return self._nothing(declared) if not dot else self._nothing_behind(declared, rest)
        if dot and declared is None and is_trusted:
            through = through_field(self.kind)
            declared = through if through is not None and through.key == head else None
        if dot and declared is not None and isinstance(declared.type, RefType):
            column = self.column(declared) if is_trusted else self._then(declared)
            return self._follow(column, declared.type.object_key, rest, is_trusted)
        if declared is not None and not dot and not isinstance(declared.type, LinesType):
            return self.column(declared) if is_trusted else self._then(declared), declared.type.column
        found = model_columns(self.kind.model)
        if is_trusted and key in found:
            return key, found[key].type
        raise ConditionError(_("There is no field “%(field)s” here.") % {"field": key[:80]})

    def column(self, declared: Field) -> str:
        """A field that was made a moment ago has no column yet, and no value in any row."""
        if declared.expression is not None:
            raise ConditionError(_("The field “%(field)s” is computed, and cannot be asked about here.") % {
                "field": declared.label})  # fmt: skip
        name = name_of(declared)
        return name if not declared.is_custom or name in self.table.columns else self._nothing(declared)[0]

    def _then(self, declared: Field) -> str:
        """The field as it was: before the first change that came after the instant, where there was one."""
        column = self.column(declared)
        past = past_of(self.kind, declared.key) if self.as_of is not None else None
        if past is not None:
            return self._past(past)
        if self.as_of is None or declared.readonly or column not in self.table.columns:
            return column
        number = len(self.places)
        name, key = f"then_{number}", f"then_{number}_key"
        before = values_before(self.lake, self.kind, declared, self.as_of)
        before = before.select(**{key: before.record, name: before.old})
        joined = self.table.left_join(before, self.table.id == before[key])
        was = joined[name].cast(self.table[column].type())
        value = ibis.ifelse(joined[key].notnull(), was, joined[column])
        self.table = joined.mutate(**{name: value}).drop(key)
        return name

    def _past(self, past: Past) -> str:
        """What a room tells of the instant: joined once, however much of it is asked about."""
        assert self.as_of is not None
        prefix = self.told.get(past.told)
        if prefix is None:
            prefix = self.told[past.told] = f"past_{len(self.told)}_"
            table = past.told(self.lake, self.as_of)
            table = table.rename({f"{prefix}{name}": name for name in table.columns})
            self.table = self.table.left_join(table, self.table.id == table[f"{prefix}record"])
        name = f"{prefix}{past.column}"
        if past.otherwise is not None:
            value = self.table[name]
            self.table = self.table.mutate(**{name: value.fill_null(ibis.literal(past.otherwise, type=value.type()))})
        return name

    def _nothing(self, declared: Field | Fact | None) -> tuple[str, ColumnType]:
        """Of what the actor may not read, as in the database (`objects.columns.Place`)."""
        type = declared.type.column if declared is not None else ColumnType.TEXT
        name = f"nothing_{len(self.places)}"
        self.table = self.table.mutate(**{name: ibis.null(_NULLS.get(type, "string"))})
        return name, type

    def _nothing_behind(self, declared: Field | None, rest: str) -> tuple[str, ColumnType]:
        """The same for a field of the record that such a field refers to: of the type that it has there."""
        target = object_types.get(declared.type.object_key) if declared and isinstance(declared.type, RefType) else None
        if target is None:
            raise ConditionError(_("There is no field “%(field)s” here.") % {"field": rest[:80]})
        return self._nothing(fact_of(target, rest) or field_of(target, rest))

    def _fact(self, key: str) -> tuple[str, ColumnType]:
        fact = fact_of(self.kind, key)
        if fact is None:
            raise ConditionError(_("There is no fact “%(fact)s” here.") % {"fact": key.removeprefix(FACT)[:80]})
        if self.as_of is not None and fact.past is not None:
            return self._past(fact.past), fact.type.column
        if fact.table == self.kind.table:
            return fact.column, fact.type.column
        name = fact_table(fact.table)
        if name not in self.lake.tables:  # made a moment ago
            return self._nothing(fact)
        return self._join("id", self.lake.table(name), fact.id_column, fact.column), fact.type.column

    def _follow(self, column: str, object_key: str, rest: str, is_trusted: bool) -> tuple[str, ColumnType]:
        """A field of the record that `column` refers to; NULL when the actor may not see that record."""
        target = object_types[object_key]
        allowed = TRUE if is_trusted else predicate(target, by=self.by, verb="view")
        as_of = None if is_trusted else self.as_of
        other = _widened(self.lake, target, by=self.by, trusted=allowed, asked=(), as_of=as_of, behind=(rest,))
        other.add(rest, is_trusted=is_trusted)
        name, type = other.places[rest, is_trusted]
        return self._join(column, _matching(other, allowed, TRUE, None), "id", name), type

    def _join(self, column: str, other: ir.Table, key: str, wanted: str) -> str:
        number = len(self.places)
        name, other_key = f"joined_{number}", f"joined_{number}_key"
        picked = other.select(**{other_key: other[key], name: other[wanted]})
        joined = self.table.left_join(picked, self.table[column] == picked[other_key])
        self.table = joined.drop(other_key)
        return name


@dataclass(frozen=True, slots=True)
class _Resolver:
    """`table` is the wide one, or one made of it."""

    wide: _Wide
    table: ir.Table
    is_trusted: bool

    def column(self, field: str) -> LakeColumn:
        name, type = self.wide.places[field, self.is_trusted]
        return LakeColumn(self.table[name], type)

    def key(self) -> tuple[ir.Table, ir.Value]:
        return self.table, self.table["id"]

    def events(self, type: str, properties: Iterable[str]) -> LakeEvents:
        by = None if self.is_trusted else self.wide.by
        return _events(self.wide.lake, self.wide.kind, type, properties, by)

    def relation(self, key: str, where: Condition, fields: tuple[str, ...]) -> LakeRelation:
        wide = self.wide
        relation = relation_of(wide.kind, key, by=wide.by)
        if relation is None:
            raise ConditionError(_("There are no related records “%(relation)s” here.") % {"relation": key[:80]})
        return _related(wide.lake, relation, (*_fields(where), *fields), wide.by, wide.as_of)

    def stays(self, segment: str) -> ir.Table:
        kept = memberships()
        if kept is None:
            raise ConditionError(_("There is no segment “%(segment)s” here.") % {"segment": segment[:80]})
        found: ir.Table = kept.lake_stays(self.wide.lake, self.wide.kind, segment)
        return found

    def changes(self, field: str) -> LakeChanges:
        kind, by = self.wide.kind, self.wide.by
        declared = field_of(kind, field)
        if declared is None or (not self.is_trusted and field in hidden(kind, by)):
            raise ConditionError(_("There is no field “%(field)s” here.") % {"field": field[:80]})
        return field_changes(self.wide.lake, kind, declared)


def _related(lake: Lake, relation: Relation, asked: Iterable[str], by: Actor, as_of: datetime | None) -> LakeRelation:
    """The related records that the actor may see; one that names several records is there for each of them."""
    kind, field = relation.kind, relation.field
    trusted = All((kind.base, predicate(kind, by=by, verb="view")))
    wide = _widened(lake, kind, by=by, trusted=trusted, asked=asked, as_of=as_of, behind=(field.key,))
    me = _me(lake, by, trusted, TRUE)
    seen = compile_ibis(trusted, _Resolver(wide, wide.table, True), me=me, zone=firm_zone())
    table = wide.table.filter(seen)
    named = table[wide.column(field)]
    table = table.mutate(related_to=named.unnest() if relation.is_many else named)
    return LakeRelation(table, "related_to", kind.since, "id", lambda rows: _Resolver(wide, rows, False))


def _events(lake: Lake, kind: ObjectType, type: str, properties: Iterable[str], by: Actor | None) -> LakeEvents:
    """The events of one type of a kind's records, with no more columns than are asked about. Unless a room says
    otherwise, the records are their subjects."""
    events = lake.table("events")
    known = {key: _property(events, type, key, by) for key in dict.fromkeys(properties)}
    events = events.filter(events["type"] == type).select(
        *_OF_EVENTS, **{f"property_{number}": column.expr for number, column in enumerate(known.values())}
    )
    told = event_tables.get(kind.key)
    if told is not None:
        rows: ir.Table = told(lake, events)
    else:
        rows = events.filter(events.subject_kind == kind.key).mutate(record=events.subject_id)
    columns = {
        key: LakeColumn(rows[f"property_{number}"], column.type) for number, (key, column) in enumerate(known.items())
    }
    return LakeEvents(rows, rows["record"], rows["occurred_at"], rows["id"], columns)


def readable_columns(kind: ObjectType, by: Actor) -> frozenset[str]:
    """The columns of the kind's table that hold nothing else than what the actor may read."""
    gone = hidden(kind, by)
    shown = [each for each in fields_of(kind) if each.key not in gone and not isinstance(each.type, LinesType)]
    return _EVERY | {name_of(each) for each in shown}


def _property(events: ir.Table, event: str, key: str, by: Actor | None) -> LakeColumn:
    declared = event_type(event)
    kind = next((each.kind for each in declared.properties if each.key == key), None) if declared else None
    if kind is None:
        raise ConditionError(_("There is no field “%(field)s” here.") % {"field": key[:80]})
    if by is not None and key in unaskable_properties(event, by):
        return LakeColumn(ibis.null(_NULLS.get(PROPERTY_TYPES[kind], "string")), PROPERTY_TYPES[kind])
    return LakeColumn(events[property_columns()[key, kind]], PROPERTY_TYPES[kind])


def _fields(condition: Condition) -> Iterable[str]:
    """The fields of the records themselves that a condition names; those of events are asked of the events."""
    return dict.fromkeys(node.field for _depth, node in walk(condition) if isinstance(node, Compare | Among))
