"""What started each run, as far as the automation's owner may know it: for actions that tell it on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from perennial.automation.definition.scope import Scope, scope_of
from perennial.automation.running.going import Going, Traveller


def occasions_of(pairs: Sequence[tuple[Traveller, int]], going: Going) -> dict[int, dict[str, Any]]:
    """By record: the automation, what starts it, and the properties of the event that did."""
    definition = going.program.definition
    scope = scope_of(definition, going.kind, going.by)
    whole = {
        "automation": going.name, "trigger": definition.trigger.kind,
        "event": scope.event.key if scope.event is not None else "",
    }  # fmt: skip
    return {record_id: whole | {"properties": _known(each, scope)} for each, record_id in pairs}


def _known(traveller: Traveller, scope: Scope) -> dict[str, Any]:
    sent = traveller.context.get("event", {})
    changed = sent.get("field") if scope.event is not None and scope.event.key == "change" else None
    if isinstance(changed, str) and scope.schema.field(changed) is None:
        return {}  # a field that the owner may not read
    return {key: value for key, value in sent.items() if scope.knows(f"event.{key}")}
