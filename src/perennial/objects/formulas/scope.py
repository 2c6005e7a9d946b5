"""What a formula can name: the fields of its kind, and those of the records that they refer to."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from perennial.conditions.schema import ColumnType
from perennial.foundation.errors import Text
from perennial.objects.facts import Fact
from perennial.objects.fields import (
    ChoiceType,
    Field,
    FileType,
    LinesType,
    MemberType,
    RefType,
    RichTextType,
    TeamType,
)
from perennial.objects.formulas.errors import FormulaError
from perennial.objects.formulas.literals import sql_literal
from perennial.objects.record_fields import FACT, fact_of, field_of, fields_of
from perennial.objects.stored import sql_of
from perennial.objects.types import ObjectType, object_types


class Kind(StrEnum):
    """What an expression comes to."""

    NUMBER = "number"
    MONEY = "money"
    TEXT = "text"
    FLAG = "flag"
    DAY = "day"
    MOMENT = "moment"
    EMPTY = "empty"


KIND_NAMES: dict[Kind, Text] = {
    Kind.NUMBER: _("a number"), Kind.MONEY: _("money"), Kind.TEXT: _("text"), Kind.FLAG: _("yes or no"),
    Kind.DAY: _("a date"), Kind.MOMENT: _("a date with a time"), Kind.EMPTY: _("nothing"),
}  # fmt: skip
_KINDS = {
    ColumnType.TEXT: Kind.TEXT, ColumnType.CHOICE: Kind.TEXT, ColumnType.TIME: Kind.TEXT, ColumnType.FLAG: Kind.FLAG,
    ColumnType.WHOLE: Kind.NUMBER, ColumnType.NUMBER: Kind.NUMBER, ColumnType.MONEY: Kind.MONEY,
    ColumnType.DAY: Kind.DAY, ColumnType.MOMENT: Kind.MOMENT,
}  # fmt: skip
_CASTS = {Kind.NUMBER: "numeric", Kind.MONEY: "numeric", Kind.TEXT: "text"}
_UNUSABLE = (LinesType, RichTextType, FileType)


@dataclass(frozen=True, slots=True)
class Typed:
    """An expression in SQL and what it comes to. `choices` are the keys and labels of a field that has them, whose SQL
    is the key."""

    sql: str
    kind: Kind
    choices: tuple[tuple[str, Text], ...] = ()
    literal: object = None


@dataclass
class Scope:
    """The fields of `kind` in the row that `alias` names. `used` gathers what was named, as (object key, field)."""

    kind: ObjectType
    alias: str
    used: set[tuple[str, str]] = field(default_factory=set)
    _aliases: int = 0

    def find(self, key: str, position: int) -> Typed:
        head, _dot, rest = key.partition(".")
        fact = fact_of(self.kind, f"{FACT}{key}") if rest and field_of(self.kind, head) is None else None
        if fact is not None:
            return self._fact(fact, position)
        declared = self._field(self.kind, head, position)
        if not rest:
            return self._value(self.kind, declared, self.alias, position)
        target = object_types.get(declared.type.object_key) if isinstance(declared.type, RefType) else None
        if target is None:
            sentence = _("“%(field)s” does not refer to a record, so nothing can stand behind its dot.")
            raise FormulaError(sentence % {"field": declared.label}, position)
        self.used.add((self.kind.key, declared.key))
        other = self._field(target, rest, position)
        return self._related(target, sql_of(declared, self.alias), other, position)

    def _fact(self, fact: Fact, position: int) -> Typed:
        """A fact by its key ("commerce.spent"): it stands in a row of another table."""
        found = _KINDS.get(fact.type.column)
        if found is None:
            raise FormulaError(_("“%(field)s” cannot be used in a formula.") % {"field": fact.label}, position)
        self.used.add((self.kind.key, f"{FACT}{fact.key}"))
        column = Field(fact.column, fact.type, fact.label)
        if fact.table == self.kind.table:
            sql = sql_of(column, self.alias)
        else:
            alias = self._alias()
            told = f'"{fact.table}" {alias}'
            sql = f'(SELECT {sql_of(column, alias)} FROM {told} WHERE {alias}."{fact.id_column}" = {self.alias}.id)'
        cast = _CASTS.get(found)
        choices = fact.type.choices if isinstance(fact.type, ChoiceType) else ()
        return Typed(f"({sql})::{cast}" if cast else sql, found, choices)

    def _field(self, kind: ObjectType, key: str, position: int) -> Field:
        found = field_of(kind, key) or field_of(kind, key.lower())
        if found is not None and key.lower() not in ("custom", "version"):
            return found
        keys = {each.key: each for each in fields_of(kind)}
        named = {str(each.label).lower(): each.key for each in keys.values()}
        near = difflib.get_close_matches(key.lower(), [*keys, *named], n=1, cutoff=0.6)
        sentence = _("There is no field “%(key)s” in %(kind)s.") % {"key": key[:60], "kind": kind.label_plural}
        if near:
            sentence = f"{sentence} {_('Did you mean %(near)s?') % {'near': named.get(near[0], near[0])}}"
        raise FormulaError(sentence, position)

    def _value(self, kind: ObjectType, declared: Field, alias: str, position: int) -> Typed:
        self.used.add((kind.key, declared.key))
        sql = sql_of(declared, alias)
        match declared.type:
            case RefType(object_key) if object_key in object_types:
                target = object_types[object_key]
                title = field_of(target, target.title)
                if title is not None:
                    return self._related(target, sql, title, position)
            case MemberType():
                return Typed(self._name("workspace_user", sql), Kind.TEXT)
            case TeamType():
                return Typed(self._name("workspace_team", sql), Kind.TEXT)
            case ChoiceType(choices=choices):
                return Typed(f"({sql})::text", Kind.TEXT, choices)
        found = _KINDS.get(declared.type.column)
        if found is None or isinstance(declared.type, _UNUSABLE):
            sentence = _("“%(field)s” cannot be used in a formula.") % {"field": declared.label}
            raise FormulaError(sentence, position)
        cast = _CASTS.get(found)
        return Typed(f"({sql})::{cast}" if cast else sql, found)

    def _related(self, target: ObjectType, id_sql: str, declared: Field, position: int) -> Typed:
        alias = self._alias()
        value = self._value(target, declared, alias, position)
        source = f'"{target.table}" {alias}'
        sql = f"(SELECT {value.sql} FROM {source} WHERE {alias}.id = {id_sql} AND {alias}.deleted_at IS NULL)"
        return Typed(sql, value.kind, value.choices)

    def _name(self, table: str, id_sql: str) -> str:
        alias = self._alias()
        return f"(SELECT {alias}.name FROM {table} {alias} WHERE {alias}.id = {id_sql})::text"

    def _alias(self) -> str:
        self._aliases += 1
        return f"{self.alias}_f{self._aliases}"


def as_text(value: Typed) -> str:
    """What a person reads: the label of a choice, not its key."""
    if not value.choices:
        return value.sql if value.kind is Kind.TEXT else f"({value.sql})::text"
    cases = " ".join(f"WHEN {sql_literal(key)} THEN {sql_literal(str(label))}" for key, label in value.choices)
    return f"(CASE {value.sql} {cases} ELSE {value.sql} END)"
