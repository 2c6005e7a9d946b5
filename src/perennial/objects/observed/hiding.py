"""What people do about observed events: look at them, and hide those that nobody should be offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from perennial.foundation import clock
from perennial.foundation.errors import Forbidden
from perennial.objects.made.catalogue import changed
from perennial.objects.observed.models import ObservedEvent
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import Actor

PERMISSION = "objects.shape"
_LOGGED_AS = "objects.observed_event"


@dataclass(frozen=True, slots=True)
class Observed:
    id: int
    type: str
    source: str
    seen_at: datetime
    properties: int
    is_hidden: bool


def observed(by: Actor) -> list[Observed]:
    """All of them by source and name; the hidden ones last."""
    _require(by)
    rows = ObservedEvent.objects.annotate(number=Count("properties")).order_by("source", "type")
    found = rows.values_list("pk", "type", "source", "seen_at", "number", "hidden_at")
    told = [
        Observed(id, type, source, seen, number, gone is not None) for id, type, source, seen, number, gone in found
    ]
    return sorted(told, key=lambda each: each.is_hidden)


def hide(ids: Sequence[int], *, by: Actor) -> int:
    """Offered to nobody any more, and no place is lost on them; whatever names them goes on."""
    return _set(ids, is_hidden=True, by=by)


def show(ids: Sequence[int], *, by: Actor) -> int:
    return _set(ids, is_hidden=False, by=by)


def _set(ids: Sequence[int], *, is_hidden: bool, by: Actor) -> int:
    _require(by)
    with transaction.atomic():
        rows = list(ObservedEvent.objects.select_for_update().filter(pk__in=ids, hidden_at__isnull=is_hidden))
        ObservedEvent.objects.filter(pk__in=[each.pk for each in rows]).update(
            hidden_at=clock.real_now() if is_hidden else None, hidden_by=by.log_name if is_hidden else ""
        )
        log_changes(
            [Change(_LOGGED_AS, each.pk, "configure", {"hidden": [not is_hidden, is_hidden], "type": each.type})
             for each in rows],
            actor=by.log_name, action="observed.hide" if is_hidden else "observed.show",
        )  # fmt: skip
        if rows:
            changed()
    return len(rows)


def _require(by: Actor) -> None:
    if not by.may(PERMISSION):
        raise Forbidden
