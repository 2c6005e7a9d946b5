"""How a number is counted, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from perennial.conditions.clauses.happening import PropertySchema
from perennial.conditions.schema import Schema
from perennial.conditions.sentence import to_sentence
from perennial.conditions.tree import TRUE, Condition
from perennial.metrics.dimensions import kind_of_whom
from perennial.metrics.expressions import (
    Age,
    Events,
    Expression,
    Flow,
    Flowing,
    Plain,
    Ratio,
    Source,
    Standing,
    Subjects,
    Which,
)  # fmt: skip
from perennial.objects.schema import schema_of
from perennial.objects.types import object_types
from perennial.workspace.actor import Actor


def sentence_of(expression: Expression, *, by: Actor) -> str:
    if isinstance(expression, Ratio):
        told = {"top": _plain(expression.top, by), "bottom": _plain(expression.bottom, by)}
        return _("%(top)s, divided by: %(bottom)s") % told
    return _plain(expression, by)


def _plain(part: Plain, by: Actor) -> str:
    match part:
        case Flow(source, how, value):
            return _flow(source, how, value, by)
        case Subjects(source, which):
            return _subjects(source, which, by)
        case Standing(_type, kind, _property):
            return _("how many %(whom)s stand there at the end of the period") % {"whom": _many(kind)}
        case Age(kind, since, where):
            schema = schema_of(object_types[kind], by=by)
            told = {"since": _field(since, schema), "whom": _many(kind), "where": _where(where, schema)}
            return _("days since “%(since)s” on average over %(whom)s%(where)s, at the end of the period") % told


def _flow(source: Source, how: Flowing, value: str, by: Actor) -> str:
    told = {"what": _what(source, by), "value": _field(value, _schema(source, by)) if value else ""}
    match how:
        case Flowing.SUM:
            return _("sum of “%(value)s” over %(what)s") % told
        case Flowing.AVERAGE:
            return _("average of “%(value)s” over %(what)s") % told
    return _("number of %(what)s") % told


def _subjects(source: Source, which: Which, by: Actor) -> str:
    told = {"whom": str(kind_of_whom(Subjects(source)).label_plural).lower(), "what": _what(source, by)}
    match which:
        case Which.NEW:
            return _("%(whom)s who have the first of their %(what)s in the period") % told
        case Which.RETURNING:
            return _("%(whom)s with %(what)s in the period and in one before it") % told
        case Which.YEAR_BEFORE:
            return _("%(whom)s with %(what)s in the 365 days before the period") % told
    return _("different %(whom)s with %(what)s") % told


def _what(source: Source, by: Actor) -> str:
    schema = _schema(source, by)
    if isinstance(source, Events):
        event = schema_of(object_types[source.kind], by=by).event(source.type)
        return _("events “%(event)s”%(where)s") % {
            "event": event.label if event is not None else source.type, "where": _where(source.where, schema),
        }  # fmt: skip
    told = {"what": _many(source.kind), "at": _field(source.at, schema), "where": _where(source.where, schema)}
    return _("%(what)s (by “%(at)s”)%(where)s") % told


def _schema(source: Source, by: Actor) -> Schema:
    schema = schema_of(object_types[source.kind], by=by)
    event = schema.event(source.type) if isinstance(source, Events) else None
    return PropertySchema(event) if event is not None else schema


def _where(where: Condition, schema: Schema) -> str:
    return "" if where == TRUE else _(" where %(rule)s") % {"rule": to_sentence(where, schema)}


def _field(key: str, schema: Schema) -> str:
    info = schema.field(key)
    return str(info.label) if info is not None else key


def _many(kind: str) -> str:
    return str(object_types[kind].label_plural).lower()
