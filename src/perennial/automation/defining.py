"""Building, publishing, pausing, taking back: each change is logged, has its version, and is seen at once.

What is published never changes; who is on the way finishes on their version, unless they are moved to the new one.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from perennial.automation.definition.checking import checked, kind_for
from perennial.automation.definition.limits import measured
from perennial.automation.definition.program import program_of
from perennial.automation.definition.tree import Definition, read, written
from perennial.automation.models import Automation, AutomationVersion
from perennial.automation.running.following import CONSUMER
from perennial.automation.running.timers import next_due
from perennial.foundation import clock
from perennial.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from perennial.foundation.sql import execute
from perennial.objects.zones import firm_zone
from perennial.timeline.consumers import go_to_end
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import Actor

PERMISSION = "automation.shape"
OBJECT = "automation.automation"  # as the change log calls it
MOST = 1_000


def make(*, name: str, object_key: str, draft: Mapping[str, Any] | None = None, by: Actor) -> Automation:
    """A draft, empty or not; it may be wrong still, and is checked when it is published."""
    require(by)
    if kind_for(object_key, by=by) is None:
        raise Invalid({"object": _("Choose what this automation is about.")})
    if Automation.objects.filter(retired_at=None).count() >= MOST:
        raise Conflict(_("There are %(most)d automations already. Retire one that nobody uses.") % {"most": MOST})
    with transaction.atomic():
        made = Automation(name=_name(name), object_key=object_key, made_by=by.log_name,
                          draft=_draft(draft or {}, object_key))  # fmt: skip
        made.save()
        _log(made, by, {"name": made.name, "object": object_key})
    return made


def change(
    automation: Automation, *, by: Actor, version: int | None = None, name: str | None = None,
    description: str | None = None, draft: Mapping[str, Any] | None = None,
) -> Automation:  # fmt: skip
    """Change the draft, or what it is called. `version` is that which the change was made from."""
    require(by)
    with transaction.atomic():
        row = locked(automation.pk, version)
        old = {"name": row.name, "description": row.description, "draft": row.draft}
        row.name = row.name if name is None else _name(name)
        row.description = row.description if description is None else description.strip()[:4000]
        row.draft = row.draft if draft is None else _draft(draft, row.object_key)
        new = {"name": row.name, "description": row.description, "draft": row.draft}
        _store(row, by, {key: [old[key], new[key]] for key in old if old[key] != new[key]})
    return row


def publish(
    automation: Automation, *, by: Actor, version: int | None = None, note: str = "", moves: bool = False
) -> AutomationVersion:
    """Let records enter by the draft from now on. `moves` takes those on their way along, to the step of the same key;
    who stands at one that is no more finishes on the old version. Raises `Invalid` with every fault, by step."""
    require(by)
    if by.kind != "user":
        raise Forbidden(_("People publish automations: an automation acts with the rights of whoever published it."))
    with transaction.atomic():
        row = locked(automation.pk, version)
        definition = checked(read(row.draft), by=by)
        made = _keep_version(row, definition, note, by)
        _begin(row, definition)
        if moves:
            move_running(row.pk, made.pk, list(program_of(definition).places))
        _store(row, by, {"published": made.number, "note": made.note})
    return made


def pause(automation: Automation, *, by: Actor) -> None:
    """Nobody enters and nobody moves; everybody keeps their place."""
    _switch(automation, Automation.State.PAUSED, by)


def resume(automation: Automation, *, by: Actor) -> None:
    _switch(automation, Automation.State.ON, by)


def roll_back(automation: Automation, number: int, *, by: Actor, moves: bool = False) -> AutomationVersion:
    """Publish an earlier version again, under a new number; the draft becomes it too."""
    require(by)
    earlier = AutomationVersion.objects.filter(automation_id=automation.pk, number=number).first()
    if earlier is None:
        raise NotFound
    with transaction.atomic():
        changed = change(automation, by=by, draft=earlier.definition)
        return publish(changed, by=by, note=_("As version %(number)d was") % {"number": number}, moves=moves)


def retire(automation: Automation, *, by: Actor) -> None:
    """Put it away, with its runs and its log. Who is on the way stops."""
    require(by)
    with transaction.atomic():
        row = locked(automation.pk, None)
        row.retired_at, row.state, row.next_at = clock.real_now(), Automation.State.PAUSED, None
        execute(
            "UPDATE automation_run SET state = 'stopped', ended_at = %s, due_at = NULL, awaits = ''"
            " WHERE automation_id = %s AND state = 'moving'",
            [clock.now(), row.pk],
        )
        _store(row, by, {"retired": True})


def new_secret(automation: Automation, *, by: Actor) -> str:
    """A key for the address of a webhook, told once; the one before it opens nothing any more."""
    require(by)
    key = secrets.token_urlsafe(24)
    with transaction.atomic():
        row = locked(automation.pk, None)
        row.secret = digest(key)
        _store(row, by, {"secret": "new"})
    return key


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def move_running(automation_id: int, version_id: int, steps: list[str]) -> int:
    """Take those on their way to another version, where it has their step; how many."""
    return execute(
        "UPDATE automation_run SET version_id = %s WHERE automation_id = %s AND state = 'moving' AND version_id <> %s"
        " AND step = ANY(%s::text[]) AND context -> 'loops' IS NULL",
        [version_id, automation_id, version_id, steps],
    )


def locked(automation_id: int, version: int | None) -> Automation:
    row = Automation.objects.select_for_update().filter(pk=automation_id, retired_at=None).first()
    if row is None:
        raise NotFound
    if version is not None and row.version != version:
        raise Stale
    return row


def require(by: Actor) -> None:
    if not by.may(PERMISSION):
        raise Forbidden


def _switch(automation: Automation, state: Automation.State, by: Actor) -> None:
    require(by)
    with transaction.atomic():
        row = locked(automation.pk, None)
        if row.published is None:
            raise Conflict(_("This automation was never published. Publish it first."))
        if row.state == state:
            return
        old, row.state, row.paused_why = row.state, state, ""
        if state == Automation.State.ON:
            _begin(row, read(row.published.definition))
        _store(row, by, {"state": [old, state.value]})


def _begin(row: Automation, definition: Definition) -> None:
    """From now on: what stands in the logs already starts nothing."""
    others = Automation.objects.filter(published__isnull=False, retired_at=None).exclude(pk=row.pk)
    if row.state == Automation.State.DRAFT and not others.exists():
        go_to_end(CONSUMER, "timeline_event")
        go_to_end(CONSUMER, "timeline_change")
    row.state, row.paused_why = Automation.State.ON, ""
    row.next_at = next_due(definition, clock.now(), firm_zone())


def _keep_version(row: Automation, definition: Definition, note: str, by: Actor) -> AutomationVersion:
    last = AutomationVersion.objects.filter(automation=row).order_by("-number").first()
    made = AutomationVersion.objects.create(
        automation=row, number=last.number + 1 if last else 1, definition=written(definition),
        note=note.strip()[:400], published_by=by.log_name,
    )  # fmt: skip
    row.published = made
    return made


def _store(row: Automation, by: Actor, told: Mapping[str, Any]) -> None:
    if told:
        row.version += 1
        row.changed_at = clock.real_now()
        row.save()
        _log(row, by, told)


def _log(row: Automation, by: Actor, told: Mapping[str, Any]) -> None:
    log_changes([Change(OBJECT, row.pk, "configure", dict(told))], actor=by.log_name, action="automation.shape")


def _draft(draft: Mapping[str, Any], object_key: str) -> dict[str, Any]:
    return {**measured(dict(draft)), "object": object_key}


def _name(name: str) -> str:
    cleaned = " ".join(name.replace("\x00", "").split())[:200]
    if not cleaned:
        raise Invalid({"name": _("Give it a name.")})
    return cleaned
