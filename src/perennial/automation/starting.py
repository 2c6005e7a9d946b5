"""Starting on purpose: somebody chooses records, or all that match; or a program calls an address."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ConfigDict, Field

from perennial.automation.defining import digest
from perennial.automation.models import Automation
from perennial.automation.running.entering import Arrival, enter, enter_live, enter_members
from perennial.automation.running.live import Live, live_automations
from perennial.automation.triggers.called import WebhookTrigger
from perennial.conditions import TRUE
from perennial.conditions.resolver import Sql
from perennial.foundation import clock
from perennial.foundation.errors import Conflict, Invalid, NotFound
from perennial.foundation.jobs import job
from perennial.objects.actions import EVERY_KIND, Result, Run, action
from perennial.objects.fields import Whole
from perennial.objects.importing.actors import actor_named
from perennial.objects.query import allowed_ids, by_external
from perennial.objects.schema import condition_of
from perennial.objects.statements import selection
from perennial.objects.types import object_types
from perennial.workspace.actor import Actor

LARGEST_CALL = 16_000  # bytes of a webhook's body


class StartInput(BaseModel):
    model_config = ConfigDict(extra="forbid")
    automation: Annotated[int, Whole("automation", gettext_lazy("Number of the automation")), Field(ge=1, lt=2**63)]


def start_for(automation: Automation, ids: Sequence[int], *, by: Actor) -> list[Result]:
    """Let these enter, as often as the automation lets them; whoever starts it must see them."""
    kind = object_types.get(automation.object_key)
    if kind is None or automation.state != Automation.State.ON:
        raise Conflict(_("This automation is not running."))
    seen = allowed_ids(kind, ids, by=by, verb="view")
    mine = [each for each in ids if each in seen]
    entered = enter(automation, [Arrival(each, None, {}) for each in mine], now=clock.now())
    not_in = _("It does not match what this automation asks for, or may not enter again.")
    return [
        Result(each) if each in entered else Result(each, "not_let_in", not_in) if each in seen
        else Result(each, "not_found", str(NotFound.sentence))
        for each in ids
    ]  # fmt: skip


def start_all(automation: Automation, text: str, *, by: Actor) -> None:
    """Let all enter whom a filter finds, in the background. The filter is refused here when it is wrong."""
    kind = object_types.get(automation.object_key)
    if kind is None or automation.state != Automation.State.ON:
        raise Conflict(_("This automation is not running."))
    condition_of(kind, text, by=by)
    start_matching.later(automation_id=automation.pk, text=text, actor=by.log_name)


@job("automation.start_matching", queue="default", retries=0)
def start_matching(automation_id: int, text: str, actor: str) -> None:
    by = actor_named(actor)
    found = live_automations([automation_id])
    kind = found[0].kind if found else None
    if kind is not None:
        who = selection(kind, by=by, verb="view", where=condition_of(kind, text, by=by))
        mine = who.statement(f"{who.tables.alias}.id")  # asked by whoever starts it: the automation may see more
        among = Sql(f"{who.tables.alias}.id IN ({mine.text})", mine.params)
        enter_members(found[0], TRUE, now=clock.now(), key=None, also=[among])


@action(
    "automation.start",
    on=EVERY_KIND,
    verb="view",
    permission="automation.shape",
    label=gettext_lazy("Start an automation"),
    icon="player-play",
    input=StartInput,
    sentence=gettext_lazy("Started for {count} records"),
    can_undo=False,
    on_pages=False,  # pages offer the automations that there are, by name
)
def start(ids: Sequence[int], data: StartInput, *, by: Actor, run: Run) -> list[Result]:
    automation = Automation.objects.filter(pk=data.automation, retired_at=None).first()
    if automation is None:
        raise Invalid({"automation": _("There is no such automation.")})
    mine, theirs = object_types.get(run.object_key), object_types.get(automation.object_key)
    if mine is None or theirs is None or mine.table != theirs.table:  # the same number would be another's
        raise Invalid({"automation": _("This automation is about records of another kind.")})
    return start_for(automation, ids, by=by)


def called(automation_id: int, key: str) -> Live:
    """The automation that this address starts. A wrong key and an automation that is not there look the same."""
    found = live_automations([automation_id])
    secret = Automation.objects.filter(pk=automation_id).values_list("secret", flat=True).first() or ""
    if not hmac.compare_digest(secret.encode(), digest(key).encode()) or not found:
        raise NotFound
    if not isinstance(found[0].program.definition.trigger, WebhookTrigger) or found[0].kind is None:
        raise NotFound
    return found[0]


def call(live: Live, sent: Mapping[str, Any]) -> bool:
    """Whether the record that a call names was let in."""
    trigger, kind = live.program.definition.trigger, live.kind
    assert isinstance(trigger, WebhookTrigger)
    assert kind is not None
    value = sent.get(trigger.key)
    if not isinstance(value, str | int) or not str(value) or "\x00" in str(value):
        raise Invalid({trigger.key: _("Name the record here.")})
    from_outside = actor_named(live.published_by)
    record_id = by_external(kind, [str(value)], by=from_outside, on=trigger.field).get(str(value))
    if record_id is None:
        raise Invalid({trigger.key: _("There is no such record.")})
    return bool(enter_live(live, [Arrival(record_id, None, {"event": dict(sent)})], now=clock.now()))
