"""What a test run is told of the event that would start it: a real one of the record, or one as it is written here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from perennial.automation.definition.events import matches, types_of
from perennial.automation.recent import Recent, recent_events
from perennial.automation.triggers.event import EventTrigger
from perennial.conditions.schema import ColumnType, EventInfo, FieldInfo
from perennial.foundation import clock
from perennial.foundation.errors import Invalid
from perennial.objects.zones import firm_zone
from perennial.studio.automations.asking.forms import choice
from perennial.studio.automations.building import Built
from perennial.web.kit.pages import Input
from perennial.web.kit.reader import Reader

WRITTEN = "written"
_LONGEST = 16_000
_SHOWN = 3  # values that name an event in the list


@dataclass(frozen=True, slots=True)
class Given:
    """`chosen` is the id of a real event, or `WRITTEN`. `starts` says whether the trigger lets such an event in."""

    properties: Mapping[str, Any] = field(default_factory=dict)
    chosen: str = ""
    real: Sequence[Recent] = ()
    starts: bool = True


def given_event(sent: QueryDict, built: Built, record_id: int | None) -> Given:
    """The event that was chosen; the latest of theirs where none was. Raises `Invalid`."""
    scope, declared = built.scope, built.definition.trigger
    trigger = declared if isinstance(declared, EventTrigger) else None
    if scope.has_any_property:
        return Given(_called(sent.get("call", "")), WRITTEN)
    if scope.event is None:
        return Given()
    real = recent_events(scope, trigger.event, record_id) if trigger is not None and record_id is not None else []
    known = {each.id: each for each in real}
    asked = sent.get("event", "")
    if asked == WRITTEN or not real:
        properties, chosen = _written(sent, scope.event), WRITTEN
    else:
        found = known.get(asked, real[0])
        properties, chosen = dict(found.properties), found.id
    starts = trigger is None or matches(
        trigger.where, properties, types_of(scope.event), now=clock.now(), zone=firm_zone()
    )  # fmt: skip
    return Given(properties, chosen, real, starts)


def inputs_of(built: Built, given: Given, sent: QueryDict, errors: Mapping[str, Any], reader: Reader) -> list[Input]:
    scope = built.scope
    if scope.has_any_property:
        return [Input("call", _("What the call says"), "long", sent.get("call", ""), is_whole=True,
                      placeholder='{"external_id": "17850"}', error=str(errors.get("call", "")),
                      help=_("As JSON. Steps know it as {{ event.… }}."))]  # fmt: skip
    if scope.event is None:
        return []
    found = []
    if given.real:
        options = [(each.id, _named(each, reader)) for each in given.real]
        found.append(choice("event", _("With which event"), given.chosen, [*options, (WRITTEN, _("as written below"))],
                            is_whole=True))  # fmt: skip
    return [*found, *(
        Input(f"event.{key}", _("%(event)s: %(property)s") % {"event": scope.event.label, "property": info.label},
              value=_shown(given.properties.get(key)))
        for key, info in scope.event.properties.items()
    )]  # fmt: skip


def _written(sent: QueryDict, event: EventInfo) -> dict[str, Any]:
    typed = {key: sent.get(f"event.{key}", "").strip()[:2000] for key in event.properties}
    return {key: _read(event.properties[key], text) for key, text in typed.items() if text}


def _read(info: FieldInfo, text: str) -> Any:
    """As an event would hold it; what cannot be read so stays the text that it is."""
    match info.type:
        case ColumnType.WHOLE | ColumnType.NUMBER:
            try:
                return json.loads(text) if text[-1:].isdigit() else text
            except ValueError:
                return text
        case ColumnType.FLAG:
            return {"true": True, "false": False}.get(text.lower(), text)
        case ColumnType.LIST:
            return [part for each in text.split(",") if (part := each.strip())]
        case ColumnType.MONEY:
            amount, _space, currency = text.partition(" ")
            return {"amount": amount, "currency": currency} if currency else amount
    return text


def _called(text: str) -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        said = json.loads(text[:_LONGEST])
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise Invalid({"call": _("This is no JSON object.")})
    return said


def _named(recent: Recent, reader: Reader) -> str:
    values = [text for each in recent.properties.values() if (text := _shown(each))][:_SHOWN]
    return f"{reader.moment(recent.at)}: {', '.join(values)}" if values else reader.moment(recent.at)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['amount']} {value.get('currency', '')}".strip() if "amount" in value else json.dumps(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(_shown, value))[:200]
    return "" if value is None else str(value)[:200]
