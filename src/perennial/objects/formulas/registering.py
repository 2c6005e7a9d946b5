"""Formula and roll-up among the types of field that users can make."""

from __future__ import annotations

from typing import Any, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from perennial.foundation.errors import Invalid
from perennial.objects.fields import FieldType
from perennial.objects.formulas.computing import (
    Expression,
    RestsOn,
    RollUp,
    check_formula,
    check_roll_up,
    formula_of,
    roll_up_of,
    type_of,
)
from perennial.objects.formulas.errors import FormulaError
from perennial.objects.formulas.reading import MOST_LETTERS
from perennial.objects.made.field_types import MadeType, NoOptions, register_made_type
from perennial.objects.made.indexing import want_index
from perennial.objects.types import ObjectType, object_types


class ComputedOptions(NoOptions):
    """`result` and `rests_on` are found out when the definition is stored, and not asked for."""

    places: int = Field(2, ge=0, le=6)
    result: str = ""
    rests_on: list[tuple[str, str]] = []


class FormulaOptions(ComputedOptions):
    formula: str = Field(max_length=MOST_LETTERS)


class RollUpOptions(ComputedOptions):
    """`relation` is "made.trip/boat": the records and their field that refers to this one."""

    relation: str = Field(pattern=r"^[a-z_.]{3,60}/[a-z][a-z0-9_]{0,59}$")
    how: Literal["count", "sum", "average", "min", "max"] = "count"
    field: str = Field("", max_length=60)

    def asked(self) -> RollUp:
        source, _slash, through = self.relation.partition("/")
        return RollUp(source, through, self.how, self.field if self.how != "count" else "")


def _settle_formula(kind: ObjectType, key: str, options: Any) -> Any:
    try:
        result, rests_on = check_formula(kind, key, options.formula)
    except FormulaError as error:
        raise Invalid({"options.formula": _told(error)}) from None
    return options.model_copy(update={"result": str(result), "rests_on": [*rests_on]})


def _settle_roll_up(kind: ObjectType, key: str, options: Any) -> Any:
    try:
        result, rests_on = check_roll_up(kind, key, options.asked())
    except FormulaError as error:
        part = "field" if options.how != "count" and error.position else "relation"
        raise Invalid({f"options.{part}": str(error.sentence)}) from None
    _hasten(options.asked())
    return options.model_copy(update={"result": result, "rests_on": [*rests_on]})


def _hasten(asked: RollUp) -> None:
    """Every row of a list looks for the records that refer to it: a relation that users made needs its index."""
    source = object_types[asked.source]
    through = source.field(asked.through)
    if through is not None and through.is_custom:
        want_index(source, through)


def _formula(object_key: str, options: Any) -> tuple[Expression, RestsOn]:
    return formula_of(object_key, options.formula, options.result, options.places), _pairs(options)


def _roll_up(object_key: str, options: Any) -> tuple[Expression, RestsOn]:
    return roll_up_of(object_key, options.asked(), options.result, options.places), _pairs(options)


def _type(options: Any) -> FieldType:
    return type_of(options.result, options.places)


def _pairs(options: ComputedOptions) -> RestsOn:
    return tuple((object_key, field) for object_key, field in options.rests_on)


def _told(error: FormulaError) -> str:
    if not error.position:
        return str(error.sentence)
    return str(_("At letter %(position)d: %(sentence)s")) % {"position": error.position, "sentence": error.sentence}


for _each in (
    MadeType("formula", _("Formula"), "math-function", FormulaOptions, _type,
             _("Computed from other fields: price * 1.2"), is_computed=True, settle=_settle_formula, compute=_formula),
    MadeType("roll_up", _("Roll-up"), "stack-2", RollUpOptions, _type,
             _("Counts or adds up records that refer to this one"), is_computed=True, settle=_settle_roll_up,
             compute=_roll_up),
):  # fmt: skip
    register_made_type(_each)
