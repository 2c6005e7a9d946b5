"""Saving, changing, sharing and deleting views. Each change stands in the change log, under the run that made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from perennial.foundation import clock
from perennial.foundation.errors import Forbidden, Invalid, NotFound, Stale
from perennial.foundation.ids import uuid7
from perennial.foundation.sql import execute, fetch, json
from perennial.objects.access import widest_reach
from perennial.objects.actions import Result, Run
from perennial.objects.types import ObjectType, object_types
from perennial.objects.views.checking import check_spec
from perennial.objects.views.models import View
from perennial.objects.views.reading import SHARE, SavedView, view_of
from perennial.objects.views.spec import ViewSpec, spec_to_json
from perennial.objects.writing.outcomes import keep_run, next_run_id
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import Actor
from perennial.workspace.models import Role, Team
from perennial.workspace.rights import Reach

LOGGED_AS = "objects.view"
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who sees a view, and whose role opens the list with it."""

    audience: str = "private"
    team_ids: tuple[int, ...] = ()
    default_role_ids: tuple[int, ...] = ()


def create_view(kind: ObjectType, name: str, spec: ViewSpec, *, by: Actor, sharing: Sharing | None = None) -> int:
    """Save a spec under a name; the view's id."""
    if widest_reach(kind, by=by, verb="view") is Reach.NONE:
        raise NotFound
    if by.user_id is None:
        raise Forbidden(_("A view belongs to somebody who signs in."))
    sharing = sharing or Sharing()
    name = _clean_name(name)
    spec = check_spec(spec, kind, by=by)
    _check_sharing(sharing, Sharing(), by)
    values = {"name": name, "spec": spec_to_json(spec), "audience": sharing.audience,
              "team_ids": list(sharing.team_ids), "default_role_ids": list(sharing.default_role_ids)}  # fmt: skip
    with transaction.atomic():
        (view_id,) = fetch(
            "INSERT INTO objects_view (object_key, name, spec, owner_id, audience, team_ids, default_role_ids,"
            " position, version, created_at, updated_at) VALUES (%s, %s, %s, %s, %s, %s::bigint[], %s::bigint[],"
            " (SELECT coalesce(max(position), 0) + 1 FROM objects_view WHERE object_key = %s), 1, %s, %s)"
            " RETURNING id",
            [kind.key, name, json(values["spec"]), by.user_id, sharing.audience, values["team_ids"],
             values["default_role_ids"], kind.key, clock.real_now(), clock.real_now()],
        )[0]  # fmt: skip
        _keep("create_view", view_id, "create", {"object_key": kind.key, **values}, by)
    return int(view_id)


def change_view(
    view_id: int, *, by: Actor, name: str | None = None, spec: ViewSpec | None = None, sharing: Sharing | None = None,
    position: int | None = None, version: int | None = None,
) -> None:  # fmt: skip
    """Change what is named. Raises `Stale` when somebody changed it since `version`."""
    with transaction.atomic():
        view = _locked(view_id, by)
        if version is not None and version != view.version:
            raise Stale(_("Somebody changed this view meanwhile. Open it again, or save yours under another name."))
        kind = object_types[view.object_key]
        new: dict[str, Any] = {}
        if name is not None:
            new["name"] = _clean_name(name)
        if spec is not None:
            new["spec"] = spec_to_json(check_spec(spec, kind, by=by))
        if sharing is not None:
            _check_sharing(sharing, Sharing(view.audience, view.team_ids, view.default_role_ids), by)
            new |= {"audience": sharing.audience, "team_ids": list(sharing.team_ids),
                    "default_role_ids": list(sharing.default_role_ids)}  # fmt: skip
        if position is not None:
            new["position"] = max(0, min(position, 10_000))
        old = _stored(view)
        changed = {key: value for key, value in new.items() if value != old[key]}
        if changed:
            _write(view_id, changed)
            _keep("change_view", view_id, "update", {key: [old[key], value] for key, value in changed.items()}, by)


def delete_view(view_id: int, *, by: Actor) -> None:
    """The view leaves every list; `restore_view` brings it back."""
    with transaction.atomic():
        view = _locked(view_id, by)
        execute("UPDATE objects_view SET deleted_at = %s WHERE id = %s", [clock.real_now(), view_id])
        _keep("delete_view", view_id, "delete", _stored(view), by)


def restore_view(view_id: int, *, by: Actor) -> None:
    """Bring back a view that was deleted, by whoever may change it."""
    with transaction.atomic():
        execute("UPDATE objects_view SET deleted_at = NULL WHERE id = %s AND deleted_at IS NOT NULL", [view_id])
        view = _locked(view_id, by)  # refuses, and so takes the line above back, when it is not theirs
        _keep("restore_view", view_id, "restore", _stored(view), by)


def _locked(view_id: int, by: Actor) -> SavedView:
    view = view_of(view_id, by=by, is_for_change=True)
    if not view.may_change:
        raise Forbidden(_("This view is not yours. Save yours under another name."))
    return view


def _check_sharing(new: Sharing, old: Sharing, by: Actor) -> None:
    """Everybody may share with the teams they are in; more than that needs the permission."""
    if new.audience not in View.Audience.values:
        raise Invalid({"audience": _("Share it with nobody, with teams, or with everybody.")})
    if new == old or by.may(SHARE):
        _check_there(new)
        return
    if new.audience == View.Audience.EVERYBODY or set(new.default_role_ids) != set(old.default_role_ids):
        raise Forbidden(_("Your role may share views with your own teams. Ask an administrator to share it wider."))
    if set(new.team_ids) - set(old.team_ids) - set(by.team_ids):
        raise Forbidden(_("You can share a view with the teams you are in."))
    _check_there(new)


def _check_there(sharing: Sharing) -> None:
    if sharing.audience == View.Audience.TEAMS and not sharing.team_ids:
        raise Invalid({"team_ids": _("Choose at least one team.")})
    if sharing.team_ids and Team.objects.filter(id__in=sharing.team_ids).count() < len(set(sharing.team_ids)):
        raise Invalid({"team_ids": _("There is no such team.")})
    roles = sharing.default_role_ids
    if roles and Role.objects.filter(id__in=roles).count() < len(set(roles)):
        raise Invalid({"default_role_ids": _("There is no such role.")})
    if roles and sharing.audience != View.Audience.EVERYBODY:
        raise Invalid({"default_role_ids": _("What a role sees first must be shared with everybody.")})


def _clean_name(name: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned or len(cleaned) > _LONGEST_NAME or "\x00" in cleaned:
        raise Invalid({"name": _("Give the view a name of at most 80 characters.")})
    return cleaned


def _stored(view: SavedView) -> dict[str, Any]:
    return {"name": view.name, "spec": spec_to_json(view.spec), "audience": view.audience, "position": view.position,
            "team_ids": list(view.team_ids), "default_role_ids": list(view.default_role_ids)}  # fmt: skip


def _write(view_id: int, values: Mapping[str, Any]) -> None:
    casts = {"team_ids": "::bigint[]", "default_role_ids": "::bigint[]"}
    columns = ", ".join(f'"{key}" = %s{casts.get(key, "")}' for key in values)
    params: Sequence[Any] = [json(value) if key == "spec" else value for key, value in values.items()]
    execute(
        f"UPDATE objects_view SET {columns}, version = version + 1, updated_at = %s WHERE id = %s",
        [*params, clock.real_now(), view_id],
    )


def _keep(action: str, view_id: int, kind: Any, values: Mapping[str, Any], by: Actor) -> None:
    run = replace(Run(next_run_id(), uuid7()), results=(Result(view_id),))
    log_changes([Change(LOGGED_AS, view_id, kind, values)], actor=by.log_name, action=f"objects.{action}",
                cause=run.cause, run_id=run.id)  # fmt: skip
    keep_run(run, f"objects.{action}", LOGGED_AS, by=by, input={"view": view_id})
