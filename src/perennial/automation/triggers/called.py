"""Started on purpose: by a person who chooses records, or by a program that calls an address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from perennial.automation.definition.scope import Scope
from perennial.automation.definition.triggers import TriggerKind, TriggerNode, register_trigger
from perennial.conditions import ColumnType


class HandTrigger(TriggerNode):
    kind: Literal["hand"] = "hand"


class WebhookTrigger(TriggerNode):
    """The call is JSON; its `key` holds the value of the record's `field`, by which the record is found."""

    kind: Literal["webhook"] = "webhook"
    field: Annotated[str, Field(max_length=80)] = "external_id"
    key: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")] = "external_id"


def _check_webhook(trigger: WebhookTrigger, scope: Scope) -> Iterator[str]:
    info = scope.schema.field(trigger.field)
    if info is None or info.type is not ColumnType.TEXT:
        yield _("Choose a text field that tells one record from another, such as the e-mail address.")


def _say_hand(trigger: HandTrigger, scope: Scope) -> str:
    return _("When somebody starts it")


def _say_webhook(trigger: WebhookTrigger, scope: Scope) -> str:
    return _("When a program calls its address")


register_trigger(TriggerKind("hand", HandTrigger, gettext_lazy("By hand"), "hand-click", _say_hand))
register_trigger(
    TriggerKind("webhook", WebhookTrigger, gettext_lazy("A call from a program"), "webhook", _say_webhook,
                _check_webhook, has_any_property=True)
)  # fmt: skip
