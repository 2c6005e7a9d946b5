"""A record is made, or changed: any of its fields, some of them, or one to a certain value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field, JsonValue

from perennial.automation.definition.listening import Listens
from perennial.automation.definition.scope import Scope
from perennial.automation.definition.triggers import TriggerKind, TriggerNode, register_trigger
from perennial.conditions import ColumnType, FieldInfo
from perennial.conditions.schema import EventInfo

CREATED, CHANGED = "created", "changed"
_SORTS = {CREATED: ("create", "restore"), CHANGED: ("update",)}


class ChangeTrigger(TriggerNode):
    """`to` is the new value of the one field named. What an import writes starts nothing unless `with_imports`."""

    kind: Literal["change"] = "change"
    on: Literal["created", "changed"] = "changed"
    fields: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    to: JsonValue = None
    with_imports: bool = False


def _check(trigger: ChangeTrigger, scope: Scope) -> Iterator[str]:
    for key in trigger.fields:
        if scope.kind.field(key) is None or scope.schema.field(key) is None:
            yield _("There is no field “%(key)s” here.") % {"key": key[:80]}
    if trigger.on == CREATED and trigger.fields:
        yield _("A record that is new has no field that changed. Ask for its fields in the entry condition.")
    if trigger.to is not None and len(trigger.fields) != 1:
        yield _("Name the one field that gets this value.")


def _sentence(trigger: ChangeTrigger, scope: Scope) -> str:
    if trigger.on == CREATED:
        return _("When a record is made: %(kind)s") % {"kind": str(scope.kind.label)}
    named = {each.key: str(each.label) for each in scope.kind.fields}
    fields = ", ".join(named.get(key, key) for key in trigger.fields)
    if not fields:
        return _("When anything of it changes")
    if trigger.to is not None:
        return _("When “%(fields)s” becomes %(value)s") % {"fields": fields, "value": trigger.to}
    return _("When it changes: %(fields)s") % {"fields": fields}


def _event(trigger: ChangeTrigger, scope: Scope) -> EventInfo | None:
    properties = {key: FieldInfo(key, key, ColumnType.TEXT) for key in ("field", "before", "after")}
    return EventInfo("change", _("Change"), properties) if trigger.on == CHANGED else None


def _listens(trigger: ChangeTrigger) -> Listens:
    return Listens(
        changes=_SORTS[trigger.on], fields=frozenset(trigger.fields), has_value=trigger.to is not None,
        value=trigger.to, takes_imports=trigger.with_imports,
    )  # fmt: skip


register_trigger(
    TriggerKind("change", ChangeTrigger, gettext_lazy("A record is made or changed"), "pencil-bolt", _sentence, _check,
                _event, _listens)
)  # fmt: skip
