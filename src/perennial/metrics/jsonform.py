"""Expressions as JSON, for the table of those that users made and for programs. What comes in is checked whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from perennial.conditions import check
from perennial.conditions.clauses.happening import PropertySchema
from perennial.conditions.errors import ConditionError
from perennial.conditions.jsonform import from_json, to_json
from perennial.conditions.schema import SUMMABLE, ColumnType, FieldInfo
from perennial.conditions.tree import TRUE, Condition
from perennial.foundation.errors import Invalid, Text
from perennial.metrics.expressions import (
    Age,
    Events,
    Expression,
    Flow,
    Flowing,
    Plain,
    Ratio,
    Records,
    Source,
    Standing,
    Subjects,
    Which,
)  # fmt: skip
from perennial.objects.fields import RefType
from perennial.objects.record_fields import field_of
from perennial.objects.schema import KindSchema, schema_of
from perennial.objects.types import ObjectType, object_types
from perennial.workspace.actor import Actor


def expression_to_json(expression: Expression) -> dict[str, Any]:
    match expression:
        case Ratio(top, bottom):
            return {"top": expression_to_json(top), "bottom": expression_to_json(bottom)}
        case Flow(source, how, value):
            return {"what": "flow", **_source_to_json(source), "how": how.value, "value": value}
        case Subjects(source, which):
            return {"what": "subjects", **_source_to_json(source), "which": which.value}
        case Standing(type, kind, property):
            return {"what": "standing", "event": type, "kind": kind, "value": property}
        case Age(kind, since, where):
            return {"what": "age", "kind": kind, "since": since, "where": to_json(where)}


def _source_to_json(source: Source) -> dict[str, Any]:
    if isinstance(source, Events):
        return {"event": source.type, "kind": source.kind, "where": to_json(source.where)}
    return {"kind": source.kind, "at": source.at, "of": source.of, "where": to_json(source.where)}


def expression_from_json(told: object, *, by: Actor) -> Expression:
    """Refuses with `Invalid`, by the part that is wrong. What the actor may not see is unknown."""
    if isinstance(told, Mapping) and {"top", "bottom"} <= set(told):
        return Ratio(_plain(told["top"], by), _plain(told["bottom"], by))
    return _plain(told, by)


def _plain(told: object, by: Actor) -> Plain:
    if not isinstance(told, Mapping):
        raise _wrong("expression", _("Say what is counted: records, events, or one number beside another."))
    kind = _kind(told.get("kind"), by)
    match told.get("what"):
        case "flow":
            source = _source(told, kind, by)
            how = _one_of(Flowing, told.get("how", "count"), "how")
            return Flow(source, how, _value(told.get("value", ""), source, how, by))
        case "subjects":
            return Subjects(_source(told, kind, by), _one_of(Which, told.get("which", "all"), "which"))
        case "standing":
            properties = _properties(told.get("event"), kind, by)
            if str(told.get("value", "")) not in properties.event_info.properties:
                raise _wrong("value", _("Choose a property of the event."))
            return Standing(properties.event_info.key, kind.key, str(told["value"]))
        case "age":
            since = _moment(told.get("since"), kind, "since", by)
            return Age(kind.key, since, _where(told.get("where"), schema_of(kind, by=by)))
    raise _wrong("what", _("Say what is counted: flow, subjects, standing or age."))


def _source(told: Mapping[Any, Any], kind: ObjectType, by: Actor) -> Source:
    if told.get("event"):
        properties = _properties(told["event"], kind, by)
        return Events(properties.event_info.key, kind.key, _where(told.get("where"), properties))
    of = str(told.get("of") or "")
    declared = field_of(kind, of) if of else None
    if of and (declared is None or not isinstance(declared.type, RefType) or schema_of(kind, by=by).field(of) is None):
        raise _wrong("of", _("Choose a field that refers to a record."))
    at = _moment(told.get("at"), kind, "at", by)
    return Records(kind.key, at, of, _where(told.get("where"), schema_of(kind, by=by)))


def _value(key: object, source: Source, how: Flowing, by: Actor) -> str:
    if how is Flowing.COUNT and not key:
        return ""
    info = _field(str(key or ""), source, by)
    if info is None or (how is not Flowing.COUNT and info.type not in SUMMABLE):
        raise _wrong("value", _("Choose a number to add up."))
    return info.key


def _field(key: str, source: Source, by: Actor) -> FieldInfo | None:
    kind = object_types[source.kind]
    return _properties(source.type, kind, by).field(key) if isinstance(source, Events) else schema_of(
        kind, by=by).field(key)  # fmt: skip


def _kind(key: object, by: Actor) -> ObjectType:
    found = object_types.get(key) if isinstance(key, str) else None
    if found is None or by.reach(found.key, "view") == 0:
        raise _wrong("kind", _("There is no such kind of record."))
    return found


def _properties(key: object, kind: ObjectType, by: Actor) -> PropertySchema:
    info = schema_of(kind, by=by).event(key) if isinstance(key, str) and 0 < len(key) <= 200 else None
    if info is None:
        raise _wrong("event", _("There is no such event."))
    return PropertySchema(info)


def _moment(key: object, kind: ObjectType, name: str, by: Actor) -> str:
    info = schema_of(kind, by=by).field(key) if isinstance(key, str) and 0 < len(key) <= 200 else None
    if info is None or info.type is not ColumnType.MOMENT:
        raise _wrong(name, _("Choose a field that holds a time."))
    return info.key


def _where(told: object, schema: KindSchema | PropertySchema) -> Condition:
    if told in (None, {}, ""):
        return TRUE
    try:
        return check(from_json(told), schema)
    except ConditionError as error:
        raise _wrong("where", str(error)) from None


def _one_of(words: Any, told: object, name: str) -> Any:
    try:
        return words(told)
    except ValueError:
        raise _wrong(name, _("Choose one of: %(words)s.") % {"words": ", ".join(words)}) from None


def _wrong(part: str, sentence: Text) -> Invalid:
    return Invalid({part: sentence})
