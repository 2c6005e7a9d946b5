"""Sharing records with a user or a team, and taking it back. Whoever may change a record for good may share it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from perennial.foundation import clock
from perennial.foundation.errors import Forbidden, Invalid, NotFound
from perennial.foundation.ids import uuid7
from perennial.foundation.sql import execute, fetch
from perennial.objects.access import widest_reach
from perennial.objects.actions import Result, Run
from perennial.objects.query import allowed_ids, lasting_ids
from perennial.objects.sharing.reading import forget_shares
from perennial.objects.titles import titles_of
from perennial.objects.types import ObjectType, Shared
from perennial.objects.writing.outcomes import keep_run, next_run_id, refused
from perennial.timeline.notifications import notify
from perennial.timeline.record import Change, log_changes
from perennial.workspace.actor import Actor, actors_of_users
from perennial.workspace.firm import the_firm
from perennial.workspace.models import Team, User
from perennial.workspace.rights import Reach, Verb

VIEW, EDIT = "view", "edit"


class Given(NamedTuple):
    """A share as a person reads it. `with_whom` is the name of a user or of a team."""

    id: int
    with_whom: str
    is_team: bool
    reach: str
    until: datetime | None
    given_by: str
    given_at: datetime
    whom: str  # "user:7" or "team:3"


@dataclass(frozen=True, slots=True)
class With:
    """Whom records are shared with: one user, or one team."""

    user_id: int | None = None
    team_id: int | None = None

    @property
    def log_name(self) -> str:
        return f"user:{self.user_id}" if self.user_id is not None else f"team:{self.team_id}"


def can_share(kind: ObjectType, *, by: Actor) -> bool:
    """Whether sharing says anything about the kind, and the actor may share some of it."""
    return not kind.parts and not isinstance(kind.access, Shared) and widest_reach(kind, by=by, verb="edit") > 0


def share_records(
    kind: ObjectType, ids: Sequence[int], whom: With, *, by: Actor, reach: str = VIEW, until: datetime | None = None
) -> Run:
    """Share records, or change how they are shared. Those that are not the actor's to change for good are refused."""
    if not can_share(kind, by=by):
        raise Forbidden if widest_reach(kind, by=by, verb="view") > Reach.NONE else NotFound
    seers = _check(kind, whom, reach, until)
    wanted = list(dict.fromkeys(ids))
    with transaction.atomic():
        mine = lasting_ids(kind, wanted, by=by, verb="edit")
        seen = allowed_ids(kind, wanted, by=by, verb="view")
        run = Run(next_run_id(), uuid7())
        _write(kind, [each for each in wanted if each in mine], whom, reach=reach, until=until, by=by)
        told = {"shared": [None, {"with": whom.log_name, "reach": reach, "until": until and until.isoformat()}]}
        log_changes(
            (Change(kind.key, each, "share", told) for each in wanted if each in mine),
            actor=by.log_name, action="share", cause=run.cause, run_id=run.id,
        )  # fmt: skip
        results = tuple(
            Result(each) if each in mine else refused("forbidden" if each in seen else "not_found", id=each)
            for each in wanted
        )
        done = Run(run.id, run.cause, results, _("Shared."))
        keep_run(done, "share", kind.key, by=by, input={"with": whom.log_name, "reach": reach})
        if mine:
            _tell(kind, sorted(mine), seers, by)
    forget_shares(by)
    return done


def stop_sharing(kind: ObjectType, record_id: int, share_id: int, *, by: Actor) -> None:
    """Take one share back. `NotFound` for a share of a record that the actor may not change."""
    with transaction.atomic():
        if record_id not in lasting_ids(kind, [record_id], by=by, verb="edit"):
            raise NotFound
        rows = fetch(
            "DELETE FROM objects_share WHERE id = %s AND object_key = %s AND record_id = %s"
            " RETURNING user_id, team_id, reach",
            [share_id, kind.key, record_id],
        )
        if not rows:
            raise NotFound
        user_id, team_id, reach = rows[0]
        run = Run(next_run_id(), uuid7(), (Result(record_id),))
        told = {"shared": [{"with": With(user_id, team_id).log_name, "reach": reach}, None]}
        log_changes([Change(kind.key, record_id, "share", told)], actor=by.log_name, action="unshare",
                    cause=run.cause, run_id=run.id)  # fmt: skip
        keep_run(run, "unshare", kind.key, by=by, input={"share": share_id})
    forget_shares(by)


def shares_of(kind: ObjectType, record_id: int, *, by: Actor) -> list[Given]:
    """How a record is shared now, the latest first; none when it is not the actor's to see."""
    if record_id not in allowed_ids(kind, [record_id], by=by, verb="view"):
        return []
    rows = fetch(
        "SELECT s.id, coalesce(u.name, t.name), t.id IS NOT NULL, s.reach, s.until, coalesce(g.name, ''), s.given_at,"
        " CASE WHEN s.user_id IS NULL THEN 'team:' || s.team_id ELSE 'user:' || s.user_id END"
        " FROM objects_share s LEFT JOIN workspace_user u ON u.id = s.user_id"
        " LEFT JOIN workspace_team t ON t.id = s.team_id LEFT JOIN workspace_user g ON g.id = s.given_by_id"
        " WHERE s.object_key = %s AND s.record_id = %s AND (s.until IS NULL OR s.until > %s) ORDER BY s.id DESC",
        [kind.key, record_id, clock.real_now()],
    )
    return [Given(*row) for row in rows]


def _check(kind: ObjectType, whom: With, reach: str, until: datetime | None) -> list[User]:
    """The users whom it concerns. Refused when there is nobody, or nobody to whom it would say anything."""
    if reach not in (VIEW, EDIT):
        raise Invalid({"reach": _("Choose whether they see it, or see and change it.")})
    if until is not None and until <= clock.real_now():
        raise Invalid({"until": _("Choose a day that is still to come.")})
    if (whom.user_id is None) == (whom.team_id is None):
        raise Invalid({"with": _("Choose a person or a team.")})
    if whom.user_id is not None:
        users = list(User.objects.filter(pk=whom.user_id, is_active=True))
        if not users:
            raise Invalid({"with": _("There is no such person.")})
    else:
        users = list(User.objects.filter(teams__pk=whom.team_id or 0, is_active=True))
        if not Team.objects.filter(pk=whom.team_id or 0).exists():
            raise Invalid({"with": _("There is no such team.")})
    verb: Verb = "edit" if reach == EDIT else "view"
    seers = [user for user, actor in zip(users, actors_of_users(users), strict=True)
             if widest_reach(kind, by=actor, verb=verb) > Reach.NONE]  # fmt: skip
    if whom.user_id is not None and not seers:
        words = {"name": users[0].name, "kind": str(kind.label_plural)}
        raise Invalid({"with": _("The role of %(name)s does not allow this with any %(kind)s.") % words})
    return seers


def _write(kind: ObjectType, ids: Sequence[int], whom: With, *, reach: str, until: datetime | None, by: Actor) -> None:
    column = "user_id" if whom.user_id is not None else "team_id"
    execute(
        f"INSERT INTO objects_share (object_key, record_id, {column}, reach, until, given_by_id, given_at)"
        " SELECT %s, id, %s, %s, %s, %s, %s FROM unnest(%s::bigint[]) id"
        f" ON CONFLICT ({column}, object_key, record_id) DO UPDATE SET reach = excluded.reach, until = excluded.until,"
        " given_by_id = excluded.given_by_id, given_at = excluded.given_at",
        [kind.key, whom.user_id or whom.team_id, reach, until, by.user_id, clock.real_now(), list(ids)],
    )


def _tell(kind: ObjectType, ids: Sequence[int], users: Sequence[User], by: Actor) -> None:
    """In each one's language. The title is not a secret: whoever is told may see the record from now on."""
    (first, *_others) = ids
    title = titles_of([(kind.key, first)], by=by).get((kind.key, first)) or f"#{first}"
    url = f"/o/{kind.key}/{first}/" if len(ids) == 1 else f"/o/{kind.key}/"
    languages = {user.language or the_firm().language for user in users}
    for language in languages:
        with override(language):
            words = {"name": by.name, "title": title, "count": len(ids), "things": str(kind.label_plural)}
            sentence = _("%(name)s shared %(title)s with you.") % words
            if len(ids) > 1:
                sentence = _("%(name)s shared %(count)s × %(things)s with you.") % words
        theirs = [user.pk for user in users if (user.language or the_firm().language) == language]
        notify([each for each in theirs if each != by.user_id], sentence, url=url)


SAID = {VIEW: gettext_lazy("sees it"), EDIT: gettext_lazy("sees and changes it")}
