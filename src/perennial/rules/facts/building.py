"""From the rows of definitions to the declarations that everything reads, in every process."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from perennial.conditions.clauses.happening import PropertySchema
from perennial.conditions.errors import ConditionError
from perennial.conditions.sentence import to_sentence
from perennial.conditions.tree import TRUE
from perennial.objects.facts import Aggregate, Fact, Formula, put_made_facts
from perennial.objects.fields import FieldType, MomentType
from perennial.objects.formulas.computing import type_of
from perennial.objects.made.catalogue import when_built
from perennial.objects.observed.types import event_type
from perennial.objects.record_fields import field_of
from perennial.objects.schema import KindSchema
from perennial.objects.types import ObjectType, object_types
from perennial.rules.facts.checking import condition_on, property_schema
from perennial.rules.facts.models import MadeFact
from perennial.rules.facts.options import HOWS, EventOptions, FormulaOptions, RecordOptions, options_of
from perennial.rules.facts.rewinding import past_of_made
from perennial.rules.facts.values import table_of, there_are_tables
from perennial.workspace.actor import SYSTEM


def take_over() -> None:
    """What the definitions say now. One whose table is not there yet, after an archive was loaded, waits for it."""
    rows = list(MadeFact.objects.filter(retired_at=None).order_by("id"))
    tables = there_are_tables() if rows else set()
    put_made_facts([fact for each in rows if table_of(each) in tables and (fact := declared(each)) is not None])


def forget() -> None:
    """Between tests."""
    put_made_facts([])


def declared(made: MadeFact) -> Fact | None:
    """None where its kind is retired, or its definition is of another version of Perennial."""
    kind = object_types.get(made.object_key)
    if kind is None:
        return None
    try:
        options = options_of(made.form, made.options)
    except (ValidationError, KeyError):
        return None
    made_of = _made_of(kind, options)
    return Fact(
        made.key, made.object_key, made.label, type_of_values(made, options), table_of(made), "value",
        made.description or sentence_of(kind, options), id_column="record_id",
        rests_on=tuple((object_key, field) for object_key, field in made.rests_on), made_of=made_of, flips="flips_at",
        past=past_of_made(made.object_key, made_of, made.result, options.places),
    )  # fmt: skip


def type_of_values(made: MadeFact, options: EventOptions | RecordOptions | FormulaOptions) -> FieldType:
    if made.result == "moment" and not isinstance(options, FormulaOptions) and options.is_since:
        return MomentType(look="since")
    return type_of(made.result, options.places)


def sentence_of(kind: ObjectType, options: EventOptions | RecordOptions | FormulaOptions) -> str:
    """What it says, for people: "How many: Page viewed, where url contains “shop”, in the last 30 days"."""
    if isinstance(options, FormulaOptions):
        return options.formula
    what, schema = _counted(kind, options)
    parts = [f"{HOWS[options.how]}: {what}"]
    if options.of and schema is not None and (info := schema.field(options.of)) is not None:
        parts[0] = f"{HOWS[options.how]} ({info.label}): {what}"
    try:
        condition = condition_on(options.where, schema) if schema is not None else TRUE
    except ConditionError:
        condition = TRUE
    if condition != TRUE and schema is not None:
        parts.append(str(_("where %(condition)s")) % {"condition": to_sentence(condition, schema)})
    if options.within_days is not None:
        parts.append(str(_("in the last %(days)d days")) % {"days": options.within_days})
    return ", ".join(parts)


def _counted(
    kind: ObjectType, options: EventOptions | RecordOptions
) -> tuple[str, PropertySchema | KindSchema | None]:  # fmt: skip
    if isinstance(options, EventOptions):
        event = event_type(options.event)
        return str(event.label if event else options.event), property_schema(kind, options.event, by=SYSTEM)
    source_key, _slash, key = options.relation.partition("/")
    source = object_types.get(source_key)
    if source is None:
        return options.relation, None
    through = field_of(source, key)
    return f"{source.label_plural} ({through.label if through else key})", KindSchema(source)


def _made_of(kind: ObjectType, options: EventOptions | RecordOptions | FormulaOptions) -> Aggregate | Formula:
    match options:
        case FormulaOptions():
            return Formula(options.formula, options.places)
        case EventOptions():
            schema: PropertySchema | KindSchema | None = property_schema(kind, options.event, by=SYSTEM)
            event, relation, dated_by = options.event, "", ""
        case RecordOptions():
            event, relation, dated_by = "", options.relation, options.dated_by
            source = object_types.get(relation.partition("/")[0])
            schema = KindSchema(source) if source is not None else None
    try:
        where = condition_on(options.where, schema) if schema is not None else TRUE
    except ConditionError:
        where = TRUE
    return Aggregate(options.how, event, relation, options.of, where, options.within_days, dated_by)


when_built(take_over, forget)
