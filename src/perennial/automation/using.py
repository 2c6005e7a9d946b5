"""What automations name: asked before a field, a kind or a segment is retired."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from perennial.automation.defining import PERMISSION
from perennial.automation.definition.checking import kind_for
from perennial.automation.definition.values import placeholders
from perennial.automation.models import Automation
from perennial.objects.made.uses import Use, register_uses
from perennial.rules.models import Segment
from perennial.rules.using import register_segment_uses, unnamed
from perennial.workspace.actor import Actor

WHAT = _("Automation")


def _uses(object_key: str, field: str) -> list[Use]:
    """Automations about the kind, or about others that name it; with a field, those whose steps or conditions do."""
    found = []
    for each in Automation.objects.filter(retired_at=None).select_related("published").order_by("name"):
        for definition in _definitions(each):
            if object_key in (each.object_key, *_objects(definition)) and (not field or field in _words(definition)):
                found.append(_use(each))
                break
    return found


def _segment_uses(segment: Segment, by: Actor) -> list[Use]:
    return [
        _use(each) if by.may(PERMISSION) and kind_for(each.object_key, by=by) is not None else unnamed(WHAT)
        for each in Automation.objects.filter(retired_at=None).select_related("published").order_by("name")
        if any(segment.key in _words(definition) for definition in _definitions(each))
    ]


def _use(automation: Automation) -> Use:
    return Use(WHAT, automation.name, f"/automations/{automation.pk}/")


def _definitions(automation: Automation) -> list[Any]:
    return [automation.draft, *([automation.published.definition] if automation.published else [])]


def _objects(definition: Any) -> set[str]:
    return {value for key, value in _pairs(definition) if key == "object" and isinstance(value, str)}


def _words(definition: Any) -> set[str]:
    """All that may be a name: keys of fields that are set, and every text; of conditions and placeholders their parts.
    Rather one too many is named than one too few, for somebody looks at them before anything is retired."""
    found: set[str] = set()
    for key, value in _pairs(definition):
        found.add(key)
        if isinstance(value, str):
            found |= {value, *value.replace("(", " ").replace(",", " ").replace('"', " ").split()}
            found |= {part for each in placeholders(value) for part in (each.key, each.key.rpartition(".")[2])}
    return found | {word.partition(".")[0] for word in found}


def _pairs(definition: Any) -> Iterator[tuple[str, Any]]:
    waiting = [definition]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            yield from each.items()
            waiting.extend(each.values())
        elif isinstance(each, list):
            yield from (("", item) for item in each if isinstance(item, str))
            waiting.extend(each)


register_uses(_uses)
register_segment_uses(_segment_uses)
