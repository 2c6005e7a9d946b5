"""Whether a definition can be asked, and what follows from it: the type of its values and what it rests on.

A condition on what is counted compares with fixed values alone: one that moves with time, or looks at other records,
would change without anybody having touched what is counted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _
from pydantic import ValidationError

from perennial.conditions.check import check
from perennial.conditions.clauses.happening import PropertySchema
from perennial.conditions.errors import ConditionError
from perennial.conditions.schema import ColumnType
from perennial.conditions.text import parse
from perennial.conditions.tree import TRUE, All, Any, Compare, Condition, Neither, walk
from perennial.foundation.errors import Invalid, Text
from perennial.objects.access import widest_reach
from perennial.objects.fields import Field, MoneyType, RefType
from perennial.objects.formulas.compiling import compiled
from perennial.objects.formulas.errors import FormulaError
from perennial.objects.formulas.scope import Scope
from perennial.objects.observed.types import event_type
from perennial.objects.record_fields import FACT, fact_of, field_of
from perennial.objects.schema import KindSchema, schema_of
from perennial.objects.types import ObjectType, object_types
from perennial.rules.facts.fixed import FIXED, is_plain
from perennial.rules.facts.options import (
    FORMS,
    OF_SOMETHING,
    EventOptions,
    FormulaOptions,
    Options,
    RecordOptions,
    options_of,
)
from perennial.workspace.actor import Actor
from perennial.workspace.rights import Reach

RestsOn = tuple[tuple[str, str], ...]
_RESULTS = {
    ColumnType.WHOLE: "number", ColumnType.NUMBER: "number", ColumnType.MONEY: "money", ColumnType.TEXT: "text",
    ColumnType.CHOICE: "text", ColumnType.FLAG: "flag", ColumnType.MOMENT: "moment", ColumnType.DAY: "day",
}  # fmt: skip
_SUMMED = frozenset({"number", "money"})
_ORDERED = frozenset({"number", "money", "moment", "day"})


@dataclass(frozen=True, slots=True)
class Checked:
    options: Options
    result: str
    rests_on: RestsOn


def checked(kind: ObjectType, form: str, given: dict[str, object], *, by: Actor) -> Checked:
    """Raises `Invalid`, by part of the options."""
    if form not in FORMS:
        raise Invalid({"form": _("Choose what the fact is made from.")})
    try:
        options = options_of(form, given)
    except ValidationError as error:
        raise Invalid({str(each["loc"][0] if each["loc"] else "form"): _said(each["type"]) for each in error.errors()}
                      ) from None  # fmt: skip
    match options:
        case EventOptions():
            return _of_events(kind, options, by)
        case RecordOptions():
            return _of_records(kind, options, by)
        case FormulaOptions():
            return _of_formula(kind, options, by)


def sources_of(kind: ObjectType) -> list[tuple[ObjectType, Field]]:
    """The relations that lead to records of this kind, or of a part of it: field by field."""
    mine = {kind.key, *kind.parts}
    return [
        (other, each)
        for other in object_types.values()
        if not other.parts
        for each in other.fields
        if isinstance(each.type, RefType) and each.type.object_key in mine and each.expression is None
    ]


def condition_on(text: str, schema: PropertySchema | KindSchema) -> Condition:
    """A condition over fixed values, checked. Raises `ConditionError`."""
    if not text.strip():
        return TRUE
    condition = check(parse(text, schema), schema)
    for _depth, node in walk(condition):
        if isinstance(node, All | Any | Neither):
            continue
        if not isinstance(node, Compare) or node.op not in FIXED:
            raise ConditionError(_("Only fixed values can be compared here. For time there is the window beside it."))
    return condition


def property_schema(kind: ObjectType, event: str, *, by: Actor) -> PropertySchema | None:
    """None for an event that is not there, or not the actor's to know of."""
    info = schema_of(kind, by=by).event(event)
    return None if info is None else PropertySchema(info)


def _of_events(kind: ObjectType, options: EventOptions, by: Actor) -> Checked:
    schema = property_schema(kind, options.event, by=by)
    if schema is None:
        raise Invalid({"event": _("There is no such event here.")})
    info = schema.field(options.of) if options.of and options.how in OF_SOMETHING else None
    if options.how in OF_SOMETHING and info is None:
        raise Invalid({"of": _("Choose the property that is looked at.")})
    result = _result(options.how, info.type if info else None)
    named = ({options.of} if info else set()) | _named(options, schema)
    return Checked(options, result, _resting_on_event(options.event, named))


def _of_records(kind: ObjectType, options: RecordOptions, by: Actor) -> Checked:
    source, through = _relation(kind, options, by)
    schema = KindSchema(source, by)
    info = schema.field(options.of) if options.how in OF_SOMETHING else None
    declared = field_of(source, options.of) if info else None
    if options.how in OF_SOMETHING and (info is None or not is_plain(declared)):
        raise Invalid({"of": _("Choose the field that is looked at.")})
    if declared is not None and isinstance(declared.type, MoneyType) and declared.type.currency:
        raise Invalid({"of": _("These amounts are in many currencies. Choose the one in the firm's own.")})
    dated = schema.field(options.dated_by)
    if dated is None or dated.type not in (ColumnType.MOMENT, ColumnType.DAY) or not is_plain(
        field_of(source, options.dated_by)
    ):  # fmt: skip
        raise Invalid({"dated_by": _("Choose a date of these records.")})
    named = _named(options, schema)
    if any(not is_plain(field_of(source, key)) for key in named):
        raise Invalid({"where": _("Only fields of these records themselves can be compared here.")})
    used = {through.key, options.dated_by, *named} | ({options.of} if declared else set())
    rests_on = ((source.key, ""), *((source.key, key) for key in sorted(used)))
    return Checked(options, _result(options.how, info.type if info else None), rests_on)


def _relation(kind: ObjectType, options: RecordOptions, by: Actor) -> tuple[ObjectType, Field]:
    source_key, _slash, key = options.relation.partition("/")
    for source, through in sources_of(kind):
        is_seen = widest_reach(source, by=by, verb="view") is not Reach.NONE
        if (source.key, through.key) == (source_key, key) and is_seen and KindSchema(source, by).field(key) is not None:
            return source, through
    raise Invalid({"relation": _("Choose which records are counted, by a field of theirs that refers to these.")})


def _of_formula(kind: ObjectType, options: FormulaOptions, by: Actor) -> Checked:
    scope = Scope(kind, "r")
    try:
        value = compiled(options.formula, scope)
    except FormulaError as error:
        raise Invalid({"formula": _told(error)}) from None
    schema = KindSchema(kind, by)
    for object_key, key in sorted(scope.used):
        declared = field_of(kind, key) if object_key == kind.key else None
        is_fact = object_key == kind.key and fact_of(kind, key) is not None
        if (not is_fact and not is_plain(declared)) or schema.field(key) is None:
            sentence = _("“%(field)s” cannot be used in a fact: only fields of the record itself, and facts.")
            raise Invalid({"formula": sentence % {"field": key.removeprefix(FACT)}})
    return Checked(options, str(value.kind), tuple(sorted(scope.used)))


def _named(options: EventOptions | RecordOptions, schema: PropertySchema | KindSchema) -> set[str]:
    """The fields that the condition names."""
    try:
        condition = condition_on(options.where, schema)
    except ConditionError as error:
        raise Invalid({"where": str(error)}) from None
    return {node.field for _depth, node in walk(condition) if isinstance(node, Compare)}


def _result(how: str, type: ColumnType | None) -> str:
    if how == "count":
        return "whole"
    if how in ("first_at", "last_at"):
        return "moment"
    result = _RESULTS.get(type) if type is not None else None
    if result is None:
        raise Invalid({"of": _("This cannot be looked at. Choose a number, a date, a word or yes or no.")})
    if how in ("sum", "average") and result not in _SUMMED:
        raise Invalid({"of": _("Only numbers can be added up.")})
    if how in ("least", "greatest") and result not in _ORDERED:
        raise Invalid({"of": _("Only numbers and dates can be compared.")})
    return result


def _resting_on_event(event: str, named: Collection[str]) -> RestsOn:
    """The kind that the event is about, and the fields that its properties tell of."""
    declared = event_type(event)
    if declared is None:
        return ()
    subject = object_types.get(declared.subject or "")
    found = {pair for each in declared.properties if each.key in named for pair in each.rests_on}
    if subject is not None:
        found.add((subject.key, ""))
        found |= {(subject.key, key) for key in named if subject.field(key) is not None}
    return tuple(sorted(found))


def _told(error: FormulaError) -> str:
    return str(_("At letter %(position)d: %(sentence)s")) % {"position": error.position, "sentence": error.sentence}


def _said(type: str) -> Text:
    if type in ("missing", "string_too_short"):
        return _("This is missing.")
    return _("This cannot be so.")
