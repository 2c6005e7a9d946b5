"""The two computed types of field: what a definition of theirs comes to in a row, and whether it can be so at all.

A definition is checked when it is made; what it names may be retired later. Then it is empty until that comes back.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext_lazy as _

from perennial.objects.access import me_of
from perennial.objects.columns import Tables
from perennial.objects.fields import (
    DayType,
    Field,
    FieldType,
    FlagType,
    MomentType,
    MoneyType,
    NumberType,
    RefsType,
    RefType,
    TextType,
    WholeType,
)
from perennial.objects.formulas.compiling import compiled, finished
from perennial.objects.formulas.errors import FormulaError
from perennial.objects.formulas.functions import CALENDAR, NUMERIC
from perennial.objects.formulas.literals import inlined
from perennial.objects.formulas.scope import Kind, Scope, Typed
from perennial.objects.record_fields import field_of
from perennial.objects.stored import sql_of
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import SYSTEM

Expression = Callable[[str], str]
RestsOn = tuple[tuple[str, str], ...]
COUNT = "count"
HOWS = {
    COUNT: _("How many"), "sum": _("The sum"), "average": _("The average"), "min": _("The least or first"),
    "max": _("The greatest or last"),
}  # fmt: skip
_NULLS = {Kind.NUMBER: "numeric", Kind.MONEY: "numeric", Kind.TEXT: "text", Kind.FLAG: "boolean", Kind.DAY: "date",
          Kind.MOMENT: "timestamptz"}  # fmt: skip
_DEEPEST = 12  # computed fields that rest on one another
_depth: ContextVar[int] = ContextVar("formula_depth", default=0)


@dataclass(frozen=True, slots=True)
class RollUp:
    """Over the records of `source` whose field `through` refers to this one: how many, or what of their `field`."""

    source: str
    through: str
    how: str
    field: str = ""


def type_of(kind: str, places: int) -> FieldType:
    """The type of field that an expression of this kind makes."""
    types: dict[str, FieldType] = {
        Kind.NUMBER: NumberType(places), Kind.MONEY: MoneyType(), Kind.FLAG: FlagType(), Kind.DAY: DayType(),
        Kind.MOMENT: MomentType(), "whole": WholeType(0, 2**53),
    }  # fmt: skip
    return types.get(kind, TextType(1000))


def formula_of(object_key: str, text: str, kind: str, places: int) -> Expression:
    return partial(_formula_sql, object_key, text, kind, places)


def roll_up_of(object_key: str, asked: RollUp, kind: str, places: int) -> Expression:
    return partial(_roll_up_sql, object_key, asked, kind, places)


def check_formula(kind: ObjectType, key: str, text: str) -> tuple[Kind, RestsOn]:
    """What a formula comes to and what it rests on. Raises `FormulaError`."""
    scope = Scope(kind, "r")
    value = compiled(text, scope)
    rests_on = tuple(sorted(scope.used))
    _refuse_circle((kind.key, key), rests_on)
    return value.kind, rests_on


def check_roll_up(kind: ObjectType, key: str, asked: RollUp) -> tuple[str, RestsOn]:
    """The same of a roll-up."""
    value = _rolled_up(kind, asked, "r")
    rests_on = ((asked.source, asked.through), *(((asked.source, asked.field),) if asked.field else ()))
    _refuse_circle((kind.key, key), rests_on)
    return "whole" if asked.how == COUNT else str(value.kind), rests_on


def sources_of(kind: ObjectType) -> list[tuple[ObjectType, Field]]:
    """The relations that lead to records of this kind: what a roll-up can go over."""
    return [
        (other, field)
        for other in object_types.values()
        if not other.parts
        for field in other.fields
        if isinstance(field.type, RefType | RefsType) and field.type.object_key == kind.key
    ]


def _formula_sql(object_key: str, text: str, kind: str, places: int, alias: str) -> str:
    return _safely(kind, places, lambda: compiled(text, Scope(object_types[object_key], alias)))


def _roll_up_sql(object_key: str, asked: RollUp, kind: str, places: int, alias: str) -> str:
    return _safely(kind, places, lambda: _rolled_up(object_types[object_key], asked, alias))


def _safely(kind: str, places: int, make: Callable[[], Typed]) -> str:
    """Empty where what it names is not there any more, or means something else now."""
    wanted = Kind.NUMBER if kind == "whole" else Kind(kind)
    nothing = f"NULL::{_NULLS[wanted]}"
    depth = _depth.get()
    if depth > _DEEPEST:
        return nothing
    token = _depth.set(depth + 1)
    try:
        value = make()
        return finished(value, places) if value.kind is wanted else nothing
    except (FormulaError, KeyError):
        return nothing
    finally:
        _depth.reset(token)


def _rolled_up(kind: ObjectType, asked: RollUp, alias: str) -> Typed:
    source = object_types.get(asked.source)
    through = field_of(source, asked.through) if source is not None else None
    if source is None or through is None or not isinstance(through.type, RefType | RefsType):
        raise FormulaError(_("Choose which records are counted, by a field of theirs that refers to these."))
    if through.type.object_key != kind.key:
        raise FormulaError(_("This field of theirs does not refer to these records."))
    inner = f"{alias}_u"
    value = _aggregate(source, asked, inner)
    tables = Tables(source, SYSTEM, me_of(SYSTEM), inner)
    base = tables.where(source.base, is_trusted=True)
    link = sql_of(through, inner)
    tie = f"{alias}.id = ANY({link})" if isinstance(through.type, RefsType) else f"{link} = {alias}.id"
    made = tables.sql()
    return Typed(
        f"(SELECT {value.sql} FROM {inlined(made)} WHERE {tie} AND {inner}.deleted_at IS NULL AND ({inlined(base)}))",
        value.kind,
    )


def _aggregate(source: ObjectType, asked: RollUp, alias: str) -> Typed:
    if asked.how == COUNT:
        return Typed("count(*)::numeric", Kind.NUMBER)
    if not asked.field:
        raise FormulaError(_("Choose the field that is added up or compared."), 1)
    value = Scope(source, alias).find(asked.field, 1)
    if asked.how in ("sum", "average") and value.kind not in NUMERIC:
        raise FormulaError(_("Only numbers can be added up."), 1)
    if value.kind not in (*NUMERIC, *CALENDAR):
        raise FormulaError(_("Only numbers and dates can be compared."), 1)
    sql = {
        "sum": f"coalesce(sum({value.sql}), 0)", "average": f"avg({value.sql})", "min": f"min({value.sql})",
        "max": f"max({value.sql})",
    }[asked.how]  # fmt: skip
    return Typed(sql, value.kind)


def _refuse_circle(own: tuple[str, str], rests_on: RestsOn) -> None:
    """A field must not rest on itself, by whatever way."""
    waiting, seen = list(rests_on), set(rests_on)
    while waiting:
        object_key, key = waiting.pop()
        if (object_key, key) == own:
            raise FormulaError(_("This rests on itself, by way of another computed field."))
        kind = object_types.get(object_key)
        declared = kind.field(key) if kind is not None else None
        for each in declared.rests_on if declared is not None else ():
            if each not in seen:
                seen.add(each)
                waiting.append(each)
