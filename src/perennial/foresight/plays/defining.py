"""Making, changing, starting, pausing and retiring a play: each in the change log, each seen at once.

What decides who is compared with whom (whom it is about, what is counted, the horizon, the share of the control group)
is settled when the play starts: to change it then would compare people who were treated under different rules. A new
play begins anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from perennial.foresight.plays.checking import Checked, PlayAsked, asked_of, checked, stored_rule
from perennial.foresight.plays.models import Play
from perennial.foresight.plays.planning import plan_of
from perennial.foundation import clock
from perennial.foundation.errors import Conflict, Forbidden, NotFound, Stale
from perennial.objects.made.keys import choice_key
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import SYSTEM, Actor

PERMISSION = "automation.shape"  # a play does things by itself, as an automation does
LOGGED_AS = "foresight.play"
MOST = 200
_SETTLED = ("object_key", "metric", "horizon_days", "control_share", "pool")
State = Play.State


def make_play(told: Mapping[str, Any], *, by: Actor, key: str = "") -> Play:
    """`told` is a `PlayAsked` as JSON. `key` is what one of the library is known by."""
    require(by)
    asked = asked_of(told)
    found = checked(asked, by=by)
    if Play.objects.filter(retired_at=None).count() >= MOST:
        raise Conflict(_("There are %(most)d plays already. Retire one that nobody uses.") % {"most": MOST})
    with transaction.atomic():
        taken = set(Play.objects.values_list("key", flat=True))
        made = Play(key=key if key and key not in taken else choice_key(asked.name, taken), made_by=by.log_name,
                    **_columns(asked, found))  # fmt: skip
        made.save()
        _log(made, by, "create", {"key": made.key, **_told(asked)})
    return made


def change_play(play: Play, told: Mapping[str, Any], *, by: Actor, version: int | None = None) -> Play:
    """`told` is the whole description anew. `version` is that which it was made from."""
    require(by)
    asked = asked_of(told)
    found = checked(asked, by=by)
    with transaction.atomic():
        row = locked(play.pk, version)
        new = _columns(asked, found)
        old = {name: getattr(row, name) for name in new}
        changed = {name: [_plain(old[name]), _plain(new[name])] for name in new if old[name] != new[name]}
        if row.started_at is not None and any(name in changed for name in _SETTLED):
            raise Conflict(
                _("This play has started: whom it is about, what it counts, its horizon and its control group stay."
                  " Make a new play for another question.")
            )  # fmt: skip
        for name, value in new.items():
            setattr(row, name, value)
        _store(row, by, changed)
    return row


def start_play(play: Play, *, by: Actor) -> Play:
    """People enter from now on, and are treated by the rights of whoever starts it. What it can see is settled first,
    on the past of others: how many it takes, and up to which sum an amount counts."""
    require(by)
    if by.kind != "user":
        raise Forbidden(_("People start plays: a play acts with the rights of whoever started it."))
    asked = PlayAsked.model_validate(asked_from(play))
    checked(asked, by=by)
    plan = plan_of(play, by=SYSTEM) if play.started_at is None else None
    with transaction.atomic():
        row = locked(play.pk, None)
        if row.state == State.RUNNING:
            return row
        told: dict[str, Any] = {"state": [row.state, State.RUNNING.value]}
        if row.started_at is None and plan is not None:
            row.started_at, row.planned, row.cap = clock.now(), plan.people, plan.cap
            told |= {"planned": [None, plan.people], "cap": [None, plan.cap]}
        row.state, row.paused_why, row.started_by = State.RUNNING, "", by.log_name
        _store(row, by, told)
    return row


def pause_play(play: Play, *, by: Actor, why: str = "") -> None:
    """Nobody enters and nobody is treated; who has entered is measured on."""
    require(by)
    with transaction.atomic():
        row = locked(play.pk, None)
        if row.state == State.RUNNING:
            row.state, row.paused_why = State.PAUSED, why[:400]
            _store(row, by, {"state": ["running", "paused"], "why": why})


def retire_play(play: Play, *, by: Actor) -> None:
    require(by)
    with transaction.atomic():
        row = locked(play.pk, None)
        row.retired_at, row.state = clock.real_now(), State.PAUSED if row.started_at else row.state
        _store(row, by, {"retired": [False, True]})


def asked_from(play: Play) -> dict[str, Any]:
    """The description that a play was made of."""
    return {
        "name": play.name, "description": play.description, "object": play.object_key, "rule": play.rule,
        "acts": play.acts, "metric": play.metric, "owner": play.owner_id, "is_by_hand": play.is_by_hand,
        "capacity": play.capacity, "cost": play.cost, "worth": play.worth,
        "horizon_days": play.horizon_days, "control_share": play.control_share, "prior": play.prior, "pool": play.pool,
    }  # fmt: skip


def locked(play_id: int, version: int | None) -> Play:
    row = Play.objects.select_for_update().filter(pk=play_id, retired_at=None).first()
    if row is None:
        raise NotFound
    if version is not None and row.version != version:
        raise Stale
    return row


def require(by: Actor) -> None:
    if not by.may(PERMISSION):
        raise Forbidden


def _columns(asked: PlayAsked, found: Checked) -> dict[str, Any]:
    return {
        "name": asked.name, "description": asked.description, "object_key": found.kind.key,
        "rule": stored_rule(found.rule), "acts": [each.model_dump(mode="json") for each in asked.acts],
        "metric": found.metric.key, "owner_id": asked.owner, "is_by_hand": asked.is_by_hand,
        "capacity": asked.capacity, "cost": asked.cost, "worth": asked.worth,
        "horizon_days": asked.horizon_days, "control_share": asked.control_share, "prior": asked.prior,
        "pool": found.kind.table if asked.pool is None else asked.pool,
    }  # fmt: skip


def _told(asked: PlayAsked) -> dict[str, Any]:
    return asked.model_dump(mode="json")


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | dict | list | None) else str(value)


def _store(row: Play, by: Actor, told: Mapping[str, Any]) -> None:
    if told:
        row.version += 1
        row.changed_at = clock.real_now()
        row.save()
        _log(row, by, "configure", told)


def _log(row: Play, by: Actor, how: Any, told: Mapping[str, Any]) -> None:
    log_changes([Change(LOGGED_AS, row.pk, how, dict(told))], actor=by.log_name, action=LOGGED_AS)
