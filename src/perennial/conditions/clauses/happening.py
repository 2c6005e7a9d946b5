"""The events that count for a clause: of one type, within a window, where their properties match."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from perennial.conditions.clauses.compare import Compare
from perennial.conditions.nearest import with_nearest
from perennial.conditions.nodes import TRUE, Condition, walk
from perennial.conditions.resolver import Column, EventSource, Resolver, Sql, joined
from perennial.conditions.schema import EventInfo, FieldInfo, Schema
from perennial.conditions.values import is_key
from perennial.conditions.windows import Span
from perennial.foundation.errors import Text

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from perennial.conditions.check import Checker
    from perennial.conditions.lake import LakeColumn, LakeFrame
    from perennial.conditions.postgres import Frame
    from perennial.conditions.sentence import Speaker


@dataclass(frozen=True, slots=True)
class PropertySchema(Schema):
    """What may be asked of an event: its properties."""

    event_info: EventInfo

    def field(self, key: str) -> FieldInfo | None:
        return self.event_info.properties.get(key)

    def fields(self) -> Iterable[FieldInfo]:
        return self.event_info.properties.values()


def no_event(key: object, schema: Schema) -> Text:
    sentence = _("There is no event “%(event)s” here.") % {"event": str(key)[:80]}
    return with_nearest(sentence, str(key), ((each.key, each.label) for each in schema.events()))


def no_property(event: EventInfo, key: object) -> Text:
    sentence = _("The event “%(event)s” has no property “%(property)s”.")
    return sentence % {"event": event.label, "property": str(key)[:80]}


def unknown_property(event: EventInfo, key: object) -> Text:
    known = ((each.key, each.label) for each in event.properties.values())
    return with_nearest(no_property(event, key), str(key), known)


def event_of(key: object, schema: Schema) -> EventInfo | None:
    return schema.event(key) if isinstance(key, str) and is_key(key) else None


def check_where(where: Condition, event: EventInfo, checker: Checker) -> None:
    if any(node.within_it() or not _compares(node) for _depth, node in walk(where)):
        raise checker.refusal(_("“where” compares properties of the event and nothing else."))
    checker.inside(where, PropertySchema(event), lambda key: no_property(event, key))


def _compares(node: Condition) -> bool:
    return isinstance(node, Compare) or hasattr(node, "children")


def where_text(where: Condition, write: Callable[[Condition], str]) -> str:
    return "" if where == TRUE else f" where ({write(where)})"


def said_where(text: str, where: Condition, schema: Schema, speaker: Speaker) -> str:
    if where == TRUE:
        return text
    return gettext("%(clause)s (where %(conditions)s)") % {
        "clause": text, "conditions": speaker.inside(where, schema),
    }  # fmt: skip


def happened(frame: Frame, event: str, within: Span | None, where: Condition) -> tuple[Sql, EventSource]:
    """FROM … WHERE … of the events that count."""
    source = frame.resolver.events()
    tests = [source.matches, Sql(f"{source.type} = %s", (event,)), frame.happened_by(source.occurred_at, within)]
    if where != TRUE:
        tests.append(frame.on(_Properties(source, event)).boolean(where))
    test = joined(tests, " AND ", "TRUE")
    return Sql(f"FROM {source.relation.text} WHERE {test.text}", (*source.relation.params, *test.params)), source


@dataclass(frozen=True, slots=True)
class _Properties(Resolver):
    source: EventSource
    event: str

    def column(self, field: str) -> Column:
        return self.source.property(self.event, field)


def lake_happened(
    frame: LakeFrame, event: str, within: Span | None, where: Condition, measured: str | None = None
) -> tuple[ir.Table, Mapping[str, LakeColumn]]:
    """The events that count, as `counting` wants them, and what is known of their properties."""
    fields = dict.fromkeys(node.field for _depth, node in walk(where) if isinstance(node, Compare))
    source = frame.resolver.events(event, {**fields, **({} if measured is None else {measured: None})})
    asked = {field: source.properties[field] for field in fields}
    names = {field: f"asked_{number}" for number, field in enumerate(fields)}
    columns = {names[field]: column.expr for field, column in asked.items()}
    if measured is not None:
        columns["measured"] = source.properties[measured].expr
    rows = source.table.select(record=source.record, at=source.occurred_at, id=source.id, **columns)
    rows = frame.each_asked(rows)
    on = frame.at(rows)
    tests = [on.happened_by(rows["at"], within)]
    if where != TRUE:
        told = {field: column._replace(expr=rows[names[field]]) for field, column in asked.items()}
        tests.append(on.telling(told).boolean(where))
    return rows.filter(tests), source.properties
