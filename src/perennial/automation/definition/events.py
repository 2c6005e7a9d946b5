"""Event types and their properties, as triggers and waits name them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from perennial.automation.definition.scope import Scope
from perennial.conditions import TRUE, ColumnType, Condition, ConditionError, FieldInfo, check
from perennial.conditions.inmemory import can_answer, holds
from perennial.conditions.schema import EventInfo, Schema
from perennial.objects.schema import KindSchema


class _Properties(Schema):
    """What may be asked of an event: its own properties, and nothing of the record."""

    def __init__(self, event: EventInfo) -> None:
        self.properties = event.properties

    def field(self, key: str) -> FieldInfo | None:
        return self.properties.get(key)


def event_of(key: str, scope: Scope) -> EventInfo | None:
    """The event as its builder may know it."""
    return KindSchema(scope.kind, scope.by).event(key)


def fault_of_event(key: str, where: Condition, scope: Scope) -> Iterator[str]:
    event = event_of(key, scope)
    if event is None:
        yield _("There is no event “%(key)s” here. Choose one from the list.") % {"key": key[:80]}
        return
    if where == TRUE:
        return
    if not can_answer(where):
        yield _("Here only properties of the event can be compared. Ask the rest in the entry condition.")
        return
    try:
        check(where, _Properties(event))
    except ConditionError as error:
        yield str(error)


def matches(where: Condition, properties: Mapping[str, Any], types: Mapping[str, ColumnType], *, now: datetime,
            zone: tzinfo) -> bool:  # fmt: skip
    """Whether the properties of an event, as they were sent, match. A value of another type than declared is none."""
    if where == TRUE:
        return True
    typed = {key: _typed(value, types.get(key, ColumnType.TEXT)) for key, value in properties.items()}
    try:
        return holds(where, typed, now=now, zone=zone)
    except (TypeError, InvalidOperation):
        return False


def types_of(event: EventInfo | None) -> dict[str, ColumnType]:
    return {key: info.type for key, info in event.properties.items()} if event else {}


def _typed(value: Any, type: ColumnType) -> Any:
    try:
        match type:
            case ColumnType.MONEY:
                return Decimal(str(value["amount"] if isinstance(value, Mapping) else value))
            case ColumnType.WHOLE | ColumnType.NUMBER:
                is_number = isinstance(value, int | float) and not isinstance(value, bool)
                return Decimal(str(value)) if is_number else None
            case ColumnType.FLAG:
                return value if isinstance(value, bool) else None
            case ColumnType.MOMENT:
                return datetime.fromisoformat(value)
            case ColumnType.DAY:
                return date.fromisoformat(value[:10])
            case ColumnType.LIST:
                return value if isinstance(value, list) else None
    except (ValueError, TypeError, KeyError, InvalidOperation):
        return None
    return value if isinstance(value, str) else None if value is None else str(value)
