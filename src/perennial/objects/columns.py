"""Where the fields and facts of a kind are found in SQL: one FROM that grows a join for each thing asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import NamedTuple

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from perennial.conditions.errors import ConditionError
from perennial.conditions.postgres import compile_condition, json_column
from perennial.conditions.resolver import (
    ChangeSource,
    Column,
    EventSource,
    Me,
    RelationSource,
    Resolver,
    Sql,
    json_value,
)
from perennial.conditions.schema import ColumnType
from perennial.conditions.tree import TRUE, All, Condition
from perennial.objects.access import me_for, predicate, through_field
from perennial.objects.event_limits import unaskable_properties
from perennial.objects.field_rights import hidden
from perennial.objects.fields import (
    ChoiceType,
    CountryType,
    FieldType,
    LinesType,
    MemberType,
    RefType,
    TeamType,
    TextType,
)
from perennial.objects.made.indexing import want_index
from perennial.objects.memberships import is_member
from perennial.objects.observed.types import event_type
from perennial.objects.record_fields import FACT, fact_of, field_of
from perennial.objects.relating import relation_of
from perennial.objects.stored import is_made, sql_of
from perennial.objects.types import ObjectType, object_types
from perennial.objects.zones import firm_zone
from perennial.workspace.actor import Actor

PROPERTY_TYPES = {
    "text": ColumnType.TEXT, "whole": ColumnType.WHOLE, "number": ColumnType.NUMBER, "money": ColumnType.MONEY,
    "flag": ColumnType.FLAG, "moment": ColumnType.MOMENT, "day": ColumnType.DAY,
}  # fmt: skip


class ModelColumn(NamedTuple):
    """A column of a table, as Django's model has it."""

    db_type: str
    is_null: bool
    type: ColumnType


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is. `kind` and `alias` are those of the record that has it.

    What the actor may not read is NULL wherever it is asked for, so that nothing can be learnt of it, and no page that
    names it breaks. Whoever takes in the name of a field from outside asks `schema` whether there is one.
    """

    sql: str
    type: FieldType
    kind: ObjectType
    alias: str
    is_null: bool
    is_hidden: bool = False  # the actor may not read it: the SQL is NULL


@dataclass(slots=True)
class Tables:
    """FROM of one statement. Joins are made once, however often they are asked for; all of them are LEFT."""

    kind: ObjectType
    by: Actor
    me: Me
    alias: str = "r"
    source: str = ""  # in place of the kind's table, such as rows found beforehand
    joins: list[Sql] = field(default_factory=list)
    _known: dict[tuple[str, ...], str] = field(default_factory=dict)

    def sql(self) -> Sql:
        source = self.source or f'"{self.kind.table}"'
        text = " ".join([f"{source} {self.alias}", *(join.text for join in self.joins)])
        return Sql(text, tuple(param for join in self.joins for param in join.params))

    def place(self, key: str) -> Place:
        """Where a field, a fact, or a field of a record referred to ("company.country") is, for the actor's eyes."""
        return _place(self, self.kind, self.alias, key, is_trusted=False)

    def title_of(self, place: Place) -> str:
        """The SQL of the title of the record, user or team that a place refers to."""
        match place.type:
            case RefType(object_key):
                target, alias = self.follow(place.sql, object_key, is_trusted=False)
                title = field_of(target, target.title)
                return sql_of(title, alias) if title else f'{alias}."{target.title}"'
            case MemberType():
                return f"{self._join(('workspace_user', place.sql), 'workspace_user', place.sql)}.name"
            case TeamType():
                return f"{self._join(('workspace_team', place.sql), 'workspace_team', place.sql)}.name"
        return place.sql

    def follow(self, sql: str, object_key: str, *, is_trusted: bool) -> tuple[ObjectType, str]:
        """Join the record that `sql` holds the id of; the kind and its alias. What the actor may not see is NULL."""
        target = object_types[object_key]
        allowed = TRUE if is_trusted else predicate(target, by=self.by, verb="view")
        key = (object_key, sql, "" if allowed == TRUE else "guarded")
        if key in self._known:
            return target, self._known[key]
        is_deleted = "deleted_at" in model_columns(target.model)
        if allowed == TRUE:
            alias = self._join(key, target.table, sql, " AND {alias}.deleted_at IS NULL" if is_deleted else "")
            return target, alias
        alias = self._known[key] = f"{self.alias}{len(self._known) + 1}"
        inner = Tables(target, self.by, self.me, f"{alias}_")
        guard = inner.where(allowed, is_trusted=True)
        source = inner.sql()
        alive = f" AND {inner.alias}.deleted_at IS NULL" if is_deleted else ""
        self.joins.append(
            Sql(
                f"LEFT JOIN LATERAL (SELECT {inner.alias}.* FROM {source.text} WHERE {inner.alias}.id = {sql}{alive}"
                f" AND ({guard.text})) {alias} ON TRUE",
                (*source.params, *guard.params),
            )
        )
        return target, alias

    def fact(self, table: str, id_column: str, alias: str) -> str:
        """Join the row of a table of facts; its alias."""
        return self._join((table, alias, id_column), table, f"{alias}.id", id_column=id_column)

    def joined(self, key: tuple[str, ...], join: Callable[[str], Sql]) -> str:
        """Join what is given for a new alias, once for each key; the alias."""
        if key not in self._known:
            alias = self._known[key] = f"{self.alias}{len(self._known) + 1}"
            self.joins.append(join(alias))
        return self._known[key]

    def where(self, condition: Condition, *, is_trusted: bool) -> Sql:
        """A condition on the records. Trusted ones (access, base) may name any column and see through any reference."""
        if condition == TRUE:
            return Sql("TRUE")
        me = me_for(self.me, self.by, condition) if is_trusted else self.me
        return compile_condition(condition, KindResolver(self, is_trusted=is_trusted), me=me, zone=firm_zone())

    def alive(self, *, by: Actor, verb: str, with_deleted: bool = False, allowed: Condition | None = None) -> Sql:
        """The records of this kind that the actor may use the verb on, or those of them that are `allowed`."""
        if allowed is None:
            allowed = predicate(self.kind, by=by, verb=verb)  # type: ignore[arg-type]
        parts = [each for each in (self.kind.base, allowed) if each != TRUE]
        sql = self.where(All(tuple(parts)), is_trusted=True)
        if with_deleted or "deleted_at" not in model_columns(self.kind.model):
            return sql
        return Sql(f"{self.alias}.deleted_at IS NULL AND ({sql.text})", sql.params)

    def beside(self, kind: ObjectType) -> Tables:
        """FROM of a subquery about records of another kind, whose names cannot be taken for any of this one's."""
        key = ("beside", kind.key, str(len(self._known)))
        alias = self._known[key] = f"{self.alias}{len(self._known) + 1}"
        return Tables(kind, self.by, self.me, f"{alias}_")

    def _join(self, key: tuple[str, ...], table: str, sql: str, also: str = "", id_column: str = "id") -> str:
        if key not in self._known:
            alias = self._known[key] = f"{self.alias}{len(self._known) + 1}"
            on = f'{alias}."{id_column}" = {sql}{also.format(alias=alias)}'
            self.joins.append(Sql(f'LEFT JOIN "{table}" {alias} ON {on}'))
        return self._known[key]


@dataclass(frozen=True, slots=True)
class KindResolver(Resolver):
    """`conditions.Resolver` for a kind: fields, facts, and dotted fields of the records it refers to."""

    tables: Tables
    is_trusted: bool = False

    def column(self, field: str) -> Column:
        tables = self.tables
        place = _place(tables, tables.kind, tables.alias, field, is_trusted=self.is_trusted)
        # What is cleaned by one of these types is a word of theirs or nothing.
        is_never_blank = (
            isinstance(place.type, ChoiceType | CountryType) and place.is_null and place.alias == tables.alias
        )
        return Column(place.sql, (), place.type.column, is_never_blank=is_never_blank)

    def events(self) -> EventSource:
        kind, alias = self.tables.kind, self.tables.alias
        if kind.events is not None:
            source = kind.events(alias)
        else:
            source = EventSource(
                Sql("timeline_event e"),
                Sql(f"e.subject_kind = %s AND e.subject_id = {alias}.id", (kind.key,)),
                event_property,
            )
        return source if self.is_trusted else self._said(source)

    def relation(self, key: str) -> RelationSource:
        """A relation that is not there for the actor any more has no records."""
        tables = self.tables
        relation = relation_of(tables.kind, key, by=tables.by)
        if relation is None:
            return RelationSource(self, lambda: Sql("(VALUES (1)) AS none (id)"), Sql("FALSE"), "now()", "none.id")
        if relation.field.is_custom:
            want_index(relation.kind, relation.field)
        inner = tables.beside(relation.kind)
        named = sql_of(relation.field, inner.alias)
        link = f"{named} @> ARRAY[{tables.alias}.id]" if relation.is_many else f"{named} = {tables.alias}.id"
        alive = inner.alive(by=tables.by, verb="view")
        return RelationSource(
            KindResolver(inner), inner.sql, Sql(f"{link} AND {alive.text}", alive.params),
            f'{inner.alias}."{relation.kind.since}"', f"{inner.alias}.id",
        )  # fmt: skip

    def member(self, segment: str, as_of: Sql | None) -> Sql:
        return is_member(self.tables.kind, segment, f"{self.tables.alias}.id", as_of)

    def changes(self, field: str) -> ChangeSource:
        kind = self.tables.kind
        declared = field_of(kind, field)
        type = declared.type.column if declared is not None else ColumnType.TEXT
        keys = [each.key for each in object_types.values() if each.table == kind.table]
        is_hidden = not self.is_trusted and field in hidden(kind, self.tables.by)
        text = f"h.object_key = ANY(%s) AND h.record_id = {self.tables.alias}.id AND h.kind = 'update'"
        old, new = (_logged(place, field, type) for place in (0, 1))
        matches = Sql("FALSE") if is_hidden else Sql(f'{text} AND h."values" ? %s', (keys, field))
        return ChangeSource(Sql("timeline_change h"), matches, old, new)

    def _said(self, source: EventSource) -> EventSource:
        """Without what the properties say of fields that the actor may not read."""
        return replace(source, property=partial(_said_property, source, self.tables.by))


def _said_property(source: EventSource, by: Actor, event: str, key: str) -> Column:
    told = source.property(event, key)
    if key not in unaskable_properties(event, by):
        return told
    return Column(f"NULL::{_NULLS.get(told.type, 'text')}", (), told.type)


def _logged(place: int, field: str, type: ColumnType) -> Column:
    """The old value (0) or the new one (1) in a row `h` of the change log; of money the amount."""
    item, text = f'(h."values"->%s->{place})', f'(h."values"->%s->>{place})'
    if type is ColumnType.MONEY:
        amount = f"coalesce({item}->>'amount', {text})"
        sql = f"CASE WHEN {amount} ~ '^-?[0-9]+([.][0-9]+)?$' THEN {amount}::numeric END"
        return Column(sql, (field,) * 4, type)
    return json_value(item, text, field, type)


def event_property(event: str, key: str) -> Column:
    """The typed column of a property of an event `e`, by the event type's declaration. For `ObjectType.events`."""
    declared = event_type(event)
    kind = next((each.kind for each in declared.properties if each.key == key), "text") if declared else "text"
    if kind == "money":
        amount = "(e.properties->%s->>'amount')"
        return Column(
            f"CASE WHEN {amount} ~ '^-?[0-9]+([.][0-9]+)?$' THEN {amount}::numeric END", (key, key), ColumnType.MONEY
        )
    return json_column("e.properties", key, PROPERTY_TYPES[kind])


def _place(tables: Tables, kind: ObjectType, alias: str, key: str, *, is_trusted: bool) -> Place:
    gone = hidden(kind, tables.by) if not is_trusted else frozenset()
    if key.startswith(FACT):
        place = _fact_place(tables, kind, alias, key)
        return _nothing(place.type, kind, alias) if key in gone else place
    head, dot, rest = key.partition(".")
    declared = field_of(kind, head)
    if dot and (declared is None and is_trusted):
        through = through_field(kind)
        declared = through if through is not None and through.key == head else None
    is_hidden = declared is not None and declared.key in gone
    if dot and declared is not None and isinstance(declared.type, RefType):
        sql = "NULL::bigint" if is_hidden else sql_of(declared, alias)
        target, joined = tables.follow(sql, declared.type.object_key, is_trusted=is_trusted)
        return _place(tables, target, joined, rest, is_trusted=is_trusted)
    columns = model_columns(kind.model)
    if declared is not None and not dot and is_hidden:
        return _nothing(declared.type, kind, alias)
    if declared is not None and not dot:
        if isinstance(declared.type, LinesType):
            return Place(f"{alias}.id", declared.type, kind, alias, is_null=False)
        column = None if is_made(declared) else columns.get(declared.sql_column)
        is_null = alias != tables.alias or column is None or column.is_null
        return Place(sql_of(declared, alias), declared.type, kind, alias, is_null)
    if is_trusted and key in columns:
        return Place(f'{alias}."{key}"', _Bare(columns[key].type), kind, alias, columns[key].is_null)
    raise ConditionError(_("There is no field “%(field)s” here.") % {"field": key[:80]})


def _nothing(type: FieldType, kind: ObjectType, alias: str) -> Place:
    return Place(f"NULL::{_NULLS.get(type.column, 'text')}", type, kind, alias, is_null=True, is_hidden=True)


def _fact_place(tables: Tables, kind: ObjectType, alias: str, key: str) -> Place:
    fact = fact_of(kind, key)
    if fact is None:
        raise ConditionError(_("There is no fact “%(fact)s” here.") % {"fact": key.removeprefix(FACT)[:80]})
    if fact.table == kind.table:
        column = model_columns(kind.model).get(fact.column)
        is_null = alias != tables.alias or column is None or column.is_null
        return Place(f'{alias}."{fact.column}"', fact.type, kind, alias, is_null)
    joined = tables.fact(fact.table, fact.id_column, alias)
    return Place(f'{joined}."{fact.column}"', fact.type, kind, alias, is_null=True)


def _Bare(column: ColumnType) -> TextType:
    """A column that no field declares, named by a `base` condition."""
    return TextType(column=column)


@cache
def model_columns(model: type[models.Model]) -> dict[str, ModelColumn]:
    """The columns of a table by name."""
    return {
        str(each.column): ModelColumn(
            str(each.db_type(connection)), each.null, _TYPES.get(each.get_internal_type(), ColumnType.TEXT)
        )
        for each in model._meta.concrete_fields
    }


_NULLS = {
    **dict.fromkeys((ColumnType.WHOLE, ColumnType.MEMBER, ColumnType.TEAM, ColumnType.REF), "bigint"),
    **dict.fromkeys((ColumnType.NUMBER, ColumnType.MONEY), "numeric"),
    ColumnType.FLAG: "boolean", ColumnType.MOMENT: "timestamptz", ColumnType.DAY: "date", ColumnType.LIST: "text[]",
    ColumnType.REFS: "bigint[]",
}  # fmt: skip

_TYPES = {
    **dict.fromkeys(("BigAutoField", "AutoField", "IntegerField", "BigIntegerField", "SmallIntegerField",
                     "PositiveIntegerField", "ForeignKey", "OneToOneField"), ColumnType.WHOLE),
    "DecimalField": ColumnType.NUMBER, "FloatField": ColumnType.NUMBER, "BooleanField": ColumnType.FLAG,
    "DateTimeField": ColumnType.MOMENT, "DateField": ColumnType.DAY,
}  # fmt: skip
